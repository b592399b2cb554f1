import ArgumentParser
import Glibc
import PetaAdminAPI

/// Where the passphrase of a backup comes from. Never an argument, where other users could see it.
struct BackupPassphrase: ParsableArguments {
    @Option(
        name: .customLong("passphrase-fd"),
        help: ArgumentHelp("Read the passphrase from this open file descriptor.", valueName: "number"))
    var descriptor: Int32?

    @Option(help: ArgumentHelp("Read the passphrase from a file.", valueName: "path"), completion: .file())
    var fromFile: String?

    @Flag(help: "Read the passphrase from standard input.")
    var stdin = false

    /// The ways that were chosen.
    var count: Int { (descriptor == nil ? 0 : 1) + (fromFile == nil ? 0 : 1) + (stdin ? 1 : 0) }

    private static let longest = 1024

    func validate() throws {
        guard count <= 1 else { throw ValidationError("the passphrase can come from one place only") }
        if let descriptor, descriptor < 0 { throw ValidationError("--passphrase-fd: expected the number of an open descriptor") }
    }

    /// The bytes, without the newline at their end. Asked for where no place was named; `twice` for a new one.
    func read(_ console: Console, twice: Bool) throws -> [UInt8] {
        let bytes = try source(console, twice: twice)
        guard !bytes.isEmpty else { throw AdminError(.invalidArgument, "the passphrase is empty") }
        guard bytes.count <= Self.longest else { throw AdminError(.invalidArgument, "the passphrase is longer than \(Self.longest) bytes") }
        return bytes
    }

    private func source(_ console: Console, twice: Bool) throws -> [UInt8] {
        if stdin { return Self.line(try TextFile.read(console.input, path: "standard input", limit: 65_536)) }
        if let fromFile { return Self.line(try TextFile.read(fromFile, limit: 65_536)) }
        if let descriptor { return Self.line(try TextFile.read(descriptor, path: "descriptor \(descriptor)", limit: 65_536)) }
        guard console.isInputTerminal else {
            throw ValidationError("there is no terminal to ask at; give --stdin, --from-file or --passphrase-fd")
        }
        let first = try SecretInput.prompt("Passphrase of the backup (not shown): ", console: console)
        guard twice else { return first }
        guard try SecretInput.prompt("Once more (not shown): ", console: console) == first else {
            throw AdminError(.invalidArgument, "the two are not the same; nothing was made")
        }
        return first
    }

    /// One newline at the end is the editor's.
    static func line(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.last == 0x0A else { return bytes }
        let cut = bytes.dropLast()
        return Array(cut.last == 0x0D ? cut.dropLast() : cut)
    }
}
