internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaIdentity

/// Nothing waits for a person yet.
struct ApprovalAdministration: ApprovalOperations {
    func approvals(_ query: ApprovalQuery) async throws -> ApprovalPage { ApprovalPage(items: [], total: 0, next: nil) }

    func approval(_ id: String, full: Bool) async throws -> ApprovalEntry { throw missing(id) }

    func decide(_ id: String, approve: Bool, _ judgement: ApprovalJudgement, as principal: Principal) async throws -> ApprovalEntry {
        throw missing(id)
    }

    func watch() async throws -> AsyncStream<ApprovalEvent> {
        let (stream, continuation) = AsyncStream<ApprovalEvent>.makeStream()
        continuation.yield(ApprovalEvent(event: "ready"))
        return stream
    }

    private func missing(_ id: String) -> AdminError {
        AdminError(.notFound, "there is no approval '\(id)'", hint: "peta approve list")
    }
}
