import ArgumentParser
import PetaAdminAPI

/// What a right is about: servers, or things that they offer.
struct RightOptions: ParsableArguments {
    @Argument(help: "The user.", completion: LiveNames.users)
    var user: String

    @Argument(
        help: ArgumentHelp("The server, or a tool of it; may be more than one.", valueName: "server[::name]"), completion: LiveNames.targets
    )
    var target: [String]

    @Flag(help: "What stands behind :: is a prompt.")
    var prompt = false

    @Flag(help: "What stands behind :: is a resource or template, by its URI at the server.")
    var resource = false

    func validate() throws {
        if prompt, resource { throw ValidationError("give only one of --prompt and --resource") }
        for text in target where (prompt || resource) && ToolNames.split(text) == nil {
            throw ValidationError("expected SERVER::NAME, found '\(text)'")
        }
        for text in target where text.hasSuffix("::") { throw ValidationError("expected SERVER or SERVER::NAME, found '\(text)'") }
    }

    private func read(_ text: String) -> RightTarget {
        guard let (server, name) = ToolNames.split(text) else { return RightTarget(server: text) }
        return RightTarget(server: server, kind: prompt ? "prompt" : resource ? "resource" : "tool", name: name)
    }

    /// Does it for each and shows what the user has then.
    func run(_ act: AdminClient.RightAct, _ session: Session) throws {
        var last: UserEntry?
        for target in target.map(read) {
            last = try session.naming(.user(user), .server(target.server)) {
                try session.client.setRight(user: user, act, target)
            }
        }
        guard let entry = last else { return }
        try session.renderer.show(entry) { page in
            page.line("\(entry.id): may use \(UserPage.reach(entry))")
            for line in UserPage.rights(entry) { page.line("  " + line) }
        }
    }
}
