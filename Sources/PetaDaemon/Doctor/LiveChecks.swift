internal import Foundation
internal import PetaAdminAPI
internal import PetaApprovals
internal import PetaAudit
internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaVault

/// What only the running gateway can look at: its parts.
struct LiveChecks: Sendable {
    let running: Running

    private var audit: AuditLog { running.audit }
    private var vault: Vault { running.vault }
    private var servers: Servers { running.servers }
    private var policies: Policies { running.policies }
    private var identity: Identity { running.identity }
    private var approvals: Approvals { running.approvals }

    var all: [DoctorCheck] {
        [
            DoctorCheck("audit.chain") { try await chain() }, DoctorCheck("clock.back") { try await clockBack() },
            DoctorCheck("vault.secrets") { try await secrets() }, DoctorCheck("servers.state") { await serverStates() },
            DoctorCheck("servers.references") { try await references() }, .blocking("policy.sets") { try policySets() },
            DoctorCheck("people.tokens") { try await tokens() }, DoctorCheck("approvals.stuck") { try await stuck() },
        ]
    }

    // MARK: audit and clock

    /// Records that are verified each time; all of them with 'peta audit verify'.
    private static let tail: Int64 = 2000

    private func chain() async throws -> [DoctorFinding] {
        let check = "audit.chain"
        guard audit.isWritable else {
            return [
                DoctorFinding(
                    "audit.writable", .failure, "the audit cannot be written, so calls are refused: \(audit.lastError ?? "unknown cause")",
                    remedy:
                        "make room or mend the disk, and it goes on by itself: df -h \(DoctorWords.quoted(running.house.settings.dataDirectory))"
                )
            ]
        }
        let found = try await audit.tailVerification(records: Self.tail)
        if let bad = found.firstBad {
            return [DoctorFinding(check, .failure, "record \(bad) of the audit is not what was written", remedy: "peta audit verify")]
        }
        return [
            DoctorFinding("audit.writable", .ok, "records are written"),
            DoctorFinding(check, .ok, "the last \(found.records) records hang together; 'peta audit verify' looks at all"),
        ]
    }

    private func clockBack() async throws -> [DoctorFinding] {
        let now = SystemClock.wall()
        guard let newest = try await audit.tailVerification(records: 1).newest, newest > now + SystemClock.tolerance * 1_000_000 else {
            return []
        }
        return [
            DoctorFinding(
                "clock.back", .failure,
                "the clock is \(DoctorWords.duration((newest - now) / 1_000_000)) behind the newest record of the audit: it was set back; nothing is lost, records keep their order by number",
                remedy: "timedatectl set-ntp true")
        ]
    }

    // MARK: vault

    private func secrets() async throws -> [DoctorFinding] {
        var closed: [String] = []
        let all = try await vault.secrets()
        for secret in all {
            if Task.isCancelled { break }
            do { _ = try vault.reveal(secret.name) } catch { closed.append(secret.name) }
        }
        guard closed.isEmpty else {
            return closed.prefix(20).map { name in
                DoctorFinding(
                    "vault.secrets:\(name)", .failure, "the secret \(name) does not open: its record was changed",
                    remedy: "peta secret set \(name)")
            }
        }
        return [
            DoctorFinding(
                "vault.secrets", .ok,
                all.isEmpty ? "the vault holds no secret" : all.count == 1 ? "its one secret opens" : "all \(all.count) secrets open")
        ]
    }

    private func references() async throws -> [DoctorFinding] {
        let known = Set(try await vault.secrets().map(\.name))
        var found: [DoctorFinding] = []
        for id in await servers.ids() {
            guard let report = await servers.report(id) else { continue }
            let missing = Set(report.definition.templates.flatMap { secretNames(in: $0) }).subtracting(known)
            for name in missing.sorted() {
                found.append(
                    DoctorFinding(
                        "servers.references:\(id)", .failure, "server \(id) refers to the secret \(name), which is not there",
                        remedy: "peta secret set \(name)"))
            }
        }
        return found
    }

    // MARK: servers

    private func serverStates() async -> [DoctorFinding] {
        let ids = await servers.ids()
        guard !ids.isEmpty else {
            return [DoctorFinding("servers.state", .ok, "no server yet; 'peta server add' or 'peta server import' adds some")]
        }
        var found: [DoctorFinding] = []
        var well = 0
        for id in ids {
            guard let report = await servers.report(id), report.definition.enabled else { continue }
            let check = "servers.state:\(id)"
            if report.definition.kind == .stdio, let problem = Self.missing(report.definition) {
                found.append(DoctorFinding(check, .failure, "server \(id): \(problem)", remedy: Self.remedy(report.definition)))
            } else if report.state == .error {
                found.append(
                    DoctorFinding(
                        check, .failure, "server \(id) is in error: \(report.lastError ?? "unknown cause")",
                        remedy: "peta server show \(id); once it is mended: peta server start \(id)"))
            } else if report.failures > 0, report.state != .online {
                found.append(
                    DoctorFinding(
                        check, .warning,
                        "server \(id) failed \(report.failures == 1 ? "once" : "\(report.failures) times in a row"): \(report.lastError ?? "unknown cause")",
                        remedy: "peta server logs \(id)"))
            } else {
                well += 1
            }
        }
        if well > 0 { found.append(DoctorFinding("servers.state", .ok, well == 1 ? "1 server is well" : "\(well) servers are well")) }
        return found
    }

