import ArgumentParser
import PetaAdminAPI

struct ServerRestart: ServerActCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Stop a server and start it again.",
        discussion: """
            Example:
              peta server restart files
            """)
    static let act = ServerAct.restart
    static let done = "restarted"

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String
}
