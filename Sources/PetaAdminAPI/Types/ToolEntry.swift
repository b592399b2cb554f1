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

    package init(
        name: String, listedName: String, title: String?, description: String?, inputSchema: RawJSON?, annotations: RawJSON?,
        state: String = "accepted", findings: [ToolFinding] = []
    ) {
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
