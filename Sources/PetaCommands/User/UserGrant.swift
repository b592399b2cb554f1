import ArgumentParser
import PetaAdminAPI

struct UserGrant: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Let a user use a server, or one thing that it offers.",
        usage: "peta user grant [<options>] <user> <server[::name]> ...",
        discussion: """
            A server gives all that it offers; SERVER::NAME gives that tool alone (--prompt, --resource: that prompt or resource). A \
            name may be granted before the server offers it. What is denied stays denied: 'peta user revoke' takes that back. Takes \
            effect on running sessions at once.

            Example:
              peta user grant alice files
              peta user grant bob bank::balance
              peta user grant bob --resource 'files::file:///srv/{name}'
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var rights: RightOptions

    func run(_ session: Session) throws { try rights.run(.allow, session) }
}