    /// Why a command cannot be found; nil where it can.
    private static func missing(_ definition: ServerDefinition) -> String? {
        let command = definition.command
        if command.contains("/") {
            let path = command.hasPrefix("/") || definition.cwd.isEmpty ? command : definition.cwd + "/" + command
            return access(path, X_OK) == 0 ? nil : "\(command): \(DoctorWords.errno(errno))"
        }
        let path = definition.env["PATH"] ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let isThere = path.split(separator: ":").contains { access("\($0)/\(command)", X_OK) == 0 }
        return isThere ? nil : "the command '\(command)' is not in the PATH of the gateway (\(path))"
    }

    private static func remedy(_ definition: ServerDefinition) -> String {
        let install: String? =
            switch definition.command {
            case "npx", "node", "npm": "apt install nodejs npm"
            case "uvx", "uv": "apt install pipx && PIPX_HOME=/opt/pipx PIPX_BIN_DIR=/usr/local/bin pipx install uv"
            case "docker": "apt install docker.io"
            case "python", "python3", "pipx": "apt install python3"
            default: nil
            }
        return (install.map { $0 + "; or name it by its whole path: " } ?? "install it, or name it by its whole path: ")
            + "peta server update \(definition.id) -- /PATH/TO/\(definition.command.split(separator: "/").last ?? "COMMAND") ARGS"
    }

    // MARK: people, policy, approvals

    private func policySets() throws -> [DoctorFinding] {
        var found: [DoctorFinding] = []
        let sets = try policies.list()
        for set in sets where set.status == .active {
            let (problems, document, _) = Policies.lint(set.text)
            for problem in problems.prefix(5) {
                found.append(
                    DoctorFinding(
                        "policy.sets:\(set.name)", .failure, "policy \(set.name): \(problem.text)", remedy: "peta policy show \(set.name)"))
            }
            for warning in (document?.warnings ?? []).prefix(5) {
                found.append(
                    DoctorFinding(
                        "policy.sets:\(set.name)", .warning, "policy \(set.name): \(warning.text)", remedy: "peta policy show \(set.name)"))
            }
        }
        return found.isEmpty
            ? [DoctorFinding("policy.sets", .ok, sets.isEmpty ? "no policy set" : "policy sets in force are in order")] : found
    }

    private func tokens() async throws -> [DoctorFinding] {
        let now = Date()
        let all = try await identity.tokens(user: nil)
        var found: [DoctorFinding] = []
        let expired = all.filter { $0.isExpired(at: now) }
        if !expired.isEmpty {
            let names =
                expired.prefix(5).map { "\($0.id) of \($0.user)" }.joined(separator: ", ") + (expired.count > 5 ? " and others" : "")
            found.append(
                DoctorFinding(
                    "people.tokens", .warning, "\(expired.count == 1 ? "a token has" : "\(expired.count) tokens have") run out: \(names)",
                    remedy: "peta token create \(expired[0].user), then: peta token revoke \(expired[0].id)"))
        }
        let able = Set(all.filter { !$0.isExpired(at: now) }.map(\.user))
        for user in identity.users() where user.state == .enabled && user.uid == nil && !able.contains(user.id) {
            found.append(
                DoctorFinding(
                    "people.users:\(user.id)", .warning, "user \(user.id) has neither a token nor a uid, so it cannot connect",
                    remedy: "peta token create \(user.id)"))
        }
        return found.isEmpty ? [DoctorFinding("people.tokens", .ok, "every user can connect, and no token has run out")] : found
    }

    private func stuck() async throws -> [DoctorFinding] {
        let settings = running.house.settings
        var filter = ApprovalFilter()
        filter.status = .executing
        // What waits for its client's answer has longer.
        let limit = Int64(settings.calls.maxSeconds) * 1000 + approvals.bounds.absence + 60_000
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        let old = try await approvals.page(filter).filter { now - $0.changedAt > limit }
        return old.prefix(20).map { approval in
            DoctorFinding(
                "approvals.stuck:\(approval.id)", .warning,
                "the approved call \(approval.id) is still under way after \(DoctorWords.duration((now - approval.createdAt) / 1000)); a restart of the gateway ends it",
                remedy: "peta approve show \(approval.id)")
        }
    }
}
