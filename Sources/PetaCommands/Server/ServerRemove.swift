import ArgumentParser
import PetaAdminAPI

struct ServerRemove: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a server and its definition for good.",
        discussion: """
            Its audit records stay. 'peta server disable' is the way that can be undone.

            Example:
              peta server remove files --yes
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var consent: ConsentOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String

    func run(_ session: Session) throws {
        try session.confirm("Remove server '\(id)' and its definition?", yes: consent.yes)
        try session.naming(.server(id)) { try session.client.removeServer(id) }
        try session.renderer.show(Removed(id: id)) { $0.line("\(id): removed") }
    }
}
