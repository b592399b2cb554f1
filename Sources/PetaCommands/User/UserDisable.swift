import ArgumentParser
import PetaAdminAPI

struct UserDisable: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Lock a user out; sessions end at once, nothing is lost.",
        discussion: """
            Example:
              peta user disable alice
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The user.", completion: LiveNames.users)
    var id: String

    func run(_ session: Session) throws {
        let user = try session.naming(.user(id)) { try session.client.setUser(id, enabled: false) }
        try session.renderer.show(user) { $0.line("\(user.id): \(user.state)") }
    }
}
