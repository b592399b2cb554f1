import ArgumentParser

/// `peta`: the tree of commands.
struct RootCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "peta",
            abstract: "The control plane for MCP servers.",
            discussion: """
                AI clients see one MCP server; Peta routes to the many behind it, keeps their credentials, decides who may \
                call what, and records every call.

                Example:
                  peta serve
                  peta server add files -- npx -y @modelcontextprotocol/server-filesystem /srv
                  peta status
                """,
            version: "peta " + CommandContext.current.environment.version,
            subcommands: [Manual.self, CompleteNames.self, CompleteWords.self],
            groupedSubcommands: groups)
    }

    static let groups = [
        CommandGroup(
            name: "Gateway",
            subcommands: [Serve.self, Status.self, DoctorCommand.self, Shell.self, Log.self, Config.self, Backup.self]),
        CommandGroup(name: "Servers", subcommands: [Server.self, Tool.self, Secret.self, Vault.self]),
        CommandGroup(name: "People", subcommands: [User.self, Token.self, Policy.self, Approve.self, Network.self]),
        CommandGroup(name: "Record", subcommands: [Audit.self, Why.self]),
        CommandGroup(name: "Clients", subcommands: [Connect.self, McpStdio.self]),
        CommandGroup(name: "More", subcommands: [Completion.self, DemoServer.self, Version.self]),
    ]

    func run() throws {
        let console = CommandContext.current.console
        var text = Style.heading.paint("peta", usesColor: console.usesColor) + ", the control plane for MCP servers\n"
        for group in Self.groups {
            text += "\n" + Style.heading.paint(group.name, usesColor: console.usesColor) + "\n"
            for command in group.subcommands {
                let name = command._commandName
                text += "  " + name + String(repeating: " ", count: max(1, 13 - name.utf8.count)) + command.configuration.abstract + "\n"
            }
        }
        text += "\n'peta COMMAND --help' tells more. Start with 'peta serve', then 'peta status'.\n"
        try console.write(text)
    }
}
