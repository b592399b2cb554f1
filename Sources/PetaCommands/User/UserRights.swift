import ArgumentParser
import PetaAdminAPI

struct UserRights: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "rights",
        abstract: "Show what a user may use, and which layer of rights decides.",
        usage: "peta user rights [<options>] <user>",
        discussion: """
            Three layers, each narrowing the one above: server (what it exposes, and whether it is public), admin (what was granted \
            and denied), preference (what the user switched off for itself). LAYER is the first that refuses, or the one that allows.

            Example:
              peta user rights alice
              peta user rights alice --server bank --denied
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The user.", completion: LiveNames.users)
    var user: String

    @Option(help: "Only of this server.", completion: LiveNames.servers)
    var server: String?

    @Flag(help: "Only what may not be used.")
    var denied = false

    func run(_ session: Session) throws {
        let names: [Session.Name] = [.user(user)] + (server.map { [.server($0)] } ?? [])
        let rights = try session.naming(names) { try session.client.rights(of: user, server: server, denied: denied) }
        try session.renderer.show(rights) { page in
            var table = Table([
                .text("NAME"), .text("KIND"), .text("ALLOWED"), .text("LAYER"), .text("DANGER"), .text("WHY"),
            ])
            for right in rights {
                let level = right.danger.map { $0 + (right.dangerLayer.map { " (\($0))" } ?? "") }
                table.append([
                    Cell("\(right.server)::\(right.name)"), Cell(right.kind), right.allowed ? Cell("yes", .good) : Cell("no", .bad),
                    Cell(right.layer), Cell(level), Cell(right.why),
                ])
            }
            page.table(table, empty: denied ? "Nothing is refused." : "The servers are not known to offer anything.")
        }
    }
}
