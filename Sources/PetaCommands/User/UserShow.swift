import ArgumentParser
import PetaAdminAPI

struct UserShow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about a user.",
        discussion: """
            Example:
              peta user show alice
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The user.", completion: LiveNames.users)
    var id: String

    func run(_ session: Session) throws {
        let user = try session.naming(.user(id)) { try session.client.user(id) }
        try session.renderer.show(user) { page in
            var fields: [(name: String, cell: Cell)] = [
                ("id", Cell(user.id)), ("name", Cell(user.name)), ("role", Cell(user.role)), ("state", UserPage.state(user.state)),
                ("servers", Cell(UserPage.servers(user))), ("tokens", Cell(user.tokens)), ("created", Cell(session.ago(user.createdAt))),
            ]
            if let expiry = session.ago(user.expiresAt) { fields.append(("expires", Cell(expiry))) }
            if let uid = user.uid { fields.append(("uid", Cell(Int(uid)))) }
            fields.append(("workspace", Cell(user.workspace)))
            if let rate = user.rateLimit { fields.append(("rate limit", Cell(rate))) }
            if let concurrent = user.concurrent { fields.append(("concurrent", Cell(concurrent == 0 ? "none" : String(concurrent)))) }
            if let notes = user.notes, !notes.isEmpty { fields.append(("notes", Cell(notes))) }
            fields += user.labels.sorted { $0.key < $1.key }.map { ("label", Cell("\($0.key)=\($0.value)")) }
            page.fields(fields)
            for line in UserPage.rights(user) { page.line(line) }
        }
    }
}
