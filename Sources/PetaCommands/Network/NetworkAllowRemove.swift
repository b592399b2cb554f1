import ArgumentParser
import PetaAdminAPI

struct NetworkAllowRemove: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take an address or a range off the list.",
        usage: "peta network allow remove [<options>] <range>",
        discussion: """
            Streams of clients that are refused from now on end. The last range of the list for all is kept while the mode is enforce, \
            unless --yes is given.

            Example:
              peta network allow remove 10.0.0.0/8
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The range as it stands on the list.")
    var range: String

    @Option(help: "From the list of this workspace.")
    var workspace: String?

    @Flag(name: [.short, .long], help: "Also where that shuts every client out.")
    var yes = false

    func run(_ session: Session) throws {
        try session.client.disallow(range, workspace: workspace, confirmed: yes)
        try session.renderer.show(Removed(id: range)) { $0.line("\(range): removed") }
    }
}
