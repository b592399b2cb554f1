import ArgumentParser

struct ServerTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tool",
        abstract: "Change what a server exposes, and how dangerous its tools are.",
        discussion: """
            'peta server tools ID' lists them.

            Example:
              peta server tool set bank transfer --danger approval
              peta server tool set bank drop_all --off
            """,
        subcommands: [ServerToolSet.self])
}
