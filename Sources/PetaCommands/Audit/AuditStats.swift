import ArgumentParser
import PetaAdminAPI

struct AuditStats: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Show calls over time, and by user, server, tool or outcome.",
        discussion: """
            Of the last 24 hours unless --since says otherwise. Bars and lines are drawn with Unicode blocks where the locale is UTF-8, else with \
            ASCII. Percentiles are of calls that were answered, and right to within 6 %.

            Example:
              peta audit stats
              peta audit stats --since 7d --by tool --server files
              peta audit stats --since 1h --json | jq '.latency.p99Ms'
            """)

    @OptionGroup var options: ClientOptions

    @Option(
        help: "One list in place of the overview: \(Words.either(StatsPage.kinds)).", completion: .list(StatsPage.kinds))
    var by: String?

    @Option(help: ArgumentHelp("So many rows of a list; 20 with --by, else 5.", valueName: "count"))
    var top: Int?

    @Flag(help: "Draw with ASCII only.")
    var ascii = false

    @OptionGroup var filters: AuditFilterOptions

    func validate() throws {
        if let by, !StatsPage.kinds.contains(by) {
            throw ValidationError(
                "--by: expected \(Words.either(StatsPage.kinds)), found '\(by)'\(Words.didYouMean(by, among: StatsPage.kinds))")
        }
        if let top, !(1...100).contains(top) { throw ValidationError("--top: expected a number from 1 to 100, found \(top)") }
    }

    func run(_ session: Session) throws {
        var query = filters.query(now: session.now)
        if query.since == nil { query.since = Timestamp(milliseconds: session.now.milliseconds - 86_400_000) }
        if query.until == nil { query.until = session.now }
        let width = session.console.width
        let figures = try session.client.auditFigures(
            query, buckets: min(max((width ?? 80) - 12, 8), 120), top: top ?? (by == nil ? 5 : 20))
        let pen = BlockPen(isASCII: ascii || !BlockPen.isUTF8(CommandContext.current.variables))
        try session.renderer.show(figures) { page in
            StatsPage(figures: figures, by: by, pen: pen, width: width ?? 80).write(&page)
        }
    }
}
