import ArgumentParser
import PetaAdminAPI

struct TokenCreate: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a token for a user; it is shown this once and never again.",
        usage: "peta token create [<options>] <user>",
        discussion: """
            Standard output carries the token alone, so that a script can take it.

            Example:
              peta token create alice --name laptop --expires 90d
              TOKEN=$(peta token create ci --server files)
              peta token create ci --tool bank::balance --tool bank::history
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The user.", completion: LiveNames.users)
    var user: String

    @Option(help: "What the token is for.")
    var name: String?

    @Option(help: ArgumentHelp("When it expires: 90d, or a time like 2026-12-31T00:00:00Z. Without it: never.", valueName: "time"))
    var expires: String?

    @Option(
        help: ArgumentHelp("Narrow it to this server; may be given more than once.", valueName: "server"), completion: LiveNames.servers)
    var server: [String] = []

    @Option(
        help: ArgumentHelp("Narrow it to this tool, beside --server; may be given more than once.", valueName: "server::tool"),
        completion: LiveNames.targets)
    var tool: [String] = []

    @Option(help: ArgumentHelp("Requests that may come by it: 100/min, 5/s, 2000/h, or none for any number.", valueName: "rate"))
    var rateLimit: String?

    func validate() throws {
        for name in tool where ToolNames.split(name) == nil {
            throw ValidationError("--tool: expected SERVER::TOOL, found '\(name)'")
        }
        try TimeArgument.check("--expires", expires)
    }

    func run(_ session: Session) throws {
        let request = NewTokenRequest(
            name: name, expiresAt: expires.flatMap { TimeArgument.future($0, now: session.now) }, servers: server.isEmpty ? nil : server,
            tools: tool.isEmpty ? nil : tool, rateLimit: rateLimit)
        let token = try session.naming(.user(user)) { try session.client.createToken(user: user, request) }
        if case .text = session.renderer.format {
            let expiry = session.ago(token.expiresAt).map { "expires \($0)" } ?? "does not expire"
            session.console.note(Escaped.line("token \(token.id) of \(token.user), \(expiry); it is shown only now"))
        }
        try session.renderer.show(token) { $0.line(token.token) }
    }
}
