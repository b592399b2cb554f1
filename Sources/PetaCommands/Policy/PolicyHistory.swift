import ArgumentParser
import PetaAdminAPI

struct PolicyHistory: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List every change of a policy set, newest first.",
        discussion: """
            Also of a set that was removed: the audit names its versions.

            Example:
              peta policy history bank
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The set.", completion: LiveNames.policies)
    var name: String

    func run(_ session: Session) throws {
        let changes = try session.naming(.policy(name)) { try session.client.policyHistory(name) }
        try session.renderer.show(changes) { page in
            var table = Table([
                .number("VERSION"), .text("CHANGE"), .text("SERVER"), .text("SIZE"), .text("CHANGED"), .text("BY"),
            ])
            for change in changes {
                table.append([
                    Cell(change.version), Cell(change.change), Cell(change.server ?? "all"), Cell(Amount.bytes(Int64(change.bytes))),
                    Cell(session.ago(change.changedAt)), Cell(change.changedBy),
                ])
            }
            page.table(table, empty: "")
        }
    }
}
