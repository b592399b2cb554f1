import ArgumentParser

struct ServerTool: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tool",
        abstract: "Say what holds for single tools of a server.",
        discussion: """
            Example:
              peta server tool accept files read_file
            """,
        subcommands: [ServerToolAccept.self])
}
