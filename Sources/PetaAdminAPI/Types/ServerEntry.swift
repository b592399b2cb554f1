/// One line of `GET /v1/servers`, and the answer of every act on a server.
package struct ServerEntry: Codable, Sendable, Equatable {
    package var id: String
    package var title: String?
    package var kind: ServerKind
    package var state: ServerState
    package var enabled: Bool
    /// How many tools, resources and prompts are known; 0 when the server was never reached.
    package var tools: Int
    package var resources: Int
    package var prompts: Int
    /// Why the server is in state `error`, in plain words, without secrets.
    package var lastError: String?
    /// How many of its tools are not as they were accepted.
    package var changed: Int
    /// How many suspicious texts its tools have.
    package var findings: Int

    package init(
        id: String, title: String?, kind: ServerKind, state: ServerState, enabled: Bool, tools: Int, resources: Int, prompts: Int,
        lastError: String?, changed: Int = 0, findings: Int = 0
    ) {
        self.id = id
        self.title = title
        self.kind = kind
        self.state = state
        self.enabled = enabled
        self.tools = tools
        self.resources = resources
        self.prompts = prompts
        self.lastError = lastError
        self.changed = changed
        self.findings = findings
    }
}
