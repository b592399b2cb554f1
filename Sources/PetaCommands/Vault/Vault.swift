import ArgumentParser

struct Vault: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault",
        abstract: "Seal, unseal and re-key what keeps the secrets.",
        discussion: """
            The vault is opened at the start, by its key file or by a passphrase. While it is sealed no client is served, and of \
            the commands only 'peta status' and those here work; the others end with 75.

            Example:
              peta vault
              peta vault passphrase
              peta vault seal --yes
              peta vault unseal
            """,
        subcommands: [VaultStatus.self, VaultUnseal.self, VaultSeal.self, VaultPassphrase.self, VaultRotate.self],
        defaultSubcommand: VaultStatus.self)
}
