import ArgumentParser
import PetaAdminAPI

struct UserUpdate: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a user; what is not named stays as it is.",
        usage: "peta user update [<options>] <id>",
        discussion: """
            With --uid the programs of a user of this machine need no token on a Unix socket of 'peta serve --listen unix:': the \
            system says who they are. Another uid or none takes effect on running sessions at once.

            A rate and a number of calls are the user's own, whatever the gateway's settings give everybody; over them the answer is 429 \
            with Retry-After.

            Example:
              peta user update alice --uid alice
              peta user update alice --rate-limit 100/min --concurrent 4
              peta user update alice --no-uid --label team=data --expires 90d
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The user.", completion: LiveNames.users)
    var id: String

    @Option(help: "The name for people.")
    var name: String?

    @Option(help: "A note; an empty text removes it.")
    var notes: String?

    @Option(help: ArgumentHelp("An attribute; may be given more than once.", valueName: "key=value"))
    var label: [KeyValue] = []

    @Option(help: ArgumentHelp("Attribute to remove.", valueName: "key"))
    var unsetLabel: [String] = []

    @Option(help: ArgumentHelp("When the user expires: 90d, or a time like 2026-12-31T00:00:00Z.", valueName: "time"))
    var expires: String?

    @Flag(help: "The user does not expire.")
    var noExpiry = false

    @Option(help: ArgumentHelp("The user of this machine that it is, by number or login name.", valueName: "uid"))
    var uid: String?

    @Flag(help: "It is no user of this machine.")
    var noUid = false

    @OptionGroup var limits: LimitOptions

    func validate() throws {
        try TimeArgument.check("--expires", expires)
        if let uid { _ = try LocalUser.uid("--uid", uid) }
        if uid != nil, noUid { throw ValidationError("give only one of --uid and --no-uid") }
        if expires != nil, noExpiry { throw ValidationError("give only one of --expires and --no-expiry") }
    }

    private func patch(_ now: Timestamp) throws -> UserPatch {
        var patch = UserPatch()
        patch.name = name
        patch.notes = notes
        var labels: [String: String?] = [:]
        for key in unsetLabel { labels.updateValue(nil, forKey: key) }
        for pair in label { labels.updateValue(pair.value, forKey: pair.key) }
        if !labels.isEmpty { patch.labels = labels }
        if let expires { patch.expiresAt = .some(TimeArgument.future(expires, now: now)) }
        if noExpiry { patch.expiresAt = .some(nil) }
        if let uid { patch.uid = .some(try LocalUser.uid("--uid", uid)) }
        if noUid { patch.uid = .some(nil) }
        patch.workspace = limits.workspace
        patch.rateLimit = limits.rate
        patch.concurrent = limits.calls
        return patch
    }

    func run(_ session: Session) throws {
        let patch = try patch(session.now)
        if patch == UserPatch() { throw ValidationError("nothing to change was named") }
        let user = try session.naming(.user(id)) { try session.client.updateUser(id, patch) }
        try session.renderer.show(user) { $0.line("\(user.id): updated") }
    }
}
