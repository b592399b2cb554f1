import ArgumentParser
import PetaAdminAPI

struct ApproveList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the calls that wait, oldest first.",
        usage: "peta approve list [<options>]",
        discussion: """
            Or those of another status, or all.

            Example:
              peta approve list
              peta approve list --status rejected --user alice
            """)

    @OptionGroup var options: ClientOptions

    @Option(
        help: ArgumentHelp("The status: \(Words.either(ApprovalQuery.statuses)).", valueName: "status"),
        completion: .list(ApprovalQuery.statuses))
    var status: String?

    @Flag(help: "Of every status.")
    var all = false

    @Option(help: ArgumentHelp("Of this user.", valueName: "user"), completion: LiveNames.users)
    var user: String?

    @Option(help: ArgumentHelp("At this server.", valueName: "server"), completion: LiveNames.servers)
    var server: String?

    @Option(help: ArgumentHelp("At most so many, 1 to 100000.", valueName: "count"))
    var limit: Int = 200

    func validate() throws {
        if let status, !ApprovalQuery.statuses.contains(status) {
            throw ValidationError("--status: expected \(Words.either(ApprovalQuery.statuses)), found '\(status)'")
        }
        if status != nil, all { throw ValidationError("--status and --all exclude each other") }
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit: expected 1 to 100000, found \(limit)") }
    }

    func run(_ session: Session) throws {
        var query = ApprovalQuery()
        query.status = all ? "all" : status
        query.user = user
        query.server = server
        let (entries, total) = try ApprovalPages.read(query, most: limit, session.client)
        try session.renderer.show(entries) { page in
            var table = Table([
                .text("ID"), .text("STATUS"), .text("USER"), .text("TOOL"), .text("REASON"), .text("ASKED"), .text("EXPIRES"),
            ])
            for entry in entries {
                table.append([
                    Cell(entry.id), ApprovalWords.status(entry.status), Cell(entry.user), Cell(ApprovalWords.name(entry)),
                    Cell(entry.reason as String?), Cell(session.ago(entry.createdAt)),
                    Cell(entry.status == "pending" || entry.status == "approved" ? session.ago(entry.expiresAt) : nil),
                ])
            }
            page.table(table, empty: all || status != nil ? "There is none." : "Nothing waits.")
        }
        if total > entries.count { session.console.note("\(entries.count) of \(total); --limit shows more") }
    }
}
