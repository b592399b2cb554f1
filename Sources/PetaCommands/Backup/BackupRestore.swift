import ArgumentParser
import Glibc
import PetaAdminAPI

struct BackupRestore: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of what a data directory holds.",
        usage: "peta backup restore [<options>] <file>",
        discussion: """
            No gateway may run on the directory. Everything is written beside what is there and verified as 'peta backup verify' does before \
            anything changes; then the old state is moved aside and the new one put in its place. Whatever interrupts it, the old state is \
            there or the new one, and the next start completes what was decided.

            The vault gets a new key file, or the passphrase that is given. The first start after it writes a record into the audit, \
            whose chain goes on. Sessions are gone, approvals that waited are closed. Tokens work; so do those that were revoked after the \
            backup was made.

            Example:
              peta backup restore nightly.backup
              peta backup restore nightly.backup --data-dir /var/lib/peta --replace
            """)

    @OptionGroup var reading: BackupReading
    @OptionGroup var consent: ConsentOptions

    @Option(name: .customLong("data-dir"), help: ArgumentHelp("The data directory.", valueName: "path"), completion: .directory)
    var dataDirectory: String?

    @Option(
        name: .customLong("config"), help: ArgumentHelp("The configuration file that may name it.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Flag(help: "Replace the state that is there; it is kept aside.")
    var replace = false

    @Flag(help: "Restore also what was damaged already when it was backed up.")
    var acceptFindings = false

    @Option(
        name: .customLong("vault-passphrase-fd"),
        help: ArgumentHelp("Seal the vault with the passphrase from this descriptor, not with a key file.", valueName: "number"))
    var vaultDescriptor: Int32?

    @Option(
        name: .customLong("vault-passphrase-file"),
        help: ArgumentHelp("Seal the vault with the passphrase in this file, not with a key file.", valueName: "path"),
        completion: .file())
    var vaultFile: String?

    @Flag(help: "Print JSON for scripts.")
    var json = false

    func validate() throws {
        guard vaultFile == nil || vaultDescriptor == nil else {
            throw ValidationError("the vault's passphrase can come from one place only")
        }
        if let vaultDescriptor, vaultDescriptor < 0 {
            throw ValidationError("--vault-passphrase-fd: expected the number of an open descriptor")
        }
    }

    func run() throws {
        let context = CommandContext.current
        let console = context.console
        let flags = dataDirectory.map { ["dataDir": [$0]] } ?? [:]
        let settings = try SettingsResolver(variables: context.variables, flags: flags, configurationFlag: config).examine().settings
        let directory = SettingsResolver.absolute(settings.dataDirectory)
        let vault = try vaultPassphrase()
        let now = context.now()
        let outcome = try reading.with(console, "restoring:") { file in
            let wish = RestoreWish(
                dataDirectory: directory, replaces: replace, acceptsFindings: acceptFindings, vaultPassphrase: vault,
                confirm: { manifest, isOccupied in
                    guard isOccupied else { return }
                    let question =
                        "Replace the state in \(directory) by the backup of \(Clock.words(manifest.createdAt)) "
                        + "(\(RelativeTime.words(manifest.createdAt, now: now)), \(manifest.host))?"
                    try Consent.ask(question, console: console, yes: consent.yes, because: "this replaces the state of a gateway")
                    if file.isInterrupted() { throw CancellationError() }
                })
            return try context.environment.backups.restore(file, wish)
        }
        try Renderer(format: json ? .json : .text, console: console).show(outcome) { Self.page(&$0, outcome, now) }
    }

    private func vaultPassphrase() throws -> [UInt8]? {
        let bytes: [UInt8]
        if let vaultFile {
            bytes = try TextFile.read(vaultFile, limit: 65_536)
        } else if let vaultDescriptor {
            bytes = try TextFile.read(vaultDescriptor, path: "descriptor \(vaultDescriptor)", limit: 65_536)
        } else {
            return nil
        }
        let passphrase = PassphraseOptions.trimmed(bytes)
        guard !passphrase.isEmpty else { throw AdminError(.invalidArgument, "the vault's passphrase is empty") }
        return passphrase
    }

    private static func page(_ page: inout Page, _ outcome: RestoreOutcome, _ now: Timestamp) {
        let directory = outcome.dataDirectory
        page.fields(BackupPage.fields(outcome.verdict, now: now))
        for finding in outcome.verdict.findings { page.line("restored as it was: \(finding)", .bad) }
        page.line("\(directory): restored", .good)
        page.line(outcome.keyFile.map { "The vault has a new key file, \($0)." } ?? "The vault opens with the new passphrase.")
        if let before = outcome.before {
            let name = before.split(separator: "/").last.map(String.init) ?? before
            page.line("What was there is in \(before). To go back, with the gateway stopped:")
            page.line(
                "  cd \(ShellWord.quoted(directory)) && rm -f peta.db* key* sessions* intents* restored && mv \(name)/* . && rmdir \(name)")
        }
        page.line("Tokens and users that were revoked or removed after the backup was made are valid again: see 'peta token list'.")
        page.line("Start it with 'peta serve', or 'systemctl start peta'.")
    }
}
