import ArgumentParser
import PetaAdminAPI

struct TokenList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List tokens, of everyone or of one user; never the token itself.",
        discussion: """
            Example:
              peta token list --user alice
            """)

    @OptionGroup var options: ClientOptions

    @Option(help: "Only tokens of this user.", completion: LiveNames.users)
    var user: String?

    func run(_ session: Session) throws {
        let tokens = try session.client.tokens(user: user)
        try session.renderer.show(tokens) { page in
            var table = Table([
                .text("ID"), .text("USER"), .text("NAME"), .text("CREATED"), .text("LAST USED"), .text("EXPIRES"), .text("NARROWED TO"),
            ])
            for token in tokens {
                let isExpired = token.expiresAt.map { $0 <= session.now } ?? false
                table.append([
                    Cell(token.id), Cell(token.user), Cell(token.name), Cell(session.ago(token.createdAt)),
                    Cell(session.ago(token.lastUsedAt) ?? "never"),
                    Cell(session.ago(token.expiresAt) ?? "never", isExpired ? .bad : .plain),
                    Cell(token.servers.map { ($0 + (token.tools ?? [])).joined(separator: ", ") } ?? "all"),
                ])
            }
            page.table(table, empty: "No token. Create one with 'peta token create USER'.")
        }
    }
}
