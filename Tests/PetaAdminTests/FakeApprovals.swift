import PetaAdmin
import PetaAdminAPI
import PetaIdentity
import Synchronization

/// Approvals that are only entries: "own" may not be decided, and what is decided stays so. What is asked is noted.
final class FakeApprovals: ApprovalOperations {
    private let entries = Mutex<[String: ApprovalEntry]>([:])
    private let noted = Mutex<[String]>([])
    let news = Broadcast<ApprovalEvent>()

    var notes: [String] { noted.withLock { $0 } }
    private func note(_ text: String) { noted.withLock { $0.append(text) } }

    func put(_ ids: String...) { entries.withLock { entries in for id in ids { entries[id] = Self.entry(id) } } }

    static func entry(_ id: String) -> ApprovalEntry {
        ApprovalEntry(
            id: id, status: "pending", user: "alice", server: "bank", tool: "transfer", method: "tools/call",
            arguments: RawJSON(trusted: Array(#"{"amount":1.10}"#.utf8)), argumentsCut: true, argumentsDigest: "ab", reason: "large",
            rule: "bank/large", policyVersion: 3, createdAt: Timestamp(milliseconds: 0), expiresAt: Timestamp(milliseconds: 600_000))
    }

    private func found(_ id: String) throws -> ApprovalEntry {
        guard let entry = entries.withLock({ $0[id] }) else { throw AdminError(.notFound, "there is no approval '\(id)'") }
        return entry
    }

    func approvals(_ query: ApprovalQuery) async throws -> ApprovalPage {
        note("list " + query.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: " "))
        let items = entries.withLock { $0.values.sorted { $0.id < $1.id } }
        return ApprovalPage(items: items, total: items.count, next: nil)
    }
    func approval(_ id: String, full: Bool) async throws -> ApprovalEntry {
        var entry = try found(id)
        note("show \(id) \(full)")
        entry.argumentsCut = !full
        return entry
    }
    func decide(_ id: String, approve: Bool, _ judgement: ApprovalJudgement, as principal: Principal) async throws -> ApprovalEntry {
        var entry = try found(id)
        guard id != "own" else { throw AdminError(.notPermitted, "this is your own request") }
        guard entry.status == "pending" else { throw AdminError(.alreadyExists, "it is \(entry.status) already") }
        note("\(approve ? "allow" : "deny") \(id) \(judgement.reason ?? "-") \(judgement.channel ?? "-") \(principal.userID)")
        entry.status = approve ? "approved" : "rejected"
        entries.withLock { [entry] in $0[id] = entry }
        return entry
    }
    func watch() async throws -> AsyncStream<ApprovalEvent> {
        news.stream(beginning: [ApprovalEvent(event: "waiting", approval: Self.entry("one")), ApprovalEvent(event: "ready")])
    }
}
