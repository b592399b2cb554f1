package import PetaAdminAPI
package import PetaIdentity

/// What an administrator does with calls that wait for a person.
///
/// What names a request that is not there throws an error with code `not_found`, a decision on one that is decided or has expired
/// `already_exists`, and one that this person may not make `not_permitted`. A decision is durable when it returns.
package protocol ApprovalOperations: Sendable {
    /// One page, oldest first.
    func approvals(_ query: ApprovalQuery) async throws -> ApprovalPage
    /// With `full` nothing of the arguments is hidden or cut.
    func approval(_ id: String, full: Bool) async throws -> ApprovalEntry
    /// Says yes or no; the judgement is within bounds, and a no has a reason.
    func decide(_ id: String, approve: Bool, _ judgement: ApprovalJudgement, as principal: Principal) async throws -> ApprovalEntry
    /// What waits, then `ready`, then what happens, until the reader stops. Must be bounded in memory.
    func watch() async throws -> AsyncStream<ApprovalEvent>
}
