import ArgumentParser
import PetaAdminAPI

struct SecretSet: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Store a secret or a new value of one.",
        usage: "peta secret set [<options>] <name>",
        discussion: """
            The value is never an argument, where other users could see it. It is asked for without echo, or read from \
            standard input, a file or an environment variable. One newline at the end of standard input or of a file is \
            dropped, unless --keep-newline is given.

            Example:
              peta secret set github
              pass show github | peta secret set github --stdin
              peta secret set tls-key --from-file /etc/ssl/key.pem --keep-newline
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The name: a letter, then letters, digits and . _ -", completion: LiveNames.secrets)
    var name: String

    @Flag(help: "Read the value from standard input.")
    var stdin = false

    @Option(help: ArgumentHelp("Read the value from a file.", valueName: "path"), completion: .file())
    var fromFile: String?

    @Option(help: ArgumentHelp("Take the value from an environment variable.", valueName: "variable"))
    var fromEnv: String?

    @Flag(help: "Keep the newline at the end of the value.")
    var keepNewline = false

    func validate() throws {
        let sources = (stdin ? 1 : 0) + (fromFile == nil ? 0 : 1) + (fromEnv == nil ? 0 : 1)
        guard sources <= 1 else { throw ValidationError("give only one of --stdin, --from-file and --from-env") }
    }

    func run(_ session: Session) throws {
        let value = try value(session)
        guard !value.isEmpty else { throw AdminError(.invalidArgument, "the value is empty; nothing was stored") }
        let secret = try session.client.setSecret(name, value: value)
        try session.renderer.show(secret) { $0.line("\(secret.name): stored, version \(secret.version)") }
    }

    private func value(_ session: Session) throws -> [UInt8] {
        if stdin { return trimmed(try TextFile.read(session.console.input, path: "standard input", limit: 1 << 20)) }
        if let fromFile { return trimmed(try TextFile.read(fromFile, limit: 1 << 20)) }
        if let fromEnv {
            guard let value = CommandContext.current.variables[fromEnv] else {
                throw AdminError(.notFound, "there is no environment variable '\(fromEnv)'")
            }
            return Array(value.utf8)
        }
        guard session.console.isInputTerminal else {
            throw ValidationError("there is no terminal to ask at; give --stdin, --from-file or --from-env")
        }
        return try SecretInput.prompt("Value of \(Escaped.line(name)) (not shown): ", console: session.console)
    }

    private func trimmed(_ value: [UInt8]) -> [UInt8] {
        guard !keepNewline, value.last == 0x0A else { return value }
        let cut = value.dropLast()
        return Array(cut.last == 0x0D ? cut.dropLast() : cut)
    }
}
