import ArgumentParser
import PetaAdminAPI

/// Which records a command is about; all that are given must hold.
struct AuditFilterOptions: ParsableArguments {
    @Option(help: "The user.", completion: LiveNames.users)
    var user: String?

    @Option(help: "The server.", completion: LiveNames.servers)
    var server: String?

    @Option(help: "The tool, by its own name.", completion: LiveNames.tools)
    var tool: String?

    @Option(help: "call or admin.", completion: .list(["call", "admin"]))
    var kind: String?

    @Option(help: "How it ended: \(Words.either(outcomes)).", completion: .list(outcomes))
    var outcome: String?

    @Option(help: "What was decided: \(Words.either(decisions)).", completion: .list(decisions))
    var decision: String?

    @Option(help: "The session's id.")
    var session: String?

    @Option(help: ArgumentHelp("The request's id.", valueName: "id"))
    var requestID: String?

    @Option(help: ArgumentHelp("From this time on: 2h, 7d, or a time like 2026-03-09T17:00:00Z.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Before this time.", valueName: "time"))
    var until: String?

    private static let outcomes = ["ok", "error", "denied", "pending", "cancelled", "timeout", "lost", "stopped"]
    private static let decisions = ["allow", "deny", "require_approval"]

    func validate() throws {
        try TimeArgument.check("--since", since)
        try TimeArgument.check("--until", until)
        for (option, value, choices) in [
            ("--outcome", outcome, Self.outcomes), ("--decision", decision, Self.decisions), ("--kind", kind, ["call", "admin"]),
        ] {
            if let value, !choices.contains(value) {
                throw ValidationError(
                    "\(option): expected \(Words.either(choices)), found '\(value)'\(Words.didYouMean(value, among: choices))")
            }
        }
    }

    func query(now: Timestamp) -> AuditQuery {
        var query = AuditQuery()
        query.user = user
        query.server = server
        query.tool = tool
        query.kind = kind
        query.outcome = outcome
        query.decision = decision
        query.session = session
        query.requestId = requestID
        query.since = since.flatMap { TimeArgument.past($0, now: now) }
        query.until = until.flatMap { TimeArgument.past($0, now: now) }
        return query
    }
}
