import ArgumentParser
import PetaAdminAPI

struct ServerEnable: ServerActCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let clients use a server again.",
        discussion: """
            Example:
              peta server enable files
            """)
    static let act = ServerAct.enable
    static let done = "enabled"

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String
}
