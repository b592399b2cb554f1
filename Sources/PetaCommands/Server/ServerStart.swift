import ArgumentParser
import PetaAdminAPI

struct ServerStart: ServerActCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a server now, without waiting for a call.",
        discussion: """
            Example:
              peta server start files
            """)
    static let act = ServerAct.start
    static let done = "started"

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String
}
