import ArgumentParser
import PetaAdminAPI

struct VaultStatus: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether the vault is open, and what opens it.",
        discussion: """
            Example:
              peta vault status
              peta vault status --json | jq .sealed
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let state = try session.client.vault()
        try session.renderer.show(state) { VaultPage.write(state, on: &$0, session) }
    }
}
