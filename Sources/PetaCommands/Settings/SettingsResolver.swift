import Glibc
import PetaAdminAPI

/// Brings flags, environment, configuration file and defaults together.
struct SettingsResolver: Sendable {
    let variables: [String: String]
    let isRoot: Bool
    /// Values given on the command line, by key.
    let flags: [String: [String]]
    /// The value of `--config`.
    let configurationFlag: String?

    init(
        variables: [String: String], isRoot: Bool = geteuid() == 0, flags: [String: [String]] = [:], configurationFlag: String? = nil
    ) {
        self.variables = variables
        self.isRoot = isRoot
        self.flags = flags
        self.configurationFlag = configurationFlag
    }

    /// The settings, or the first thing that is wrong with them.
    func resolve() throws(AdminError) -> ServeSettings {
        let (settings, problems) = try examine()
        guard let first = problems.first else { return settings }
        let more = problems.count - 1
        throw AdminError(
            .invalidArgument, first, hint: more > 0 ? "There \(more == 1 ? "is" : "are") \(more) more; see 'peta config check'." : nil)
    }

    /// The settings as far as they can be read, with everything that is wrong. Throws where a file cannot be read at all.
    func examine() throws(AdminError) -> (settings: ServeSettings, problems: [String]) {
        let paths = StandardPaths(variables: variables, isRoot: isRoot)
        var settings = ServeSettings()
        var problems: [String] = []
        settings.dataDirectory = ""

        if let path = try configurationFile() {
            let file = try ConfigurationFile(path: path)
            settings.configurationFile = path
            for entry in file.entries {
                guard let setting = SettingTable.setting(entry.key) else {
                    let hint = Words.didYouMean(entry.key, among: SettingTable.all.map(\.key))
                    problems.append("\(path):\(entry.line): \(entry.key): unknown key\(hint)")
                    continue
                }
                apply(
                    setting, entry.texts, .file(path: path, line: entry.line), "\(path):\(entry.line): \(entry.key)", &settings, &problems)
            }
        }
        for setting in SettingTable.all {
            guard let text = variables[setting.variable], !text.isEmpty else { continue }
            apply(setting, split(text, setting), .environment(setting.variable), setting.variable, &settings, &problems)
        }
        for setting in SettingTable.all {
            guard let texts = flags[setting.key], let flag = setting.flag else { continue }
            apply(setting, texts, .flag(flag), flag, &settings, &problems)
        }
        if settings.dataDirectory.isEmpty { settings.dataDirectory = paths.dataDirectory }
        if settings.socket.isEmpty { settings.socket = paths.socket(dataDirectory: Self.absolute(settings.dataDirectory)) }
        settings.dataDirectory = Self.absolute(settings.dataDirectory)
        settings.socket = Self.absolute(settings.socket)
        let standard = ListenAddress.standardSocket(besideAdminSocket: settings.socket)
        settings.listen = settings.listen.map { address in
            guard case .unix(let path) = address else { return address }
            return .unix(path: path.isEmpty ? standard : Self.absolute(path))
        }
        settings.tls.certificate = settings.tls.certificate.map(Self.absolute)
        settings.tls.key = settings.tls.key.map(Self.absolute)
        settings.vault.passphraseFile = settings.vault.passphraseFile.map(Self.absolute)
        settings.metrics.listen = settings.metrics.listen.map { address in
            guard case .unix(let path) = address, !path.isEmpty else { return address }
            return .unix(path: Self.absolute(path))
        }
        problems += Self.contradictions(settings) + TelemetryCheck.problems(settings)
        settings.entries = entries(settings)
        let again = self
        settings.reload = { try again.reload($0) }
        return (settings, problems)
    }

    /// The file that is read: the one that was named, else the first that exists.
    func configurationFile() throws(AdminError) -> String? {
        if let named = configurationFlag ?? variables["PETA_CONFIG"], !named.isEmpty { return Self.absolute(named) }
        for path in searchedFiles() {
            if access(path, R_OK) == 0 { return path }
            // A file that exists and cannot be read must not be skipped as if it said nothing.
            if errno == EACCES { throw FileProblem(path: path, number: EACCES).adminError }
        }
        return nil
    }

    /// The places that are searched when no file was named.
    func searchedFiles() -> [String] {
        let paths = StandardPaths(variables: variables, isRoot: isRoot)
        let data = flags["dataDir"]?.first ?? variables["PETA_DATA_DIR"].flatMap { $0.isEmpty ? nil : $0 } ?? paths.dataDirectory
        return paths.configurationFiles(dataDirectory: Self.absolute(data))
    }

    private func apply(
        _ setting: Setting, _ texts: [String], _ origin: SettingOrigin, _ name: String, _ settings: inout ServeSettings,
        _ problems: inout [String]
    ) {
        do throws(SettingProblem) {
            try setting.write(&settings, texts)
            settings.origins[setting.key] = origin
        } catch {
            problems.append("\(name): \(error.words)")
        }
    }

    private func split(_ text: String, _ setting: Setting) -> [String] {
        guard case .list = setting.form else { return [text] }
        return text.split(separator: ",").map { $0.drop { $0 == " " } }.map { part in
            String(part.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    private static func contradictions(_ settings: ServeSettings) -> [String] {
        var problems: [String] = []
        /// Where the first of them stands that somebody set: a default cannot be mended.
        func place(_ keys: String...) -> String {
            let key = keys.first { settings.origins[$0] ?? .standard != .standard } ?? keys[0]
            return OriginWords.place(key, settings)
        }
        if settings.listen.contains(.unix(path: settings.socket)) {
            problems.append("\(place("listen", "socket")): MCP and administration cannot be served on one socket, \(settings.socket)")
        }
        if let twice = settings.listen.first(where: { address in
            if case .tcp(_, 0) = address { return false }
            return settings.listen.count { $0 == address } > 1
        }) {
            problems.append("\(place("listen")): \(twice) stands here twice")
        }
        if (settings.tls.certificate == nil) != (settings.tls.key == nil) {
            let given = settings.tls.key == nil ? "tls.certificate" : "tls.key"
            let missing = settings.tls.key == nil ? "tls.key" : "tls.certificate"
            problems.append("\(place(given)): \(given) needs \(missing)")
        }
        if settings.calls.timeoutSeconds > settings.calls.maxSeconds {
            let text =
                "calls.timeoutSeconds (\(settings.calls.timeoutSeconds)) is larger than calls.maxSeconds (\(settings.calls.maxSeconds))"
            problems.append("\(place("calls.timeoutSeconds", "calls.maxSeconds")): \(text)")
        }
        if settings.limits.resultBytes > settings.limits.resultMemoryBytes {
            let place = place("limits.resultBytes", "limits.resultMemoryBytes")
            problems.append("\(place): limits.resultBytes is larger than limits.resultMemoryBytes")
        }
        if settings.limits.sessionsPerUser > settings.limits.sessions {
            let place = place("limits.sessionsPerUser", "limits.sessions")
            problems.append("\(place): limits.sessionsPerUser is larger than limits.sessions")
        }
        return problems
    }

    /// What would be in force if nobody said anything.
    static func defaults(_ variables: [String: String]) -> ServeSettings {
        let paths = StandardPaths(variables: variables, isRoot: geteuid() == 0)
        var settings = ServeSettings()
        settings.dataDirectory = paths.dataDirectory
        settings.socket = paths.socket(dataDirectory: settings.dataDirectory)
        return settings
    }

    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let pointer = getcwd(nil, 0) else { return path }
        defer { free(pointer) }
        let directory = String(cString: pointer)
        return (directory == "/" ? "" : directory) + "/" + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
    }
}
