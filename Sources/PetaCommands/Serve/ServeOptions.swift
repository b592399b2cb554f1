import ArgumentParser
import PetaAdminAPI

/// The flags of `peta serve`; `peta config` takes them too, to tell what would come of them.
struct ServeOptions: ParsableArguments {
    @Option(
        name: .customLong("listen"),
        help: ArgumentHelp("HOST:PORT or unix:PATH to serve MCP on; may be given more than once.", valueName: "address"))
    var listen: [String] = []

    @Option(name: .customLong("tls-cert"), help: ArgumentHelp("PEM file of the certificate chain.", valueName: "path"), completion: .file())
    var tlsCertificate: String?

    @Option(name: .customLong("tls-key"), help: ArgumentHelp("PEM file of the private key.", valueName: "path"), completion: .file())
    var tlsKey: String?

    @Option(
        name: .customLong("data-dir"), help: ArgumentHelp("Directory of the database and the key file.", valueName: "path"),
        completion: .directory)
    var dataDirectory: String?

    @Option(name: .customLong("admin-socket"), help: ArgumentHelp("Path of the admin socket.", valueName: "path"), completion: .file())
    var adminSocket: String?

    @Option(
        name: .customLong("passphrase-file"), help: ArgumentHelp("File with the passphrase of the vault.", valueName: "path"),
        completion: .file())
    var passphraseFile: String?

    @Option(
        name: .customLong("log-level"), help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"),
        completion: .list(LogLevel.allCases.map(\.rawValue)))
    var logLevel: String?

    @Option(
        name: .customLong("log-format"), help: ArgumentHelp("text or json.", valueName: "format"),
        completion: .list(LogFormat.allCases.map(\.rawValue)))
    var logFormat: String?

    @Option(
        name: .customLong("config"), help: ArgumentHelp("The configuration file.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    /// The flags that were given, by the key of their setting.
    var flags: [String: [String]] {
        var flags: [String: [String]] = [:]
        if !listen.isEmpty { flags["listen"] = listen }
        let single = [
            ("tls.certificate", tlsCertificate), ("tls.key", tlsKey), ("dataDir", dataDirectory), ("socket", adminSocket),
            ("vault.passphraseFile", passphraseFile),
            ("log.level", logLevel), ("log.format", logFormat),
        ]
        for (key, value) in single {
            if let value { flags[key] = [value] }
        }
        return flags
    }

    func resolver(_ context: CommandContext) -> SettingsResolver {
        SettingsResolver(variables: context.variables, flags: flags, configurationFlag: config)
    }

    /// A wrong value on the command line is wrong usage, whatever else is wrong.
    func validate() throws {
        var scratch = ServeSettings()
        for (key, texts) in flags.sorted(by: { $0.key < $1.key }) {
            guard let setting = SettingTable.setting(key) else { continue }
            do throws(SettingProblem) {
                try setting.write(&scratch, texts)
            } catch {
                throw ValidationError("\(setting.flag ?? key): \(error.words)")
            }
        }
    }
}
