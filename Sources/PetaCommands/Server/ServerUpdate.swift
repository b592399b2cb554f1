import ArgumentParser
import PetaAdminAPI

struct ServerUpdate: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a server; what is not named stays as it is.",
        discussion: """
            Example:
              peta server update files --title 'Shared files' --call-timeout 120
              peta server update github --env 'TOKEN=${secret:github}' --unset-env OLD
              peta server update files -- files-mcp /srv /home
            """)

    @OptionGroup var options: ClientOptions
    @OptionGroup var choices: ServerChoices

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String

    @Option(help: ArgumentHelp("Environment variable to remove.", valueName: "key"))
    var unsetEnv: [String] = []

    @Option(help: ArgumentHelp("HTTP header to remove.", valueName: "name"))
    var unsetHeader: [String] = []

    @Argument(parsing: .postTerminator, help: ArgumentHelp("The new command and its arguments.", valueName: "command"))
    var command: [String] = []

    private var patch: ServerPatch {
        var patch = ServerPatch()
        patch.title = choices.title
        if let program = command.first {
            patch.command = program
            patch.args = Array(command.dropFirst())
        }
        var environment: [String: String?] = [:]
        for name in unsetEnv { environment.updateValue(nil, forKey: name) }
        for pair in choices.environment { environment.updateValue(pair.value, forKey: pair.key) }
        if !environment.isEmpty { patch.env = environment }
        var headers: [String: String?] = [:]
        for name in unsetHeader { headers.updateValue(nil, forKey: name) }
        for header in choices.headers { headers.updateValue(header.value, forKey: header.name) }
        if !headers.isEmpty { patch.headers = headers }
        patch.cwd = choices.workingDirectory.map { $0.isEmpty ? "" : SettingsResolver.absolute($0) }
        patch.url = choices.endpoint
        patch.kind = choices.endpointKind
        patch.publicAccess = choices.public
        patch.lazyStart = choices.lazy
        patch.redactResults = choices.redact
        patch.idleTimeoutSeconds = choices.idleTimeout
        patch.callTimeoutSeconds = choices.callTimeout
        patch.maxConcurrent = choices.maxConcurrent
        patch.healthIntervalSeconds = choices.healthInterval
        patch.isolation = choices.isolation
        patch.retry = choices.retry
        patch.mcpProtocol = choices.mcpProtocol
        patch.pin = choices.pin
        return patch
    }

    func run(_ session: Session) throws {
        if patch == ServerPatch() { throw ValidationError("nothing to change was named") }
        let server = try session.naming(.server(id)) { try session.client.updateServer(id, patch) }
        choices.remarks.forEach(session.console.note)
        try session.renderer.show(server) { $0.line(ServerPage.outcome("updated", server)) }
    }
}
