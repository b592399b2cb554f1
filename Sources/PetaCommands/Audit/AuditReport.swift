import ArgumentParser
import PetaAdminAPI

struct AuditReport: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report as one HTML page.",
        discussion: """
            Calls over time, by user, server and tool, what was decided, latency, errors, and approvals with how long people took. The page needs \
            no script, no other file and no network; it prints well, and is dark where the reader's system is. It holds names of users, tools and \
            errors, so only its owner may read it. Of the last 30 days unless --since says otherwise.

            Example:
              peta audit report -o audit.html
              peta audit report --since 2026-03-01 --title 'March' --verify -o march.html
            """)

    @OptionGroup var options: ClientOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The file; - is standard output.", valueName: "file"), completion: .file())
    var output: String

    @Option(help: "What the page is called.")
    var title = "Audit report"

    @Flag(help: "Verify the chain of records too, and say so in the page.")
    var verify = false

    @Option(help: ArgumentHelp("So many rows of each table.", valueName: "count"))
    var top = 20

    @OptionGroup var filters: AuditFilterOptions

    /// What was made.
    private struct Done: Encodable {
        let file: String
        let bytes: Int64
        let calls: Int64
        let from: Timestamp
        let to: Timestamp
        let verified: Bool?
    }

    func validate() throws {
        if !(1...100).contains(top) { throw ValidationError("--top: expected a number from 1 to 100, found \(top)") }
    }

    func run(_ session: Session) throws {
        var query = filters.query(now: session.now)
        if query.since == nil { query.since = Timestamp(milliseconds: session.now.milliseconds - 30 * 86_400_000) }
        if query.until == nil { query.until = session.now }
        let figures = try session.client.auditFigures(query, buckets: 96, top: top)
        let verdict = verify ? try session.client.verifyAudit() : nil
        let page = ReportPage(
            figures: figures, title: title, version: CommandContext.current.environment.version, now: session.now, verdict: verdict)
        let bytes = Array(page.html.utf8)
        guard output != "-" else { return try session.console.write(bytes) }
        let file = try StreamedFile(path: output)
        try file.write(bytes)
        try file.finish()
        let done = Done(
            file: output, bytes: file.count, calls: figures.calls, from: figures.from, to: figures.to, verified: verdict.map(\.ok))
        try session.renderer.show(done) { page in
            page.line("\(output): \(Numbers.grouped(figures.calls)) calls, \(Amount.bytes(file.count))")
            if let verdict, !verdict.ok { page.line("The chain is broken; see 'peta audit verify'.", .bad) }
        }
        if let verdict, !verdict.ok { throw ExitCode(1) }
    }
}
