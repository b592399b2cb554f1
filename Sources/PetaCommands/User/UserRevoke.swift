import ArgumentParser
import PetaAdminAPI

struct UserRevoke: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take back what was granted or denied.",
        usage: "peta user revoke [<options>] <user> <server[::name]> ...",
        discussion: """
            Takes back what was said of exactly this: of the server as a whole, or of the tool (--prompt, --resource: prompt or \
            resource). Takes effect on running sessions at once.

            Example:
              peta user revoke alice files
              peta user revoke alice bank::transfer
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var rights: RightOptions

    func run(_ session: Session) throws { try rights.run(.revoke, session) }
}
