import ArgumentParser
import PetaAdminAPI

struct ServerToolAccept: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Accept tools whose definitions have changed.",
        usage: "peta server tool accept [--yes] <id> (<tool> ... | --all)",
        discussion: """
            What a server offered when it was added is accepted; a tool that changed, came or went since then is shown by \
            'peta server tools ID --changed'. Accepted is what was shown, or what --digest names: a tool that changed once more \
            meanwhile is refused, and then nothing is accepted (exit code 75).

            Example:
              peta server tool accept files read_file
              peta server tool accept files --all --yes
              peta server tool accept files read_file --digest "$DIGEST"
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var consent: ConsentOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String

    @Argument(help: "The tools, by their own names.", completion: LiveNames.tools)
    var tool: [String] = []

    @Flag(help: "All tools that await it.")
    var all = false

    @Option(help: ArgumentHelp("The digest of the definition that is accepted, of one tool; then nothing is asked.", valueName: "hex"))
    var digest: String?

    private func check() throws {
        if all == !tool.isEmpty { throw ValidationError("name the tools to accept, or --all") }
        if digest != nil, tool.count != 1 { throw ValidationError("--digest belongs to one tool") }
    }

    func run(_ session: Session) throws {
        try check()
        let prefix = id + "::"
        let names = tool.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
        var chosen: [ToolAcceptance.Tool] = []
        var waiting = 0
        if let digest, let name = names.first {
            chosen = [.init(tool: name, digest: digest.hasPrefix("sha256:") ? String(digest.dropFirst(7)) : digest)]
        } else {
            let changes = try session.naming(.server(id)) { try session.client.toolChanges(of: id) }
            waiting = changes.count
            let wanted = all ? changes : try names.compactMap { try change($0, changes, session) }
            if !wanted.isEmpty, !consent.yes { try ask(wanted, session) }
            chosen = wanted.map { .init(tool: $0.tool, digest: $0.digest) }
        }
        let answer =
            chosen.isEmpty
            ? AcceptedTools(server: id, accepted: [], waiting: waiting)
            : try session.naming(.server(id)) { try session.client.accept(ToolAcceptance(tools: chosen), of: id) }
        try session.renderer.show(answer) { page in
            if answer.accepted.isEmpty { page.line("\(id): nothing awaited acceptance") }
            for name in answer.accepted { page.line("\(id)::\(Escaped.hidden(name)): accepted") }
            if answer.waiting > 0 { page.line("\(id): \(Words.count(answer.waiting, "tool")) still to be accepted", .waiting) }
        }
    }

    /// What awaits acceptance under this name; nil where nothing does.
    private func change(_ name: String, _ changes: [ToolChange], _ session: Session) throws -> ToolChange? {
        if let found = changes.first(where: { $0.tool.utf8.elementsEqual(name.utf8) }) { return found }
        // Tells a tool that does not await it from one that does not exist.
        _ = try session.naming(.tool(name, server: id)) { try session.client.toolChanges(of: id, tool: name) }
        return nil
    }

    private func ask(_ changes: [ToolChange], _ session: Session) throws {
        var page = Page()
        ToolChangePage.fill(&page, changes)
        session.console.note(page.text(width: nil, usesColor: session.console.usesColor && session.console.isErrorTerminal))
        try session.confirm(
            "Accept \(Words.count(changes.count, "tool")) of '\(id)' as shown?", yes: false, because: "nobody has looked at it")
    }
}
