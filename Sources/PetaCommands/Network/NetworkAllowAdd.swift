import ArgumentParser
import PetaAdminAPI

struct NetworkAllowAdd: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let clients come from an address or a range.",
        usage: "peta network allow add [<options>] <range>",
        discussion: """
            A list of a workspace only narrows the one for all: to restrict single workspaces, put 0.0.0.0/0 and ::/0 on the list for all. \
            Adding a range that stands there already changes its note, if one is given.

            Example:
              peta network allow add 10.0.0.0/8 --note office
              peta network allow add 2001:db8::/32 --workspace finance
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "An address, or a range like 10.0.0.0/8 or 2001:db8::/32.")
    var range: String

    @Option(help: "Only for users of this workspace.")
    var workspace: String?

    @Option(help: ArgumentHelp("What it is for.", valueName: "text"))
    var note: String?

    func run(_ session: Session) throws {
        let entry = try session.client.allow(NewNetworkRange(range: range, workspace: workspace, note: note))
        try session.renderer.show(entry) { page in
            page.line("\(entry.range): on the list" + (entry.workspace.map { " of workspace \($0)" } ?? " for all"))
        }
    }
}
