import ArgumentParser
import PetaAdminAPI

struct ServerAdd: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a server: a command after --, or a URL.",
        discussion: """
            Credentials belong in the vault: write '${secret:NAME}' (in single quotes) where the value would stand. \
            What no option says: it is started by the first call that needs it, sleeps after ten minutes without one, a call takes a \
            minute at most, secrets are cut out of its results, and users need a grant ('peta user grant').

            Example:
              peta server add files -- npx -y @modelcontextprotocol/server-filesystem /srv
              peta server add github --env 'TOKEN=${secret:github}' -- github-mcp stdio
              peta server add docs --url https://docs.example.com/mcp \\
                --header 'Authorization: Bearer ${secret:docs}'
              peta server add old --sse https://old.example.com/sse
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var choices: ServerChoices

    @Argument(help: "Identifier: small letters, digits and hyphens, a letter first.")
    var id: String

    @Flag(help: "Add it switched off.")
    var disabled = false

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The command and its arguments.", valueName: "command"))
    var command: [String] = []

    /// Not `validate()`, which would speak before the parser complains about an option that does not exist.
    private func check() throws {
        switch (choices.endpoint, command.first) {
        case (nil, nil): throw ValidationError("give a command after -- or an endpoint with --url or --sse")
        case (.some, .some): throw ValidationError("give either a command or a URL, not both")
        case (.some, nil):
            if !choices.environment.isEmpty { throw ValidationError("--env belongs to a command; a URL takes --header") }
            if choices.workingDirectory != nil { throw ValidationError("--cwd belongs to a command") }
        case (nil, .some):
            if !choices.headers.isEmpty { throw ValidationError("--header belongs to a URL; a command takes --env") }
        }
    }

    /// Its first tools are accepted as they are; who added it should know what looks strange in them.
    private func warn(_ server: ServerEntry, _ session: Session) {
        guard server.findings > 0, let findings = try? session.client.toolFindings(of: server.id) else { return }
        for finding in findings.prefix(Self.warnings) {
            let name = Escaped.hidden(ToolNames.tool(finding.name))
            // Of what is no tool the name says what it is.
            session.console.note("warning: \(name.hasPrefix("(") ? name : "tool \(name)"): \(ToolChangePage.words(finding))")
        }
        let more = findings.count - Self.warnings
        if more > 0 { session.console.note("warning: \(more) more; see 'peta server tools \(server.id) --findings'") }
    }

    private static let warnings = 20

    func run(_ session: Session) throws {
        try check()
        let spec = ServerSpec(
            id: id, title: choices.title, kind: choices.endpointKind ?? .stdio, command: command.first,
            args: Array(command.dropFirst()),
            env: Dictionary(choices.environment.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 }),
            cwd: choices.workingDirectory.map(SettingsResolver.absolute), url: choices.endpoint,
            headers: Dictionary(choices.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            publicAccess: choices.public ?? false, lazyStart: choices.lazy ?? true, idleTimeoutSeconds: choices.idleTimeout,
            callTimeoutSeconds: choices.callTimeout, redactResults: choices.redact, enabled: !disabled,
            maxConcurrent: choices.maxConcurrent.flatMap { $0 == 0 ? nil : $0 }, healthIntervalSeconds: choices.healthInterval ?? 0,
            isolation: choices.isolation ?? .auto, retry: choices.retry ?? .auto, mcpProtocol: choices.mcpProtocol ?? .auto,
            pin: choices.pin ?? .standard)
        let server = try session.client.addServer(spec)
        choices.remarks.forEach(session.console.note)
        warn(server, session)
        if server.tools > 0, let tools = try? session.client.tools(of: server.id) { Suggestions.note(tools, of: server.id, session) }
        try session.renderer.show(server) { $0.line(ServerPage.outcome("added", server)) }
    }
}
