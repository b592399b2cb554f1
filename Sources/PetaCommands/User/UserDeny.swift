import ArgumentParser
import PetaAdminAPI

struct UserDeny: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract: "Deny a user a server, or one thing that it offers.",
        usage: "peta user deny [<options>] <user> <server[::name]> ...",
        discussion: """
            A denial wins over every grant, over public servers, and over being an owner. In place of a grant of the very same. A \
            denied thing looks as if it did not exist. Takes effect on running sessions at once.

            Example:
              peta user deny alice bank::transfer
              peta user deny alice old
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var rights: RightOptions

    func run(_ session: Session) throws { try rights.run(.deny, session) }
}
