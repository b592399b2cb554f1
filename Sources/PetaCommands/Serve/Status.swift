import ArgumentParser
import PetaAdminAPI

struct Status: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the gateway is doing.",
        discussion: """
            Example:
              peta status
              peta status --json | jq .servers
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let status = try session.client.status()
        try session.renderer.show(status) { page in
            let states: [(Int, String)] = [
                (status.servers.online, "online"), (status.servers.sleeping, "sleeping"), (status.servers.connecting, "connecting"),
                (status.servers.offline, "offline"), (status.servers.error, "in error"),
            ]
            let total = states.reduce(0) { $0 + $1.0 }
            let parts = states.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            var calls = Amount.short(status.callsPerSecond) + " a second"
            if let median = status.latency.p50Ms { calls += ", p50 " + Amount.milliseconds(median) }
            if let tail = status.latency.p99Ms { calls += ", p99 " + Amount.milliseconds(tail) }
            let isWell = status.problems.isEmpty
            if status.sealed {
                page.fields([
                    ("peta", Cell("\(status.version), up \(Amount.duration(status.uptimeSeconds)), pid \(status.pid)", .bad)),
                    ("listen", Cell(status.listen.joined(separator: ", "))), ("socket", Cell(status.socket)),
                    ("vault", Cell("sealed", .bad)), ("memory", Cell(Amount.bytes(status.rssBytes))),
                ])
                for problem in status.problems { page.line("problem: \(problem)", .bad) }
                return
            }
            if status.callsUnderWay > 0 { calls += ", \(status.callsUnderWay) under way" }
            var fields = [
                ("peta", Cell("\(status.version), up \(Amount.duration(status.uptimeSeconds)), pid \(status.pid)", isWell ? .good : .bad)),
                ("listen", Cell(status.listen.joined(separator: ", "))),
                ("socket", Cell(status.socket)),
                ("vault", Cell("open")),
                (
                    "servers",
                    Cell(total == 0 ? "none; add one with 'peta server add'" : parts, status.servers.error > 0 ? .waiting : .plain)
                ),
                ("sessions", Cell(status.sessions)),
                ("approvals", Cell(status.pendingApprovals == 0 ? "none wait" : "\(status.pendingApprovals) wait")),
                ("calls", Cell(calls)),
                ("memory", Cell(Amount.bytes(status.rssBytes))),
            ]
            if !status.metrics.isEmpty { fields.append(("metrics", Cell(status.metrics.joined(separator: ", ")))) }
            if !status.logLevels.isEmpty {
                fields.append(("log", Cell("\(status.logLevels.joined(separator: ", ")), until 'peta log level --reset'", .waiting)))
            }
            page.fields(fields)
            if status.changedTools > 0 {
                page.line(
                    "\(Words.count(status.changedTools, "tool")) not as accepted: 'peta server list' says of which servers", .waiting)
            }
            for problem in status.problems { page.line("problem: \(problem)", .bad) }
        }
    }
}
