import ArgumentParser
import PetaAdminAPI

struct UserList: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the users.",
        discussion: """
            Example:
              peta user list
            """)

    @OptionGroup var options: ClientOptions

    func run(_ session: Session) throws {
        let users = try session.client.users()
        try session.renderer.show(users) { page in
            var table = Table([
                .text("ID"), .text("ROLE"), .text("STATE"), .number("TOKENS"), .text("CREATED"), .text("SERVERS"), .text("NAME"),
            ])
            for user in users {
                table.append([
                    Cell(user.id), Cell(user.role), UserPage.state(user.state), Cell(user.tokens), Cell(session.ago(user.createdAt)),
                    Cell(UserPage.servers(user)), Cell(user.name),
                ])
            }
            page.table(table, empty: "No user yet. Add one with 'peta user add ID'.")
        }
    }
}
