import ArgumentParser
import PetaAdminAPI

struct TokenRevoke: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a token for good; whoever uses it is out at once.",
        discussion: """
            Example:
              peta token revoke tok_7f3a --yes
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var consent: ConsentOptions

    @Argument(help: "The token's id, from 'peta token list'.", completion: LiveNames.tokens)
    var id: String

    func run(_ session: Session) throws {
        try session.confirm("Revoke token '\(id)'?", yes: consent.yes)
        try session.naming(.token(id)) { try session.client.revokeToken(id) }
        try session.renderer.show(Removed(id: id)) { $0.line("\(id): revoked") }
    }
}
