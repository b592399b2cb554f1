import ArgumentParser
import PetaAdminAPI

struct McpStdio: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp-stdio",
        abstract: "Connect an MCP client that speaks stdio to the gateway.",
        usage: "peta mcp-stdio [<options>]",
        discussion: """
            A client starts it as if it were a server. Over the gateway's Unix socket ('peta serve --listen unix:') the system says \
            whose program this is, and no token is needed once an administrator has said 'peta user update NAME --uid UID'. With --url \
            it goes over HTTP on this machine, with a token from PETA_TOKEN or --token-file. It ends with the client's input, and with \
            it the session. A session that the gateway has lost is opened anew.

            Example:
              peta mcp-stdio
              peta mcp-stdio --url http://127.0.0.1:3002/mcp --token-file token.txt
            """)

    @Option(help: ArgumentHelp("The gateway's MCP socket.", valueName: "path"), completion: .file())
    var socket: String?

    @Option(help: ArgumentHelp("The gateway's endpoint on a loopback address, instead of a socket.", valueName: "url"))
    var url: String?

    @Option(help: ArgumentHelp("Read the access token from a file.", valueName: "path"), completion: .file())
    var tokenFile: String?

    func validate() throws {
        if socket != nil, url != nil { throw ValidationError("give only one of --socket and --url") }
        if let url, BridgeTarget(url: url, token: nil) == nil {
            throw ValidationError(
                "--url: expected http://127.0.0.1:PORT/mcp or another loopback address, found '\(url)'; a token does not cross a network in the clear"
            )
        }
    }

    func run() throws {
        let context = CommandContext.current
        var token: String?
        if let tokenFile {
            token = try BearerToken.read(try TextFile.read(tokenFile, limit: 65_536), from: tokenFile)
        } else if let text = context.variables["PETA_TOKEN"], !text.isEmpty {
            token = try BearerToken.read(Array(text.utf8), from: "PETA_TOKEN")
        }
        let target =
            url.flatMap { BridgeTarget(url: $0, token: token) }
            ?? BridgeTarget(socket: MCPSocketLocator(variables: context.variables).socket(flag: socket), token: token)
        try Bridge(target, console: context.console).run()
    }
}
