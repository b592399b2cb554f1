import ArgumentParser
import PetaAdminAPI

struct VaultPassphrase: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "passphrase",
        abstract: "Have the vault opened by a new passphrase, or by a new key file.",
        usage: "peta vault passphrase [<options>]",
        discussion: """
            Where a passphrase opens the vault, it is asked for first. The new one has 12 characters or more and is asked for \
            twice. From standard input or a descriptor both are read, each on a line of its own: the present one, where there \
            is one, and the new one. The key file goes when a passphrase takes its place. The gateway serves on; tell it where the \
            passphrase comes from before its next start, or unseal it by hand then (see peta-serve(1)).

            A copy of the data from before opens with the old key. 'peta vault rotate' makes that worthless for what is sealed later.

            Example:
              peta vault passphrase
              peta vault passphrase --from-file /run/new --current-file /run/old
              peta vault passphrase --key-file
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var source: PassphraseOptions

    @Option(help: ArgumentHelp("Read the present passphrase from a file.", valueName: "path"), completion: .file())
    var currentFile: String?

    @Flag(help: "Go back to a key file beside the data, or make a new one.")
    var keyFile = false

    func validate() throws {
        if keyFile, source.fromFile != nil {
            throw ValidationError("--from-file is of no use with --key-file, which asks for no new passphrase")
        }
        if currentFile != nil, source.stdin || source.passphraseFd != nil {
            throw ValidationError("give only one of --current-file, --stdin and --passphrase-fd")
        }
    }

    func run(_ session: Session) throws {
        let before = try session.client.vault()
        guard !before.sealed else { throw AdminError(.sealed, "the vault is sealed", hint: "Unseal it with 'peta vault unseal'.") }
        let (current, new) = try passphrases(before.key == .passphrase, session)
        let done = try session.client.changeVaultKey(to: keyFile ? .keyFile : .passphrase, current + [0] + new)
        try session.renderer.show(done) { page in
            page.line(done.vault.keyFile.map { "the key file \($0) opens the vault now" } ?? "the passphrase opens the vault now", .good)
            for note in done.notes { page.line(note) }
            if done.vault.keyFile == nil {
                page.line(
                    "next: say where 'peta serve' finds it (peta-serve(1)); without that the next start waits for 'peta vault unseal'")
            } else {
                page.line("next: keep a copy of the key file in a safe place")
            }
            page.line("copies of the data from before open with the old key; 'peta vault rotate' gives later secrets another one")
        }
    }

    private func passphrases(_ needsCurrent: Bool, _ session: Session) throws -> (current: [UInt8], new: [UInt8]) {
        if source.stdin || source.passphraseFd != nil { return try lines(needsCurrent, session) }
        var current: [UInt8] = []
        if needsCurrent {
            if let currentFile {
                current = PassphraseOptions.trimmed(try TextFile.read(currentFile, limit: 8192))
            } else {
                current = try PassphraseOptions.ask("Present passphrase: ", session.console)
            }
        }
        if keyFile { return (current, []) }
        if let new = try source.read(session.console) { return (current, new) }
        let new = try PassphraseOptions.ask("New passphrase, 12 characters or more: ", session.console)
        guard try PassphraseOptions.ask("The same once more: ", session.console) == new else {
            throw AdminError(.invalidArgument, "the two new passphrases are not the same; nothing was changed")
        }
        return (current, new)
    }

    private func lines(_ needsCurrent: Bool, _ session: Session) throws -> (current: [UInt8], new: [UInt8]) {
        let all = PassphraseOptions.trimmed(try source.readAll(session.console) ?? [])
        var lines = all.split(separator: 0x0A, omittingEmptySubsequences: false).map { $0.last == 0x0D ? Array($0.dropLast()) : Array($0) }
        let wanted = (needsCurrent ? 1 : 0) + (keyFile ? 0 : 1)
        if wanted == 0 { return ([], []) }
        guard lines.count == wanted, lines.allSatisfy({ !$0.isEmpty }) else {
            let what =
                wanted == 2
                ? "the present passphrase on one line and the new one on the next"
                : "one line with \(needsCurrent ? "the present" : "the new") passphrase"
            throw AdminError(.invalidArgument, "expected \(what), found \(Words.count(lines.count, "line"))")
        }
        let current = needsCurrent ? lines.removeFirst() : []
        return (current, lines.first ?? [])
    }
}
