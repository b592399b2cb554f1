internal import Foundation
internal import NIOCore
internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaApprovals
internal import PetaAudit
internal import PetaDownstream
internal import PetaGateway

/// What `peta status` shows.
struct StatusReport: StatusSource {
    let servers: Servers
    let gateway: Gateway
    let audit: AuditLog
    let auditDuties: AuditDuties
    let approvals: Approvals
    let version: String
    let socket: String
    let listening: Listening
    let configuration: Configuration
    let levels: LogLevels
    /// What is wrong with what other systems are told.
    let telemetryProblems: @Sendable () -> [String]
    let clock: SystemClock
    let started: NIODeadline

    func status() async throws -> GatewayStatus {
        var states = GatewayStatus.Servers()
        var changedTools = 0
        for id in await servers.ids() {
            switch await servers.report(id)?.state {
            case .online: states.online += 1
            case .sleeping: states.sleeping += 1
            case .connecting: states.connecting += 1
            case .offline: states.offline += 1
            case .error: states.error += 1
            case nil: break
            }
            changedTools += (try? await servers.integrity(id).items.count) ?? 0
        }
        var waiting = ApprovalFilter()
        waiting.status = .pending
        let pending = try await approvals.count(waiting)
        let figures = await gateway.figures()
        var problems: [String] = []
        if !audit.isWritable { problems.append("the audit cannot be written, so calls are refused: \(audit.lastError ?? "unknown cause")") }
        problems += configuration.problems
        problems += auditDuties.problems
        problems += telemetryProblems()
        if clock.setBySeconds <= -SystemClock.tolerance {
            problems.append(
                "the clock was set back by \(DoctorWords.duration(clock.setBySeconds)) since the gateway started; see 'peta doctor'")
        }
        return GatewayStatus(
            version: version, pid: getpid(), uptimeSeconds: (NIODeadline.now() - started).nanoseconds / 1_000_000_000, sealed: false,
            listen: listening.urls, socket: socket, servers: states, sessions: figures.sessions, pendingApprovals: pending,
            callsPerSecond: (figures.callsPerSecond * 10).rounded() / 10,
            latency: .init(p50Ms: figures.p50Ms, p99Ms: figures.p99Ms), rssBytes: Self.residentBytes(), problems: problems,
            changedTools: changedTools, callsUnderWay: await gateway.callsUnderWay(), metrics: listening.metrics,
            logLevels: levels.shown.parts.filter(\.changed).map { "\($0.part)=\($0.level)" })
    }

    static func residentBytes() -> Int64 {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first
        else {
            return 0
        }
        return (Int64(pages) ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
