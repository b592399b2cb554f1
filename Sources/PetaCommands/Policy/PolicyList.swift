import ArgumentParser
import PetaAdminAPI

struct PolicyList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the policy sets.",
        discussion: """
            RULES are those in force; an archived set has none.

            Example:
              peta policy list
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let sets = try session.client.policies()
        try session.renderer.show(sets) { page in
            var table = Table([
                .text("NAME"), .number("VERSION"), .text("STATUS"), .text("SERVER"), .number("RULES"), .text("CHANGED"), .text("BY"),
            ])
            for set in sets {
                table.append([
                    Cell(set.name), Cell(set.version), PolicyPage.status(set.status), Cell(set.server ?? "all"), Cell(set.rules),
                    Cell(session.ago(set.changedAt)), Cell(set.changedBy),
                ])
            }
            page.table(table, empty: "No policy set yet. Apply one with 'peta policy apply -f FILE'.")
        }
    }
}
