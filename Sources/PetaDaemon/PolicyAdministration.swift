internal import Foundation
internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaAudit
internal import PetaDownstream
internal import PetaGateway
internal import PetaIdentity
internal import PetaPolicy

/// What administrators do with policy sets: maps the admin protocol's types onto those of the policies.
struct PolicyAdministration: PolicyOperations {
    let policies: Policies
    let identity: Identity
    let servers: Servers
    let exposures: Exposures
    let gateway: Gateway
    let log: AuditLog

    func policies() async throws -> [PolicyEntry] {
        let counts = policies.compiled.counts
        return try policies.list().map { set in
            PolicyEntry(
                name: set.name, version: set.version, status: set.status.rawValue, server: set.server, rules: counts[set.name] ?? 0,
                changedAt: Timestamp(milliseconds: set.changedAt), changedBy: set.changedBy)
        }
    }

    func policy(_ name: String, version: Int?) async throws -> PolicyText {
        guard let version else {
            let set = try policies.set(name)
            let change = set.status == .active ? PolicyChange.Kind.applied : .archived
            return PolicyText(
                name: name, version: set.version, change: change.rawValue, server: set.server,
                changedAt: Timestamp(milliseconds: set.changedAt), changedBy: set.changedBy, text: set.text)
        }
        let (found, text) = try await policies.version(name, version)
        return PolicyText(
            name: name, version: found.version, change: found.kind.rawValue, server: found.server,
            changedAt: Timestamp(milliseconds: found.changedAt), changedBy: found.changedBy, text: text)
    }

    func history(of name: String) async throws -> [PolicyVersion] {
        try await policies.history(name).map { change in
            PolicyVersion(
                version: change.version, change: change.kind.rawValue, server: change.server, bytes: change.bytes,
                changedAt: Timestamp(milliseconds: change.changedAt), changedBy: change.changedBy)
        }
    }

    func apply(_ text: [UInt8], name: String?, as principal: Principal) async throws -> PolicyOutcome {
        let text = try checked(text, inForce: true)
        let applied = try await policies.apply(text, name: name, by: principal.userID)
        return outcome(
            applied.set, changed: applied.isNew, warnings: applied.warnings.map(AdminProblem.init) + (await strangers(applied.set.server)))
    }

    func archive(_ name: String, as principal: Principal) async throws -> PolicyOutcome {
        let changed = try await policies.archive(name, by: principal.userID)
        return outcome(try policies.set(name), changed: changed)
    }

    func remove(_ name: String, as principal: Principal) async throws { try await policies.remove(name, by: principal.userID) }

    func lint(_ text: [UInt8]) async throws -> PolicyReport {
        let (problems, document, rules) = Self.read(text)
        let warnings = (document?.warnings ?? []).map(AdminProblem.init) + (await strangers(document?.server))
        return PolicyReport(
            name: document?.name, server: document?.server, rules: rules.count, problems: problems.map(AdminProblem.init),
            warnings: warnings)
    }

    func effect(on server: String) async throws -> PolicyEffect {
        guard await servers.report(server) != nil else { throw ServerError.unknown(server) }
        let compiled = policies.compiled
        return PolicyEffect(
            server: server, otherwise: (compiled.denies ? PolicyRule.Decision.deny : .allow).rawValue,
            rules: compiled.entries(on: server).map { entry in
                PolicyEffect.Rule(
                    rule: entry.id, version: entry.version, priority: entry.rule.priority, decision: entry.rule.decision.rawValue,
                    reason: entry.rule.reason, about: entry.rule.about, conditions: entry.rule.conditionCount)
            })
    }

    // MARK: texts

    /// A text that may be applied. Throws everything that is wrong with it.
    func checked(_ bytes: [UInt8], inForce: Bool) throws(AdminError) -> String {
        let problems = Self.read(bytes).problems
        guard problems.isEmpty, let text = String(validating: bytes, as: UTF8.self) else {
            throw AdminError(
                .invalidArgument, "the policy was refused" + (inForce ? "; what was in force stays in force" : ""),
                problems: problems.map(AdminProblem.init))
        }
        return text
    }

    /// What is wrong with a text, also what only this version of the gateway cannot do.
    private static func read(_ bytes: [UInt8]) -> (problems: [PolicyProblem], document: PolicyDocument?, rules: [PolicyRule]) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return ([PolicyProblem(line: nil, rule: nil, field: nil, message: "it is not UTF-8")], nil, [])
        }
        let (problems, document, rules) = Policies.lint(text)
        return (problems, document, rules)
    }

    /// That a set belongs to a server that is not there; it may be added later.
    private func strangers(_ server: String?) async -> [AdminProblem] {
        guard let server, await servers.report(server) == nil else { return [] }
        return [AdminProblem(line: nil, rule: nil, field: "server", message: "there is no server '\(server)' (yet)")]
    }

    private func outcome(_ set: PolicySetRecord, changed: Bool, warnings: [AdminProblem] = []) -> PolicyOutcome {
        PolicyOutcome(
            name: set.name, version: set.version, status: set.status.rawValue, server: set.server,
            rules: policies.compiled.counts[set.name] ?? 0, changed: changed, warnings: warnings)
    }
}

extension AdminProblem {
    fileprivate init(_ problem: PolicyProblem) {
        self.init(line: problem.line, rule: problem.rule, field: problem.field, message: problem.message)
    }
}
