import ArgumentParser

struct DemoServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-server",
        abstract: "Run a small MCP server to try things with.",
        discussion: """
            It speaks MCP on its standard input and output. Arguments are handed to it as they are.

            Example:
              peta server add demo -- peta demo-server
              peta server call demo echo '{"text":"hello"}'
            """)

    @Argument(parsing: .captureForPassthrough, help: ArgumentHelp("Arguments of the demonstration server.", valueName: "argument"))
    var arguments: [String] = []

    func run() async throws {
        try await CommandContext.current.environment.demoServer(Array(arguments.first == "--" ? arguments.dropFirst() : arguments[...]))
    }
}
