import ArgumentParser

struct Tool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tool",
        abstract: "Find out about tools across all servers.",
        discussion: """
            Without a verb it lists the tools of all servers.

            Example:
              peta tool which files__list_directory
            """,
        subcommands: [ToolList.self, ToolWhich.self],
        defaultSubcommand: ToolList.self)
}
