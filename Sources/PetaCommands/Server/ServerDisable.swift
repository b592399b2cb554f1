import ArgumentParser
import PetaAdminAPI

struct ServerDisable: ServerActCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Hide a server from clients and stop it; nothing is lost.",
        discussion: """
            Example:
              peta server disable files
            """)
    static let act = ServerAct.disable
    static let done = "disabled"

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String
}
