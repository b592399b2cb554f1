import ArgumentParser
import PetaAdminAPI

struct UserAdd: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a user.",
        usage: "peta user add [<options>] <id>",
        discussion: """
            A new user may use nothing but public servers until 'peta user grant'. It comes in with a token ('peta token create') or, \
            with --uid, as a user of this machine over a Unix socket.

            Example:
              peta user add alice --name 'Alice Adams' --label team=data --expires 90d
              peta user add bob --uid bob
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "Handle: small letters, digits and . _ @ -")
    var id: String

    @Option(help: "The name for people.")
    var name: String?

    @Option(help: "owner, admin or user.", completion: .list(["owner", "admin", "user"]))
    var role: String?

    @Option(help: "A note.")
    var notes: String?

    @Option(help: ArgumentHelp("An attribute; may be given more than once.", valueName: "key=value"))
    var label: [KeyValue] = []

    @Option(help: ArgumentHelp("When the user expires: 90d, or a time like 2026-12-31T00:00:00Z.", valueName: "time"))
    var expires: String?

    @Option(help: ArgumentHelp("The user of this machine that it is, by number or login name.", valueName: "uid"))
    var uid: String?

    @OptionGroup var limits: LimitOptions

    func validate() throws {
        let roles = ["owner", "admin", "user"]
        if let role, !roles.contains(role) {
            throw ValidationError("--role: expected \(Words.either(roles)), found '\(role)'\(Words.didYouMean(role, among: roles))")
        }
        try TimeArgument.check("--expires", expires)
        if let uid { _ = try LocalUser.uid("--uid", uid) }
    }

    func run(_ session: Session) throws {
        let user = try session.client.addUser(
            NewUser(
                id: id, name: name, role: role, notes: notes,
                labels: label.isEmpty ? nil : Dictionary(label.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }),
                expiresAt: expires.flatMap { TimeArgument.future($0, now: session.now) },
                uid: try uid.map { try LocalUser.uid("--uid", $0) }, workspace: limits.workspace, rateLimit: limits.rate ?? nil,
                concurrent: limits.calls ?? nil))
        try session.renderer.show(user) { page in
            page.line("\(user.id): added as \(user.role)")
            if user.role != "owner" {
                page.line(
                    "Next: 'peta user grant \(user.id) SERVER'" + (user.uid == nil ? ", then 'peta token create \(user.id)'." : "."), .faint
                )
            }
        }
    }
}
