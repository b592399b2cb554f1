import ArgumentParser
import PetaAdminAPI

struct ServerShow: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about a server; values without a secret reference are masked.",
        discussion: """
            Example:
              peta server show files
            """)

    @OptionGroup var options: ClientOptions

    @Argument(help: "The server.", completion: LiveNames.servers)
    var id: String

    func run(_ session: Session) throws {
        let server = try session.naming(.server(id)) { try session.client.server(id) }
        try session.renderer.show(server) { page in
            page.fields(fields(server, session))
            if let error = server.lastError { page.line("error: \(error)", .bad) }
            for setting in server.settings {
                let level = setting.danger.flatMap { $0 == "silent" ? nil : ", danger \($0)" } ?? ""
                page.line("\(setting.kind) \(setting.name): \(setting.exposed ? "exposed" : "hidden")\(level)", .waiting)
            }
            for refusal in server.refused { page.line("not listed: \(refusal)", .waiting) }
            if server.changed > 0 {
                page.line("\(Words.count(server.changed, "tool")) not as accepted: peta server tools \(server.id) --changed", .waiting)
            }
            if server.findings > 0 {
                page.line("\(Words.count(server.findings, "suspicious text")): peta server tools \(server.id) --findings", .waiting)
            }
            if !server.stderrTail.isEmpty {
                page.line("")
                page.line("Last lines of its standard error:", .heading)
                for line in server.stderrTail { page.line("  " + line) }
            }
        }
    }

    private func fields(_ server: ServerDetail, _ session: Session) -> [(name: String, cell: Cell)] {
        let definition = server.definition
        var fields: [(name: String, cell: Cell)] = [("id", Cell(server.id))]
        if let title = server.title { fields.append(("title", Cell(title))) }
        fields.append(("state", ServerPage.state(server.state, enabled: server.enabled)))
        fields.append(("kind", Cell(server.kind.rawValue)))
        if let command = definition.command {
            fields.append(("command", Cell(([command] + definition.args).map(ShellWord.quoted).joined(separator: " "))))
        }
        if let url = definition.url { fields.append(("url", Cell(url))) }
        if let directory = definition.cwd { fields.append(("cwd", Cell(directory))) }
        fields += definition.env.sorted { $0.key < $1.key }.map { ("env", Cell("\($0.key)=\($0.value)")) }
        fields += definition.headers.sorted { $0.key < $1.key }.map { ("header", Cell("\($0.key): \($0.value)")) }
        fields.append(
            (
                "offers",
                Cell(
                    "\(Words.count(server.tools, "tool")), \(Words.count(server.resources, "resource")), \(Words.count(server.prompts, "prompt"))"
                )
            ))
        fields.append(("access", Cell(definition.publicAccess ? "every user" : "users with a grant")))
        fields.append(("starts", Cell(definition.lazyStart ? "with the first call" : "with the gateway")))
        fields.append(("redacts", Cell(definition.redactResults ?? true ? "injected secrets in results" : "nothing")))
        if let seconds = definition.idleTimeoutSeconds {
            fields.append(("idle timeout", Cell(seconds == 0 ? "never" : Amount.duration(Int64(seconds)))))
        }
        if let seconds = definition.callTimeoutSeconds { fields.append(("call timeout", Cell(Amount.duration(Int64(seconds))))) }
        if let count = definition.maxConcurrent { fields.append(("at once", Cell(Words.count(count, "call")))) }
        if definition.healthIntervalSeconds > 0 {
            fields.append(("sign of life", Cell("after \(Amount.duration(Int64(definition.healthIntervalSeconds))) without a call")))
        }
        fields.append(("connection", connection(server)))
        if definition.retry == .always { fields.append(("lost calls", Cell("are sent again, whatever the tool says"))) }
        if definition.pin != .standard { fields.append(("changed tools", Cell(pinWords(definition.pin)))) }
        let version =
            (definition.mcpProtocol == .auto ? [] : ["\(definition.mcpProtocol.rawValue) only"])
            + [server.protocolVersion].compactMap { $0 }
        if !version.isEmpty { fields.append(("protocol", Cell(version.joined(separator: ", ")))) }
        if let pid = server.pid { fields.append(("pid", Cell(Int(pid)))) }
        if let started = session.ago(server.startedAt) { fields.append(("started", Cell(started))) }
        if server.restarts > 0 { fields.append(("restarts", Cell(server.restarts))) }
        if server.failures > 0 { fields.append(("failures", Cell("\(server.failures) in a row", .bad))) }
        return fields
    }

    private func pinWords(_ pin: ServerPin) -> String {
        switch pin {
        case .standard: "as the gateway says"
        case .strict: "withheld until accepted"
        case .warn: "used, and told of"
        case .off: "not looked for"
        }
    }

    private func connection(_ server: ServerDetail) -> Cell {
        var text =
            switch server.definition.isolation {
            case .auto: server.asks ? "of its own for each session that can be asked; it asks" : "shared"
            case .shared: server.asks ? "shared; it asks, and is refused" : "shared"
            case .session: "of its own for each session"
            }
        if server.dedicated > 0 { text += " (\(server.dedicated) at present)" }
        return Cell(text)
    }
}
