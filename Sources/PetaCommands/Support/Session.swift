import PetaAdminAPI

/// What a running command works with: the client of the daemon, the renderer, the console.
struct Session {
    let client: AdminClient
    let renderer: Renderer
    let console: Console
    let now: Timestamp

    init(_ options: ClientOptions, _ context: CommandContext) {
        self.init(socket: options.adminSocket, json: options.json, context)
    }

    /// For a command that has these options among others. `socket` is the value of `--admin-socket`.
    init(socket: String?, json: Bool, _ context: CommandContext) {
        let path = SocketLocator(variables: context.variables).socket(flag: socket)
        client = AdminClient(socket: path, command: context.words, interrupt: context.interruption?.descriptor)
        console = context.console
        renderer = Renderer(format: json ? .json : .text, console: context.console)
        now = context.now()
    }

    /// A moment as people say it.
    func ago(_ moment: Timestamp?) -> String? {
        moment.map { RelativeTime.words($0, now: now) }
    }

    /// Asks before something that cannot be undone. Without a terminal nobody can answer, so `--yes` has to be given.
    func confirm(_ question: String, yes: Bool, because reason: String = "this cannot be undone") throws {
        try Consent.ask(question, console: console, yes: yes, because: reason)
    }

    /// A kind of name that the daemon can list.
    enum Name {
        case server(String)
        case user(String)
        case secret(String)
        case token(String)
        case policy(String)
        case tool(String, server: String)
    }

    /// Runs a request; when something of these names is not found, the error suggests what comes near.
    func naming<Answer>(_ names: Name..., request: () throws -> Answer) throws -> Answer { try naming(names, request: request) }

    /// The same.
    func naming<Answer>(_ names: [Name], request: () throws -> Answer) throws -> Answer {
        do {
            return try request()
        } catch {
            throw suggesting(names, error)
        }
    }

    private func suggesting(_ names: [Name], _ error: any Error) -> any Error {
        guard let missing = error as? AdminError, missing.code == .notFound else { return error }
        for name in names {
            guard let known = try? candidates(name) else { continue }
            if known.all.contains(known.word) { continue }
            guard let nearest = DidYouMean.nearest(to: known.word, among: known.all) else { return error }
            return AdminError(missing.code, missing.message, hint: "Did you mean '\(nearest)'?")
        }
        return error
    }

    private func candidates(_ name: Name) throws -> (word: String, all: [String]) {
        switch name {
        case .server(let id): (id, try client.servers().map(\.id))
        case .user(let id): (id, try client.users().map(\.id))
        case .secret(let name): (name, try client.secrets().map(\.name))
        case .token(let id): (id, try client.tokens(user: nil).map(\.id))
        case .policy(let name): (name, try client.policies().map(\.name))
        case .tool(let tool, let server): (tool, try client.tools(of: server).map { ToolNames.tool($0.name) })
        }
    }
}
