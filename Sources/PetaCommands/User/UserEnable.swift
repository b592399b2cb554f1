import ArgumentParser
import PetaAdminAPI

struct UserEnable: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let a user in again.",
        discussion: """
            Example:
              peta user enable alice
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The user.", completion: LiveNames.users)
    var id: String

    func run(_ session: Session) throws {
        let user = try session.naming(.user(id)) { try session.client.setUser(id, enabled: true) }
        try session.renderer.show(user) { $0.line("\(user.id): \(user.state)") }
    }
}
