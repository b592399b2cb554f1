import PetaAdminAPI

/// The MCP clients whose configuration Peta can write.
enum ConnectClient: String, CaseIterable {
    case claudeDesktop = "claude-desktop"
    case claudeCode = "claude-code"
    case cursor
    case vscode
    case codex
    case n8n

    /// How a client comes to the gateway.
    enum Way: String, CaseIterable {
        case http, stdio
    }

    var title: String {
        switch self {
        case .claudeDesktop: "Claude Desktop"
        case .claudeCode: "Claude Code"
        case .cursor: "Cursor"
        case .vscode: "VS Code"
        case .codex: "Codex"
        case .n8n: "n8n"
        }
    }

    /// What it can do.
    var ways: [Way] {
        switch self {
        case .claudeDesktop: [.stdio]
        case .n8n: [.http]
        case .claudeCode, .cursor, .vscode, .codex: [.http, .stdio]
        }
    }

    /// The member of its file under which servers stand.
    var container: String { self == .vscode ? "servers" : "mcpServers" }

    /// Its file; nil where there is none.
    func file(_ variables: [String: String]) -> String? {
        func directory(_ name: String, or other: String) -> String {
            variables[name].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? StandardPaths(variables: variables, isRoot: false).home + other
        }
        switch self {
        case .claudeDesktop: return directory("XDG_CONFIG_HOME", or: "/.config") + "/Claude/claude_desktop_config.json"
        case .claudeCode: return SettingsResolver.absolute(".mcp.json")
        case .cursor: return StandardPaths(variables: variables, isRoot: false).home + "/.cursor/mcp.json"
        case .vscode: return directory("XDG_CONFIG_HOME", or: "/.config") + "/Code/User/mcp.json"
        case .codex: return directory("CODEX_HOME", or: "/.codex") + "/config.toml"
        case .n8n: return nil
        }
    }

    /// What stands under the server's name.
    func entry(_ route: ConnectRoute) -> JSONNode {
        var members: [JSONMember] = []
        switch route {
        case .http(let url, let token):
            let header = JSONNode.object([JSONMember("Authorization", .string("Bearer " + token))])
            switch self {
            case .n8n:
                return .object([
                    JSONMember("endpoint", .string(url)), JSONMember("serverTransport", .string("httpStreamable")),
                    JSONMember("authentication", .string("bearerAuth")), JSONMember("headers", header),
                ])
            case .codex: return .object([JSONMember("url", .string(url)), JSONMember("http_headers", header)])
            case .claudeCode, .vscode: members.append(JSONMember("type", .string("http")))
            case .claudeDesktop, .cursor: break
            }
            members += [JSONMember("url", .string(url)), JSONMember("headers", header)]
        case .stdio(let command, let arguments, let environment):
            if self == .claudeCode || self == .vscode { members.append(JSONMember("type", .string("stdio"))) }
            members.append(JSONMember("command", .string(command)))
            members.append(JSONMember("args", .array(arguments.map(JSONNode.string))))
            if !environment.isEmpty {
                members.append(
                    JSONMember("env", .object(environment.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) })))
            }
        }
        return .object(members)
    }
}

/// One way to the gateway, with everything that a client has to be told.
enum ConnectRoute: Equatable {
    case http(url: String, token: String)
    case stdio(command: String, arguments: [String], environment: [String: String])

    /// The same with this token; without one it stays as it is.
    func with(token: String?) -> ConnectRoute {
        guard let token else { return self }
        switch self {
        case .http(let url, _): return .http(url: url, token: token)
        case .stdio(let command, let arguments, let environment):
            return .stdio(command: command, arguments: arguments, environment: environment.merging(["PETA_TOKEN": token]) { $1 })
        }
    }
}
