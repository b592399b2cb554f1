import ArgumentParser
import PetaAdminAPI

struct UserRevoke: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take a server away from a user.",
        discussion: """
            Takes effect on running sessions at once.

            Example:
              peta user revoke alice files
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The user.", completion: LiveNames.users)
    var user: String

    @Argument(help: "The server; may be more than one.", completion: LiveNames.servers)
    var server: [String]

    func run(_ session: Session) throws {
        for id in server {
            try session.naming(.user(user), .server(id)) { try session.client.setGrant(user: user, server: id, granted: false) }
        }
        let entry = try session.client.user(user)
        try session.renderer.show(entry) { $0.line("\(entry.id): may use \(UserPage.reach(entry))") }
    }
}
