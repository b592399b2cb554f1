import ArgumentParser
import Glibc
import PetaAdminAPI

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the gateway in the foreground.",
        usage: "peta serve [<options>]",
        discussion: """
            On an empty data directory it makes what it needs (key file, owner, first token) and says how to connect. SIGHUP \
            reads configuration and certificates again, SIGTERM finishes running calls and stops.

            The vault is opened by the key file beside the data or, where one was given to it, by a passphrase: from --passphrase-fd, \
            else from --passphrase-file, else from the credential peta-passphrase of the service manager (LoadCredential= of \
            systemd.exec(5)), else asked for at the terminal. One line end behind it is dropped. Where it is needed and there is \
            none of these, the gateway starts sealed and waits for 'peta vault unseal'. On an empty data directory any of \
            the first three, or --ask-passphrase, makes a vault that a passphrase opens.

            Example:
              peta serve --listen 127.0.0.1:3002 --data-dir ./data
              peta serve --listen 127.0.0.1:3002 --listen unix:
              pass show peta | peta serve --passphrase-fd 0
            """)

    @OptionGroup var options: ServeOptions

    @Option(help: ArgumentHelp("Read the passphrase of the vault from an open descriptor, to its end.", valueName: "number"))
    var passphraseFd: Int32?

    @Flag(help: "On an empty data directory ask for a passphrase, instead of making a key file.")
    var askPassphrase = false

    func validate() throws {
        if let passphraseFd {
            if passphraseFd < 0 { throw ValidationError("--passphrase-fd: expected the number of a descriptor") }
            if options.passphraseFile != nil { throw ValidationError("give only one of --passphrase-fd and --passphrase-file") }
        }
        if askPassphrase, passphraseFd != nil || options.passphraseFile != nil {
            throw ValidationError("--ask-passphrase has nothing to ask where a passphrase is given")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        var settings = try options.resolver(context).resolve()
        settings.passphrase.descriptor = passphraseFd
        settings.passphrase.asks = askPassphrase
        let console = context.console
        // In the background the terminal belongs to somebody else, and reading would stop the process.
        if console.isInputTerminal, console.isErrorTerminal, tcgetpgrp(console.input) == getpgrp() {
            settings.passphrase.prompt = { words, typed in try SecretInput.prompt(words, console: console, into: typed) }
        }
        try await context.environment.serve(settings)
    }
}
