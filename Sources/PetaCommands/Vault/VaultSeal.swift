import ArgumentParser
import PetaAdminAPI

struct VaultSeal: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal",
        abstract: "Finish calls, stop servers, and wipe every key from memory.",
        discussion: """
            Calls under way may finish within shutdown.drainSeconds. Clients are answered 503 until the vault is unsealed; \
            addresses, sessions and pending approvals stay. A key file beside the data opens the vault at the next start of \
            the gateway all the same: give it a passphrase where that matters.

            Example:
              peta vault seal
              peta vault seal --yes
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var consent: ConsentOptions

    func run(_ session: Session) throws {
        let before = try session.client.vault()
        if !before.sealed {
            try session.confirm(
                "Seal the vault? No client is served until it is unsealed.", yes: consent.yes,
                because: "no client is served until it is unsealed")
        }
        let state = try session.client.sealVault()
        try session.renderer.show(state) { page in
            page.line(before.sealed ? "the vault is sealed already" : "the vault is sealed", .bad)
            if state.key == .keyFile { page.line("its key file opens it at the next start, or with 'peta vault unseal'") }
        }
    }
}
