import ArgumentParser
import PetaAdminAPI

struct UserRemove: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a user and all tokens of it for good.",
        discussion: """
            Its sessions end at once, its audit records stay. 'peta user disable' is the way that can be undone.

            Example:
              peta user remove alice --yes
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var consent: ConsentOptions

    @Argument(help: "The user.", completion: LiveNames.users)
    var id: String

    func run(_ session: Session) throws {
        try session.confirm("Remove user '\(id)' and all tokens of it?", yes: consent.yes)
        try session.naming(.user(id)) { try session.client.removeUser(id) }
        try session.renderer.show(Removed(id: id)) { $0.line("\(id): removed") }
    }
}
