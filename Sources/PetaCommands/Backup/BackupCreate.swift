import ArgumentParser
import Glibc
import PetaAdminAPI

struct BackupCreate: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a backup of the running gateway while it goes on.",
        usage: "peta backup create [<options>] <file>",
        discussion: """
            The file holds one moment of everything. It appears under its name when it is whole and on the disk; only its owner may read it. \
            A dash writes to standard output, which must not be a terminal; what was written is a backup only when the exit code is 0.

            The passphrase is asked for twice, or read as the options say. With --secret the gateway takes it from the vault, for \
            timers: keep it somewhere else too, since the vault is in the backup.

            Example:
              peta backup create nightly.backup
              pass show peta-backup | peta backup create nightly.backup --stdin
              peta backup create - --secret nightly | ssh vault 'cat > peta.backup'
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var passphrase: PassphraseOptions

    @Argument(help: "The file to make, or - for standard output.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("Take the passphrase from this secret of the vault.", valueName: "name"), completion: LiveNames.secrets)
    var secret: String?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    func validate() throws {
        if secret != nil, passphrase.isGiven { throw ValidationError("the passphrase can come from one place only") }
        if file.isEmpty { throw ValidationError("the file has no name") }
        if file == "-", options.json { throw ValidationError("standard output cannot take the backup and --json") }
    }

    private struct Answer: Encodable {
        let file: String
        let backup: BackupEntry

        private enum CodingKeys: String, CodingKey { case file, id, bytes, databaseBytes, sha256, startedAt, endedAt }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
            try container.encode(backup.id, forKey: .id)
            try container.encode(backup.bytes, forKey: .bytes)
            try container.encodeIfPresent(backup.databaseBytes, forKey: .databaseBytes)
            try container.encodeIfPresent(backup.sha256, forKey: .sha256)
            try container.encode(backup.startedAt, forKey: .startedAt)
            try container.encodeIfPresent(backup.endedAt, forKey: .endedAt)
        }
    }

    func run(_ session: Session) throws {
        let console = session.console
        if file == "-", console.isOutputTerminal {
            throw ValidationError("a backup is not for a terminal; name a file, or send standard output into one")
        }
        if file != "-", !force, access(file, F_OK) == 0 {
            throw AdminError(.alreadyExists, "\(file) is there already", hint: "Add --force to replace it.")
        }
        let key: AdminClient.BackupKey =
            if let secret { .secret(secret) } else { .passphrase(try passphrase.read(console) ?? Self.ask(console)) }
        // Calls go before this. A shell goes on after it, and is not slowed down.
        if CommandContext.current.interruption == nil { _ = nice(19) }
        let backup: BackupEntry
        if file == "-" {
            backup = try receive(session, key) { piece in
                guard Console.write(piece, to: console.output) else {
                    throw AdminError(.failed, "standard output cannot be written to, so this is not a whole backup")
                }
            }
            return console.note("\(backup.id): \(Amount.bytes(backup.bytes)), SHA-256 \(backup.sha256 ?? "unknown")")
        }
        let made = try StreamedFile(path: file, replaces: force)
        backup = try receive(session, key) { try made.write($0) }
        try made.finish()
        try session.renderer.show(Answer(file: file, backup: backup)) { page in
            page.line("\(file): made, \(Amount.bytes(backup.bytes))", .good)
            page.line("SHA-256 \(backup.sha256 ?? "unknown")")
        }
    }

    private static func ask(_ console: Console) throws -> [UInt8] {
        let passphrase = try PassphraseOptions.ask("Passphrase of the backup, 12 bytes or more: ", console)
        guard try PassphraseOptions.ask("The same once more: ", console) == passphrase else {
            throw AdminError(.invalidArgument, "the two passphrases are not the same; nothing was made")
        }
        return passphrase
    }

    /// Why a backup was broken off; nil where the gateway cannot be asked. Throws where that is because it was sealed.
    private func reason(_ session: Session, _ id: String) throws -> String? {
        do {
            return try session.client.backup(id).error
        } catch let error where error.code == .sealed {
            throw AdminError(
                .sealed, "the vault was sealed while the backup was made; nothing was made",
                hint: "Unseal it with 'peta vault unseal', and make the backup again.")
        } catch {
            return nil
        }
    }

    /// Gives the bytes to `write`, and what the gateway says of it at the end.
    private func receive(_ session: Session, _ key: AdminClient.BackupKey, _ write: ([UInt8]) throws -> Void) throws -> BackupEntry {
        let progress = ProgressLine(session.console, "backup:")
        defer { progress.end() }
        var id = ""
        var done: Int64 = 0
        do {
            try session.naming(secret.map { [.secret($0)] } ?? []) {
                try session.client.createBackup(
                    key,
                    began: {
                        id = $0
                        progress.expect($1)
                    }
                ) { piece in
                    try write(piece)
                    done += Int64(piece.count)
                    progress.show(done)
                }
            }
        } catch let error as AdminError where error.code == .unavailable && !id.isEmpty {
            // The gateway broke off, and knows why.
            guard let reason = try reason(session, id) else { throw error }
            throw AdminError(.failed, reason, hint: "Nothing was made. 'peta backup list' shows what was tried.")
        }
        let entry = try session.client.backup(id)
        guard entry.bytes == done else {
            throw AdminError(.failed, "\(done) bytes came, and the gateway sent \(entry.bytes): this is not a whole backup")
        }
        return entry
    }
}
