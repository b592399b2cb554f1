import ArgumentParser
import PetaAdminAPI

struct VaultUnseal: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "unseal",
        abstract: "Open the vault, and serve clients again.",
        usage: "peta vault unseal [<options>]",
        discussion: """
            A passphrase is asked for without echo, or read from standard input, a descriptor or a file; one line end behind it \
            is dropped. A vault that a key file opens needs nothing: the file is read again. After three wrong passphrases the \
            gateway looks at the next one only after a while.

            Example:
              peta vault unseal
              pass show peta | peta vault unseal --stdin
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var source: PassphraseOptions

    func run(_ session: Session) throws {
        let before = try session.client.vault()
        guard before.sealed else { return try show(before, "the vault is open already", session) }
        guard before.key == .passphrase else {
            guard !source.isGiven else {
                throw AdminError(.invalidArgument, "the vault is opened by its key file, not by a passphrase", hint: "Leave it away.")
            }
            return try show(try session.client.unsealVault(nil), "the vault is open", session)
        }
        try show(try open(session), "the vault is open", session)
    }

    private func open(_ session: Session) throws -> VaultState {
        if let given = try source.read(session.console) { return try session.client.unsealVault(given) }
        for _ in 0..<2 {
            do {
                return try session.client.unsealVault(try ask(session))
            } catch let error as AdminError where error.code == .notPermitted && error.message.contains("passphrase") {
                session.console.note("peta: \(Escaped.line(error.message)).")
            }
        }
        return try session.client.unsealVault(try ask(session))
    }

    private func ask(_ session: Session) throws -> [UInt8] {
        try PassphraseOptions.ask("Passphrase of the vault: ", session.console)
    }

    private func show(_ state: VaultState, _ words: String, _ session: Session) throws {
        try session.renderer.show(state) { page in
            page.line(words, .good)
            if state.failedAttempts > 0 { page.line("\(Words.count(state.failedAttempts, "attempt")) before this one failed", .waiting) }
        }
    }
}
