import Glibc

/// Where things lie when nobody says so: system directories for root, XDG directories for anyone else.
struct StandardPaths {
    let variables: [String: String]
    let isRoot: Bool

    /// The file that is read when the data directory has none.
    static let systemFile = "/etc/peta/peta.yaml"

    /// `/var/lib/peta`, or `$XDG_DATA_HOME/peta`, or `~/.local/share/peta`.
    var dataDirectory: String {
        if isRoot { return "/var/lib/peta" }
        if let base = absolute("XDG_DATA_HOME") { return base + "/peta" }
        return home + "/.local/share/peta"
    }

    /// `/run/peta/admin.sock`, or `$XDG_RUNTIME_DIR/peta/admin.sock`, or `admin.sock` in the data directory.
    func socket(dataDirectory: String) -> String {
        if isRoot { return "/run/peta/admin.sock" }
        if let base = absolute("XDG_RUNTIME_DIR") { return base + "/peta/admin.sock" }
        return dataDirectory + "/admin.sock"
    }

    /// `$XDG_STATE_HOME/peta`, or `~/.local/state/peta`: of the person who types, and so of root too.
    var stateDirectory: String { (absolute("XDG_STATE_HOME") ?? home + "/.local/state") + "/peta" }

    /// The configuration files that are looked for, in this order.
    func configurationFiles(dataDirectory: String) -> [String] {
        [dataDirectory + "/etc/peta.yaml", Self.systemFile]
    }

    var home: String {
        if let home = absolute("HOME") { return home }
        if let entry = getpwuid(getuid()), let directory = entry.pointee.pw_dir { return String(cString: directory) }
        return ""
    }

    /// The XDG specification says that a relative path is to be ignored.
    private func absolute(_ name: String) -> String? {
        guard let path = variables[name], path.hasPrefix("/") else { return nil }
        return path == "/" ? "" : path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
