import ArgumentParser
import Glibc
import PetaAdminAPI

/// Where a passphrase comes from when nobody is to be asked. Never from an argument, which every user of the machine can see.
struct PassphraseOptions: ParsableArguments {
    @Flag(help: "Read the passphrase from standard input.")
    var stdin = false

    @Option(help: ArgumentHelp("Read the passphrase from an open descriptor.", valueName: "number"))
    var passphraseFd: Int32?

    @Option(help: ArgumentHelp("Read the passphrase from a file.", valueName: "path"), completion: .file())
    var fromFile: String?

    var isGiven: Bool { stdin || passphraseFd != nil || fromFile != nil }

    func validate() throws {
        let sources = (stdin ? 1 : 0) + (passphraseFd == nil ? 0 : 1) + (fromFile == nil ? 0 : 1)
        guard sources <= 1 else { throw ValidationError("give only one of --stdin, --passphrase-fd and --from-file") }
        if let passphraseFd, passphraseFd < 0 { throw ValidationError("--passphrase-fd: expected the number of a descriptor") }
    }

    /// All bytes of what was named, without one line end behind them; nil where nothing was.
    func read(_ console: Console) throws -> [UInt8]? {
        guard let bytes = try readAll(console) else { return nil }
        let trimmed = Self.trimmed(bytes)
        guard !trimmed.isEmpty else { throw AdminError(.invalidArgument, "the passphrase is empty") }
        return trimmed
    }

    /// The same, untouched.
    func readAll(_ console: Console) throws -> [UInt8]? {
        if let fromFile { return try TextFile.read(fromFile, limit: Self.limit) }
        guard stdin || passphraseFd != nil else { return nil }
        let descriptor = passphraseFd ?? console.input
        guard fcntl(descriptor, F_GETFD) >= 0 else {
            throw AdminError(.invalidArgument, "descriptor \(descriptor) is not open, so no passphrase can be read from it")
        }
        guard isatty(descriptor) == 0 else {
            throw AdminError(
                .invalidArgument, "descriptor \(descriptor) is a terminal, which would show the passphrase",
                hint: "Leave the option away to be asked for it.")
        }
        return try TextFile.read(descriptor, path: descriptor == 0 ? "standard input" : "descriptor \(descriptor)", limit: Self.limit)
    }

    /// Asks at the terminal.
    static func ask(_ words: String, _ console: Console) throws -> [UInt8] {
        guard console.isInputTerminal else {
            throw ValidationError("there is no terminal to ask at; give --stdin, --passphrase-fd or --from-file")
        }
        let typed = try SecretInput.prompt(words, console: console)
        guard !typed.isEmpty else { throw AdminError(.failed, "nothing was typed; nothing was changed") }
        return typed
    }

    static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.last == 0x0A else { return bytes }
        let cut = bytes.dropLast()
        return Array(cut.last == 0x0D ? cut.dropLast() : cut)
    }

    private static let limit = 8192
}
