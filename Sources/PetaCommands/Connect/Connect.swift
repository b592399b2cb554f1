import ArgumentParser
import PetaAdminAPI

struct Connect: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "connect",
        abstract: "Print or write the configuration of an MCP client for this gateway.",
        usage: "peta connect [<options>] [<client>]",
        discussion: """
            Without a client it lists those that it knows. It prints what belongs into the client's file; with --write it puts it \
            there: everything else in the file stays as it is, and a file that it cannot read in full is left alone. Folders that are missing \
            are made, which it says; without --write it says which they would be. A file with a \
            token in it is made readable by its owner only; no copy of the old file is kept.

            With a token a client uses HTTP where it can. Without one it starts 'peta mcp-stdio', which goes over the gateway's Unix \
            socket ('peta serve --listen unix:') as the user whose program it is, so that no token lies on the disk.

            Example:
              peta connect
              peta connect cursor --write
              peta connect codex --new-token alice --write
              peta connect vscode --token-file token.txt --file .vscode/mcp.json
            """)

    @OptionGroup var options: ClientOptions

    @Argument(
        help: "claude-desktop, claude-code, cursor, vscode, codex or n8n.", completion: .list(ConnectClient.allCases.map(\.rawValue)))
    var client: String?

    @Option(help: ArgumentHelp("http, or stdio through 'peta mcp-stdio'.", valueName: "way"), completion: .list(["http", "stdio"]))
    var via: String?

    @Option(help: ArgumentHelp("The gateway's name in the client.", valueName: "name"))
    var name = "peta"

    @Option(help: ArgumentHelp("Read the access token from a file.", valueName: "path"), completion: .file())
    var tokenFile: String?

    @Flag(help: "Read the access token from standard input.")
    var tokenStdin = false

    @Option(help: ArgumentHelp("Create an access token of this user.", valueName: "user"), completion: LiveNames.users)
    var newToken: String?

    @Option(help: ArgumentHelp("The gateway's endpoint, if it is not what the gateway itself says.", valueName: "url"))
    var url: String?

    @Option(
        help: ArgumentHelp("The gateway's MCP socket, if it is not what the gateway itself says.", valueName: "path"), completion: .file())
    var socket: String?

    @Option(help: ArgumentHelp("The client's file, if it is not the usual one.", valueName: "path"), completion: .file())
    var file: String?

    @Flag(help: "Write it into the client's file.")
    var write = false

    func validate() throws {
        guard let client else { return }
        let known = ConnectClient.allCases.map(\.rawValue)
        guard let named = ConnectClient(rawValue: client) else {
            throw ValidationError("expected \(Words.either(known)), found '\(client)'\(Words.didYouMean(client, among: known))")
        }
        if let via {
            guard let way = ConnectClient.Way(rawValue: via) else { throw ValidationError("--via: expected http or stdio, found '\(via)'") }
            guard named.ways.contains(way) else { throw ValidationError("--via: \(named.title) can do \(named.ways[0].rawValue) only") }
        }
        let sources = (tokenFile == nil ? 0 : 1) + (tokenStdin ? 1 : 0) + (newToken == nil ? 0 : 1)
        guard sources <= 1 else { throw ValidationError("give only one of --token-file, --token-stdin and --new-token") }
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy({ TOMLFileEdit.isBare($0) }) else {
            throw ValidationError("--name: expected 1 to 64 letters, digits and _ -, found '\(name)'")
        }
        if named == .n8n, write || file != nil {
            throw ValidationError("n8n has no file for this; enter what 'peta connect n8n' prints in an MCP Client node")
        }
        if write, way(named) == .http, sources == 0 {
            throw ValidationError("over HTTP a token is needed: give --new-token, --token-file or --token-stdin, or use --via stdio")
        }
        if let url, !["http://", "https://"].contains(where: { url.hasPrefix($0) }) || !url.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            throw ValidationError("--url: expected http:// or https://, found '\(url)'")
        }
    }

    private var hasToken: Bool { tokenFile != nil || tokenStdin || newToken != nil }

    private func way(_ client: ConnectClient) -> ConnectClient.Way {
        via.flatMap(ConnectClient.Way.init(rawValue:)) ?? (client.ways.count == 1 ? client.ways[0] : hasToken ? .http : .stdio)
    }

    func run(_ session: Session) throws {
        guard let client = client.flatMap(ConnectClient.init(rawValue:)) else { return try list(session) }
        let path = (file.map(SettingsResolver.absolute) ?? client.file(CommandContext.current.variables)) ?? ""
        let target = try ConnectTarget(session, url: url, socket: socket, options.adminSocket)
        let base = try route(client, target)
        // A token is made last: nothing may go wrong once it is there, or it is taken back.
        var old: [UInt8]?
        if write {
            old = try AtomicFile.current(path)
            _ = try edited(client, base, path, old, session)
        }
        let made = try newToken.map { user in
            try session.naming(.user(user)) {
                try session.client.createToken(
                    user: user, NewTokenRequest(name: "\(client.rawValue) \(name)", expiresAt: nil, servers: nil))
            }
        }
        do {
            let token = try made?.token ?? given(session)
            let route = base.with(token: token)
            let answer = ConnectAnswer(client, name, route, path, hasToken: token != nil)
            if write {
                let new = try edited(client, route, path, old, session)
                if let new { try AtomicFile.write(new, to: path, replacing: old, isSecret: token != nil) }
                try show(answer.written(isChanged: new != nil), client, session)
            } else {
                try show(answer, client, session)
            }
        } catch {
            if let made { try? session.client.revokeToken(made.id) }
            throw error
        }
    }

    private func given(_ session: Session) throws -> String? {
        if let tokenFile { return try BearerToken.read(try TextFile.read(tokenFile, limit: 65_536), from: tokenFile) }
        guard tokenStdin else { return nil }
        let bytes = try TextFile.read(session.console.input, path: "standard input", limit: 65_536)
        return try BearerToken.read(bytes, from: "standard input")
    }

    private func route(_ client: ConnectClient, _ target: ConnectTarget) throws -> ConnectRoute {
        switch way(client) {
        case .http: .http(url: try target.url(), token: ConnectAnswer.placeholder)
        case .stdio: try target.stdio(hasToken: hasToken)
        }
    }

    /// The client's file with the gateway in it; nil where it is there already. What has to be put in by hand is printed before the error.
    private func edited(
        _ client: ConnectClient, _ route: ConnectRoute, _ path: String, _ old: [UInt8]?, _ session: Session
    ) throws -> [UInt8]? {
        do throws(EditProblem) {
            let entry = client.entry(route)
            guard client == .codex else { return try JSONFileEdit.set(entry, client.container, name, in: old ?? []) }
            return try TOMLFileEdit.set(ConnectAnswer.statements(entry), ConnectAnswer.codexContainer, name, in: old ?? [])
        } catch {
            if case .text = session.renderer.format, !hasToken {
                try session.console.write(ConnectAnswer(client, name, route, path, hasToken: false).text)
            }
            throw AdminError(
                .invalidArgument, "\(path) \(error.words); nothing was written",
                hint: "Put it in by hand: the same command without --write prints it.")
        }
    }

    private func show(_ answer: ConnectAnswer, _ client: ConnectClient, _ session: Session) throws {
        if case .text = session.renderer.format { answer.remarks.forEach { session.console.note(Escaped.line($0)) } }
        try session.renderer.show(answer) { page in
            if let outcome = answer.outcome {
                page.line(outcome)
            } else if client == .n8n {
                page.fields(answer.fields.map { ($0.name, Cell($0.value)) })
            } else {
                page.block(answer.text)
            }
        }
    }

    private struct Row: Encodable {
        let client: String
        let title: String
        let ways: [String]
        let file: String?
    }

    private func list(_ session: Session) throws {
        let variables = CommandContext.current.variables
        let rows = ConnectClient.allCases.map {
            Row(client: $0.rawValue, title: $0.title, ways: $0.ways.map(\.rawValue), file: $0.file(variables))
        }
        try session.renderer.show(rows) { page in
            var table = Table([.text("CLIENT"), .text("NAME"), .text("WAYS"), .text("FILE")])
            for row in rows {
                table.append([Cell(row.client), Cell(row.title), Cell(row.ways.joined(separator: ", ")), Cell(row.file ?? "-")])
            }
            page.table(table, empty: "")
        }
    }
}
