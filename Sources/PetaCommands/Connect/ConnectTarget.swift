import Glibc
import PetaAdminAPI

/// Where the gateway is to be found: what was said, else what it says itself, else where it usually is.
struct ConnectTarget {
    private let listening: [String]?
    private let namedURL: String?
    private let namedSocket: String?
    private let standardSocket: String
    private let console: Console

    init(_ session: Session, url: String?, socket: String?, _ adminSocket: String?) throws {
        namedURL = url
        namedSocket = socket.map(SettingsResolver.absolute)
        standardSocket = MCPSocketLocator(variables: CommandContext.current.variables).socket(flag: nil, adminSocket: adminSocket)
        listening = try? session.client.status().listen
        console = session.console
    }

    private static let standardURL = "http://127.0.0.1:3002/mcp"

    /// The endpoint over HTTP, as a program on this machine reaches it.
    func url() throws(AdminError) -> String {
        if let namedURL { return namedURL }
        guard let listening else {
            console.note("note: the gateway cannot be asked where it listens; \(Self.standardURL) is its usual place, --url names another")
            return Self.standardURL
        }
        guard let url = listening.first(where: { $0.hasPrefix("http") }) else {
            throw AdminError(
                .failed, "the gateway does not serve MCP over HTTP", hint: "Use --via stdio, or start it with --listen HOST:PORT too.")
        }
        // "Every interface" is nowhere to go to.
        for (wildcard, loopback) in [("://0.0.0.0:", "://127.0.0.1:"), ("://[::]:", "://[::1]:")] where url.contains(wildcard) {
            return url.replacing(wildcard, with: loopback)
        }
        return url
    }

    /// `peta mcp-stdio` with what it has to be told. With a token it goes over HTTP where that is possible.
    func stdio(hasToken: Bool) throws(AdminError) -> ConnectRoute {
        let command = CommandContext.current.executable
        if hasToken, namedSocket == nil {
            let url = try url()
            if BridgeTarget(url: url, token: nil) != nil {
                return .stdio(command: command, arguments: ["mcp-stdio", "--url", url], environment: [:])
            }
        }
        return .stdio(command: command, arguments: ["mcp-stdio", "--socket", socket()], environment: [:])
    }

    private func socket() -> String {
        if let namedSocket { return namedSocket }
        guard let listening else { return standardSocket }
        if let socket = listening.first(where: { $0.hasPrefix(ListenAddress.scheme) }) {
            return String(socket.dropFirst(ListenAddress.scheme.utf8.count))
        }
        console.note("note: the gateway does not listen on a Unix socket yet; 'peta serve --listen unix:' makes it")
        return standardSocket
    }
}
