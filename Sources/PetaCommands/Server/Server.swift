import ArgumentParser

struct Server: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "Manage the MCP servers behind the gateway.",
        discussion: """
            Without a verb it lists.

            Example:
              peta server add files -- npx -y @modelcontextprotocol/server-filesystem /srv
              peta server import --from cursor
              peta server call files list_directory '{"path":"/srv"}'
            """,
        subcommands: [
            ServerList.self, ServerAdd.self, ServerImport.self, ServerShow.self, ServerUpdate.self, ServerRemove.self, ServerStart.self,
            ServerStop.self, ServerRestart.self, ServerEnable.self, ServerDisable.self, ServerTools.self, ServerTool.self, ServerCall.self,
            ServerLogs.self,
        ],
        defaultSubcommand: ServerList.self)
}
