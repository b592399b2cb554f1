import ArgumentParser
import PetaAdminAPI

struct NetworkAllowList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the ranges from which clients may come.",
        usage: "peta network allow list [<options>]",
        discussion: """
            Example:
              peta network allow list --workspace finance
            """)

    @OptionGroup var options: ClientOptions

    @Option(help: "Only the list of this workspace.")
    var workspace: String?

    func run(_ session: Session) throws {
        let entries = try session.client.network().entries.filter { workspace == nil || $0.workspace == workspace }
        try session.renderer.show(entries) { page in
            page.table(NetworkPage.table(entries, session), empty: "The list is empty. Add to it with 'peta network allow add RANGE'.")
        }
    }
}
