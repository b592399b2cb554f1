import ArgumentParser
import PetaAdminAPI

struct SecretList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the secrets; never their values.",
        discussion: """
            Example:
              peta secret list
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let secrets = try session.client.secrets()
        try session.renderer.show(secrets) { page in
            var table = Table([.text("NAME"), .number("VERSION"), .text("SIZE"), .text("UPDATED"), .text("USED BY")])
            for secret in secrets {
                table.append([
                    Cell(secret.name), Cell(secret.version), Cell(Amount.bytes(Int64(secret.bytes))), Cell(session.ago(secret.updatedAt)),
                    Cell(secret.usedBy.joined(separator: ", ") as String?),
                ])
            }
            page.table(table, empty: "No secret yet. Store one with 'peta secret set NAME'.")
        }
    }
}
