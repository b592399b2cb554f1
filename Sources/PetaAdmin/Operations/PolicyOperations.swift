package import PetaAdminAPI
package import PetaIdentity

/// What an administrator does with policy sets.
///
/// What names a set or a server that is not there throws an error with code `not_found`; a text that is not right one with code
/// `invalid_argument` and all its problems. Whatever changes something is in force when it returns.
package protocol PolicyOperations: Sendable {
    func policies() async throws -> [PolicyEntry]
    /// A version of a set; nil for the one that holds.
    func policy(_ name: String, version: Int?) async throws -> PolicyText
    /// Every change, newest first; also of one that was removed.
    func history(of name: String) async throws -> [PolicyVersion]
    /// Puts a text into force, under the name that is given or that it gives itself.
    func apply(_ text: [UInt8], name: String?, as principal: Principal) async throws -> PolicyOutcome
    /// Takes a set out of force and keeps it.
    func archive(_ name: String, as principal: Principal) async throws -> PolicyOutcome
    func remove(_ name: String, as principal: Principal) async throws
    /// Stores nothing.
    func lint(_ text: [UInt8]) async throws -> PolicyReport
    /// Calls nothing, and stores nothing.
    func test(_ question: PolicyQuestion) async throws -> PolicyAnswer
    /// What would be decided differently. Calls nothing, and stores nothing; bounded in memory.
    func difference(_ trial: PolicyTrial) async throws -> PolicyDifference
    /// What policy says about a server.
    func effect(on server: String) async throws -> PolicyEffect
}
