import PetaAdmin
import PetaAdminAPI
import PetaIdentity
import Synchronization

/// Policy sets that are only texts. One that holds "wrong" is refused; what is asked is noted.
final class FakePolicies: PolicyOperations {
    private let sets = Mutex<[String: [PolicyText]]>([:])
    private let noted = Mutex<[String]>([])

    var notes: [String] { noted.withLock { $0 } }
    private func note(_ text: String) { noted.withLock { $0.append(text) } }

    private func versions(_ name: String) throws -> [PolicyText] {
        guard let found = sets.withLock({ $0[name] }) else { throw AdminError(.notFound, "there is no policy set '\(name)'") }
        return found
    }

    func policies() async throws -> [PolicyEntry] {
        sets.withLock { $0.values.compactMap(\.last) }.sorted { $0.name < $1.name }.map {
            PolicyEntry(
                name: $0.name, version: $0.version, status: "active", server: nil, rules: 1, changedAt: $0.changedAt,
                changedBy: $0.changedBy)
        }
    }
    func policy(_ name: String, version: Int?) async throws -> PolicyText {
        guard let found = try versions(name).last(where: { version == nil || $0.version == version }) else {
            throw AdminError(.notFound, "no such version")
        }
        return found
    }
    func history(of name: String) async throws -> [PolicyVersion] {
        try versions(name).reversed().map {
            PolicyVersion(
                version: $0.version, change: $0.change, server: nil, bytes: $0.text.utf8.count, changedAt: $0.changedAt,
                changedBy: $0.changedBy)
        }
    }
    func apply(_ text: [UInt8], name: String?, as principal: Principal) async throws -> PolicyOutcome {
        note("apply \(name ?? "-") \(text.count) \(principal.userID)")
        let text = String(decoding: text, as: UTF8.self)
        guard !text.contains("wrong") else {
            let problem = AdminProblem(line: 3, rule: "r", field: "when", message: "no")
            throw AdminError(.invalidArgument, "refused", problems: [problem, problem])
        }
        let name = name ?? "own"
        let made = sets.withLock { sets in
            let made = PolicyText(
                name: name, version: (sets[name]?.count ?? 0) + 1, change: "applied", server: nil, changedAt: Timestamp(milliseconds: 0),
                changedBy: principal.userID, text: text)
            sets[name, default: []].append(made)
            return made
        }
        return PolicyOutcome(name: name, version: made.version, status: "active", server: nil, rules: 1, changed: true)
    }
    func archive(_ name: String, as principal: Principal) async throws -> PolicyOutcome {
        note("archive \(name) \(principal.userID)")
        return PolicyOutcome(name: name, version: try versions(name).count, status: "archived", server: nil, rules: 0, changed: true)
    }
    func remove(_ name: String, as principal: Principal) async throws {
        _ = try versions(name)
        note("remove \(name) \(principal.userID)")
        sets.withLock { $0[name] = nil }
    }
    func lint(_ text: [UInt8]) async throws -> PolicyReport {
        note("lint \(text.count)")
        return PolicyReport(name: nil, server: nil, rules: 2, problems: [], warnings: [])
    }
    func test(_ question: PolicyQuestion) async throws -> PolicyAnswer {
        note("test \(question.kind.rawValue) \(question.name) \(question.text?.utf8.count ?? 0)")
        return PolicyAnswer(decision: "allow", rule: nil, reason: "")
    }
    func difference(_ trial: PolicyTrial) async throws -> PolicyDifference {
        note("diff \(trial.set ?? "-") \(trial.last ?? 0) \(trial.since?.text ?? "-")")
        guard !trial.text.contains("wrong") else {
            let problem = AdminProblem(line: 3, rule: "r", field: "when", message: "no")
            throw AdminError(.invalidArgument, "refused", problems: [problem, problem])
        }
        return PolicyDifference(name: "own", replaces: true, calls: 3, different: 1, same: 2, notAsked: 0, changes: [])
    }
    func effect(on server: String) async throws -> PolicyEffect {
        PolicyEffect(server: server, otherwise: "allow", rules: [])
    }
}
