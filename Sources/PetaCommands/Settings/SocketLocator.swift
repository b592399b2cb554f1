import Glibc
import PetaAdminAPI

/// Finds the socket for a command that talks to the daemon, with the same precedence as the daemon itself.
///
/// Unlike the daemon it does not mind a configuration file that it may not read or that is wrong elsewhere: who only asks
/// for the status is not the one to be told.
struct SocketLocator {
    let variables: [String: String]
    let isRoot: Bool

    init(variables: [String: String], isRoot: Bool = geteuid() == 0) {
        self.variables = variables
        self.isRoot = isRoot
    }

    func socket(flag: String?) -> String {
        if let flag { return SettingsResolver.absolute(flag) }
        if let path = variables["PETA_SOCKET"], !path.isEmpty { return SettingsResolver.absolute(path) }
        let resolver = SettingsResolver(variables: variables, isRoot: isRoot)
        let paths = StandardPaths(variables: variables, isRoot: isRoot)
        var data = variables["PETA_DATA_DIR"].flatMap { $0.isEmpty ? nil : $0 }
        if let path = try? resolver.configurationFile(), let file = try? ConfigurationFile(path: path) {
            if let socket = file.entries.last(where: { $0.key == "socket" })?.texts.first, !socket.isEmpty {
                return SettingsResolver.absolute(socket)
            }
            data = data ?? file.entries.last { $0.key == "dataDir" }?.texts.first
        }
        return paths.socket(dataDirectory: SettingsResolver.absolute(data ?? paths.dataDirectory))
    }
}
