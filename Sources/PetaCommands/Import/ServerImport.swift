import ArgumentParser
import PetaAdminAPI

struct ServerImport: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Add the servers that an MCP client has in its configuration.",
        usage: "peta server import [<options>] [<file>]",
        discussion: """
            It reads the files of Claude Desktop, Claude Code, Cursor, VS Code, Windsurf, Codex and Gemini CLI, and plain \
            mcpServers files; with --from it finds them itself. First it shows what it found: which servers it would add, under which ids, \
            and which of their values look like credentials. These it moves into the vault, and writes '${secret:NAME}' in their \
            place. Then it asks, or wants --yes. What stands in the gateway already is left alone, so it may be run again. When one of them \
            cannot be imported, because the file is wrong there or another server has its id, none is, unless --partial is given or \
            somebody at the terminal agrees.

            Values that the client takes from its environment are taken from yours, and values that the client asks for are asked for: \
            credentials without echo. Without a terminal give --value for what is no credential, and 'peta secret set' before for what is one.

            With --show-client it prints what belongs into the client's file in their place: the gateway's address, and a placeholder \
            for the token. With --write-client it changes the file itself; then the client goes over the gateway's Unix socket, or with \
            --new-token over HTTP where it can. The old file is kept beside it, readable by its owner only, since it holds the credentials.

            The exit code is 1 when a server could not be imported or does not start.

            Example:
              peta server import --from cursor --dry-run
              peta server import --from claude-desktop --write-client
              peta server import --from vscode --show-client
              peta server import mcp.json --only github --prefix work- --yes
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var consent: ConsentOptions

    @Argument(help: "The client's file; - is standard input.", completion: .file())
    var file: String?

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            "Read the files of a client: \(Words.either(ImportClient.allCases.map(\.rawValue))).", valueName: "client"),
        completion: .list(ImportClient.allCases.map(\.rawValue)))
    var source: String?

    @Option(help: ArgumentHelp("Import this server only, by the name in the file or the new id; may be repeated.", valueName: "id"))
    var only: [String] = []

    @Option(help: ArgumentHelp("Put this before every id.", valueName: "word"))
    var prefix = ""

    @Flag(help: "Give a server that has the same id this definition.")
    var replace = false

    @Option(
        name: .customLong("value"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp("What to put for ${NAME}, where only the client knows it. Not for credentials.", valueName: "name=value"))
    var values: [KeyValue] = []

    @Flag(name: .customLong("no-secrets"), help: "Leave credentials in the definitions as they are.")
    var keepsLiterals = false

    @Flag(help: "Import the others when some cannot be imported.")
    var partial = false

    @Flag(help: "Show what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Print what belongs into the client's file in the place of the servers.")
    var showClient = false

    @Flag(help: "Put the gateway in the place of the servers in the client's file.")
    var writeClient = false

    @Option(help: ArgumentHelp("The gateway's name in the client.", valueName: "name"))
    var name = "peta"

    @Option(
        help: ArgumentHelp("Let the client connect with a new access token of this user.", valueName: "user"),
        completion: LiveNames.users)
    var newToken: String?

    func validate() throws {
        guard (file == nil) != (source == nil) else { throw ValidationError("give a file, or a client with --from") }
        let known = ImportClient.allCases.map(\.rawValue)
        if let source, ImportClient(rawValue: source) == nil {
            throw ValidationError("--from: expected \(Words.either(known)), found '\(source)'\(Words.didYouMean(source, among: known))")
        }
        if writeClient, dryRun { throw ValidationError("give only one of --dry-run and --write-client") }
        if writeClient, showClient { throw ValidationError("give only one of --show-client and --write-client") }
        if writeClient, file == "-" { throw ValidationError("--write-client: standard input cannot be written") }
        if newToken != nil, dryRun || !(writeClient || showClient) {
            throw ValidationError("--new-token belongs to --write-client or --show-client, and not to --dry-run")
        }
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy({ TOMLFileEdit.isBare($0) }) else {
            throw ValidationError("--name: expected 1 to 64 letters, digits and _ -, found '\(name)'")
        }
        if let first = prefix.first, !first.isLetter || ServerID.from(prefix + "x") != prefix + "x" {
            throw ValidationError("--prefix: expected small letters, digits and hyphens, a letter first, found '\(prefix)'")
        }
        if let pair = values.first(where: { CredentialFinder.isCredentialName($0.key) || CredentialFinder.token($0.value[...]) != nil }) {
            throw ValidationError("--value \(pair.key): a credential is never an argument; it is asked for at a terminal")
        }
    }

    private var client: ImportClient? { source.flatMap(ImportClient.init(rawValue:)) }

    func run(_ session: Session) throws {
        let files = try read(session)
        let importer = ServerImporter(session, mayAsk: session.console.isInputTerminal && session.console.isErrorTerminal)
        var planned = try importer.plan(files, wishes, isTrial: dryRun)
        let paths = files.map(\.path)
        if dryRun {
            var answer = ImportAnswer(files: paths, isTrial: true, planned.map { ImportAnswer.Server($0) })
            if showClient { answer.clients = try rewrite(session).show(files, answer.servers) }
            try session.renderer.show(answer) { page in
                ImportPage.plan(planned, paths, on: &page)
                ImportPage.clients(answer.clients, on: &page)
            }
            return try end(answer)
        }
        if case .text = session.renderer.format {
            try session.renderer.show([String]()) { ImportPage.plan(planned, paths, on: &$0) }
        }
        let due = planned.filter(\.isDue)
        if !due.isEmpty {
            let secrets = due.flatMap(\.secrets).count { $0.source != .kept }
            let what = Words.count(due.count, "server") + (secrets > 0 && !keepsLiterals ? " and " + Words.count(secrets, "secret") : "")
            let left = try refused(planned, session)
            try session.confirm("\(left)Import \(what)?", yes: consent.yes, because: "this changes the gateway")
        }
        let answers = try importer.ask(&planned)
        var results: [ImportAnswer.Server] = []
        for server in planned {
            let result = importer.carryOut(server, answers)
            if case .text = session.renderer.format, server.isDue {
                try session.renderer.show([String]()) { ImportPage.outcome(result, on: &$0) }
            }
            results.append(result)
        }
        var answer = ImportAnswer(files: paths, isTrial: false, results)
        if writeClient { answer.clients = try rewrite(session).write(files, results) }
        if showClient { answer.clients = try rewrite(session).show(files, results) }
        switch session.renderer.format {
        case .json: try session.renderer.show(answer) { _ in }
        case .text: try session.renderer.show([String]()) { ImportPage.end(answer, source: source, on: &$0) }
        }
        try end(answer)
    }

    private func rewrite(_ session: Session) -> ClientRewrite {
        ClientRewrite(session, client, name: name, newToken: newToken, options.adminSocket)
    }

    /// What is to be said of servers that cannot be imported before the others are. Throws where nobody agreed to that.
    private func refused(_ planned: [PlannedServer], _ session: Session) throws -> String {
        let refused = planned.compactMap { server -> (server: PlannedServer, words: String)? in
            guard case .refuse(let words) = server.action else { return nil }
            return (server, words)
        }
        guard let first = refused.first, !partial else { return "" }
        if !consent.yes, session.console.isInputTerminal, session.console.isErrorTerminal {
            return Words.count(refused.count, "server") + " cannot be imported. "
        }
        let more = refused.count > 1 ? ", and \(refused.count - 1) more cannot" : ""
        throw AdminError(
            first.server.found.problem == nil ? .failed : .invalidArgument,
            "'\(first.server.found.name)' cannot be imported\(more): \(first.words); nothing was imported",
            hint: "Mend that, or import the others with --partial.")
    }

    private func end(_ answer: ImportAnswer) throws {
        if answer.servers.contains(where: \.isBad) { throw ExitCode(AdminErrorCode.failed.exitCode) }
    }

    private var wishes: ImportPlanner.Wishes {
        ImportPlanner.Wishes(
            prefix: prefix, only: only, replaces: replace, keepsLiterals: keepsLiterals,
            values: Dictionary(values.map { ($0.key, $0.value) }) { $1 }, client: client)
    }

    private func read(_ session: Session) throws -> [ImportFile] {
        let files: [ImportFile]
        if let file {
            if file == "-" {
                let bytes = try TextFile.read(session.console.input, path: "standard input", limit: ImportFile.largest)
                files = [try ImportFile(path: "standard input", bytes: bytes)]
            } else {
                files = [try ImportFile(path: SettingsResolver.absolute(file))]
            }
        } else if let client {
            let places = client.files(CommandContext.current.variables)
            var found: [ImportFile] = []
            for path in places {
                do throws(AdminError) {
                    found.append(try ImportFile(path: path))
                } catch {
                    // One that is there and cannot be read is told of.
                    if error.code != .notFound { throw error }
                }
            }
            guard !found.isEmpty else {
                throw AdminError(
                    .notFound, "\(client.title) has no file at \(Words.either(places))", hint: "Name the file: 'peta server import FILE'.")
            }
            files = found
        } else {
            files = []
        }
        guard files.contains(where: { !$0.servers.isEmpty }) else {
            throw AdminError(
                .notFound, "no server stands in \(Words.and(files.map(\.path)))",
                hint: "Expected an object mcpServers (or servers, in VS Code's files) with a member for each server.")
        }
        return files
    }
}
