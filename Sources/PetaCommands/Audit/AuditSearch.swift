import ArgumentParser
import PetaAdminAPI

struct AuditSearch: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Find records; all filters that are given must hold.",
        discussion: """
            With --json one object a line.

            Example:
              peta audit query --user alice --server files --since 1d
              peta audit query --outcome denied --since 2026-03-01 --json
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var filters: AuditFilterOptions

    @Option(help: ArgumentHelp("At most so many, the newest.", valueName: "count"))
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit: expected 1 or more, found \(limit)") }
    }

    func run(_ session: Session) throws {
        Interrupts.endStreamCleanly()
        var query = filters.query(now: session.now)
        query.limit = limit
        let stream = LineStream(session)
        let console = session.console
        try session.client.auditQuery(query, watching: console.output) { line in
            try stream.write(line) { AuditText.line($0, usesColor: console.usesColor) }
        }
    }
}
