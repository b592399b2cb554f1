import ArgumentParser
import PetaAdminAPI

struct ServerList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the servers.",
        discussion: """
            Example:
              peta server list
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let servers = try session.client.servers()
        try session.renderer.show(servers) {
            $0.table(ServerPage.table(servers), empty: "No server yet. Add one with 'peta server add ID -- COMMAND'.")
        }
    }
}
