/// The clients whose servers can be read, and where their files lie.
enum ImportClient: String, CaseIterable {
    case claudeDesktop = "claude-desktop"
    case claudeCode = "claude-code"
    case cursor
    case vscode
    case windsurf
    case codex
    case gemini

    var title: String {
        switch self {
        case .windsurf: "Windsurf"
        case .gemini: "Gemini CLI"
        default: connect?.title ?? rawValue
        }
    }

    /// The same client for `peta connect`, where that knows it.
    var connect: ConnectClient? { ConnectClient(rawValue: rawValue) }

    /// Its files, whether they are there or not: those of this directory first.
    func files(_ variables: [String: String]) -> [String] {
        let home = StandardPaths(variables: variables, isRoot: false).home
        let config = variables["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.config"
        switch self {
        case .claudeDesktop: return [config + "/Claude/claude_desktop_config.json"]
        case .claudeCode: return [SettingsResolver.absolute(".mcp.json"), home + "/.claude.json"]
        case .cursor: return [SettingsResolver.absolute(".cursor/mcp.json"), home + "/.cursor/mcp.json"]
        case .vscode:
            let user = config + "/Code/User/"
            return [SettingsResolver.absolute(".vscode/mcp.json"), user + "mcp.json", user + "settings.json"]
        case .windsurf: return [home + "/.codeium/windsurf/mcp_config.json"]
        case .codex: return [(variables["CODEX_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home + "/.codex") + "/config.toml"]
        case .gemini: return [SettingsResolver.absolute(".gemini/settings.json"), home + "/.gemini/settings.json"]
        }
    }

    /// Replaces `${NAME}` by an environment variable wherever it stands. The others know `${env:NAME}` only, and hand `${NAME}` to the server.
    var expandsBareNames: Bool { self == .claudeCode || self == .gemini }
}
