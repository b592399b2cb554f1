/// The answer of `GET /v1/servers/{id}`: everything about one server, values masked.
package struct ServerDetail: Codable, Sendable, Equatable {
    package var id: String
    package var title: String?
    package var kind: ServerKind
    package var state: ServerState
    package var enabled: Bool
    package var tools: Int
    package var resources: Int
    package var prompts: Int
    package var lastError: String?
    /// How many of its tools are not as they were accepted.
    package var changed: Int
    /// How many suspicious texts its tools have.
    package var findings: Int
    /// The process of a running `stdio` server.
    package var pid: Int32?
    /// The MCP revision that was agreed on.
    package var protocolVersion: String?
    package var startedAt: Timestamp?
    /// How often it was started anew since the gateway started.
    package var restarts: Int
    /// Failures in a row, of starts and of connections.
    package var failures: Int
    /// Connections that single clients have for themselves.
    package var dedicated: Int
    /// It was seen to ask something of clients.
    package var asks: Bool
    /// What it offers and is not listed: `name: reason`.
    package var refused: [String]
    /// The last lines of its standard error, oldest first.
    package var stderrTail: [String]
    /// The definition. Values of `env` and `headers` without a `${secret:…}` reference are `ServerDetail.mask`.
    package var definition: ServerSpec

    /// What was set of things that it offers, or may come to offer.
    package var settings: [CapabilityEntry]

    /// What stands in place of a value that is not shown.
    package static let mask = "********"

    package init(
        entry: ServerEntry, pid: Int32?, protocolVersion: String?, startedAt: Timestamp?, restarts: Int, failures: Int = 0,
        dedicated: Int = 0, asks: Bool = false, refused: [String], stderrTail: [String], definition: ServerSpec,
        settings: [CapabilityEntry] = []
    ) {
        id = entry.id
        title = entry.title
        kind = entry.kind
        state = entry.state
        enabled = entry.enabled
        tools = entry.tools
        resources = entry.resources
        prompts = entry.prompts
        lastError = entry.lastError
        changed = entry.changed
        findings = entry.findings
        self.pid = pid
        self.protocolVersion = protocolVersion
        self.startedAt = startedAt
        self.restarts = restarts
        self.failures = failures
        self.dedicated = dedicated
        self.asks = asks
        self.refused = refused
        self.stderrTail = stderrTail
        self.definition = definition
        self.settings = settings
    }
}
