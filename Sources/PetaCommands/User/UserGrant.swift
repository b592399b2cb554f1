import ArgumentParser
import PetaAdminAPI

struct UserGrant: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Let a user use a server.",
        discussion: """
            Takes effect on running sessions at once.

            Example:
              peta user grant alice files
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The user.", completion: LiveNames.users)
    var user: String

    @Argument(help: "The server; may be more than one.", completion: LiveNames.servers)
    var server: [String]

    func run(_ session: Session) throws {
        for id in server {
            try session.naming(.user(user), .server(id)) { try session.client.setGrant(user: user, server: id, granted: true) }
        }
        let entry = try session.client.user(user)
        try session.renderer.show(entry) { $0.line("\(entry.id): may use \(UserPage.reach(entry))") }
    }
}
