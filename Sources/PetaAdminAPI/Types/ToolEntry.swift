/// One tool of `GET /v1/servers/{id}/tools`.
package struct ToolEntry: Codable, Sendable, Equatable {
    /// The canonical name, `server::tool`.
    package var name: String
    /// The name under which clients see it.
    package var listedName: String
    package var title: String?
    package var description: String?
    /// The JSON Schema of the arguments, as the server gave it.
    package var inputSchema: RawJSON?
    /// The annotations, as the server gave them.
    package var annotations: RawJSON?
    /// `accepted`, `changed` or `new`.
    package var state: String
    /// Suspicious texts of it.
    package var findings: [ToolFinding]
    /// `silent`, `notify` or `approval`, as it was set.
    package var danger: String
    /// What the annotations suggest; never in force by itself.
    package var suggestedDanger: String?
    /// False: neither listed nor callable, for anybody.
    package var exposed: Bool

    package init(
        name: String, listedName: String, title: String?, description: String?, inputSchema: RawJSON?, annotations: RawJSON?,
        state: String = "accepted", findings: [ToolFinding] = [], danger: String = "silent", suggestedDanger: String? = nil,
        exposed: Bool = true
    ) {
        self.danger = danger
        self.suggestedDanger = suggestedDanger
        self.exposed = exposed
        self.name = name
        self.listedName = listedName
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.annotations = annotations
        self.state = state
        self.findings = findings
    }
}
