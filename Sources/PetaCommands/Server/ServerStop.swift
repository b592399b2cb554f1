import ArgumentParser
import PetaAdminAPI

struct ServerStop: ServerActCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop a server; the next call that needs it starts it again.",
        discussion: """
            Example:
              peta server stop files
            """)
    static let act = ServerAct.stop
    static let done = "stopped"

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String
}
