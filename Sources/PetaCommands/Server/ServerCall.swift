import ArgumentParser
import PetaAdminAPI

struct ServerCall: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Call a tool as the administrator, to test it.",
        discussion: """
            Prints the text of the result; with --json the result exactly as the server gave it. Exit code 1 when the result \
            says that it is an error. The call is audited like any other.

            Example:
              peta server call files list_directory '{"path":"/srv"}'
              echo '{"path":"/srv"}' | peta server call files list_directory - --json
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String

    @Argument(help: "The tool, by its own name.", completion: LiveNames.tools)
    var tool: String

    @Argument(help: ArgumentHelp("The arguments, a JSON object; @FILE reads a file, - standard input.", valueName: "json"))
    var arguments: String?

    func run(_ session: Session) throws {
        let prefix = id + "::"
        let name = tool.hasPrefix(prefix) ? String(tool.dropFirst(prefix.count)) : tool
        let request = CallRequest(tool: name, arguments: try argumentsObject(session))
        let result = try session.naming(.server(id), .tool(name, server: id)) { try session.client.call(request, on: id) }
        let view = try? JSONReader.read(result)
        try session.renderer.show(raw: result) { ToolResultPage.fill(&$0, view, raw: result) }
        if view?["isError"]?.boolValue == true { throw ExitCode(1) }
    }

    private func argumentsObject(_ session: Session) throws -> RawJSON? {
        guard let arguments else { return nil }
        return try JSONArguments.read(arguments, session)
    }
}
