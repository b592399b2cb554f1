import Glibc
import PetaAdminAPI

/// Finds the gateway's MCP socket for a local client, with the precedence of the gateway itself.
struct MCPSocketLocator {
    let variables: [String: String]

    /// Where the system's own gateway has it.
    static let systemSocket = "/run/peta/mcp.sock"

    /// The flag, `PETA_MCP_SOCKET`, the first one among the addresses of the settings, the standard place; where nothing lies there, the
    /// system's.
    func socket(flag: String?, adminSocket: String? = nil) -> String {
        if let flag { return SettingsResolver.absolute(flag) }
        if let path = variables["PETA_MCP_SOCKET"], !path.isEmpty { return SettingsResolver.absolute(path) }
        let listed = variables["PETA_LISTEN"]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? configured() ?? []
        for text in listed {
            if case .unix(let path) = ListenAddress(text), !path.isEmpty { return SettingsResolver.absolute(path) }
        }
        let standard = ListenAddress.standardSocket(besideAdminSocket: SocketLocator(variables: variables).socket(flag: adminSocket))
        return access(standard, F_OK) != 0 && access(Self.systemSocket, F_OK) == 0 ? Self.systemSocket : standard
    }

    private func configured() -> [String]? {
        guard let path = try? SettingsResolver(variables: variables).configurationFile(), let file = try? ConfigurationFile(path: path)
        else {
            return nil
        }
        return file.entries.last { $0.key == "listen" }?.texts
    }
}
