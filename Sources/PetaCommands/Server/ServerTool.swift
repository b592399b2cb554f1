import ArgumentParser

struct ServerTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tool",
        abstract: "Change what a server exposes, how dangerous its tools are, and which of their changes are accepted.",
        discussion: """
            'peta server tools ID' lists them.

            Example:
              peta server tool set bank transfer --danger approval
              peta server tool set bank drop_all --off
              peta server tool accept files read_file
            """,
        subcommands: [ServerToolSet.self, ServerToolAccept.self])
}
