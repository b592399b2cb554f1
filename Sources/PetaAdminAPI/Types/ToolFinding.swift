/// Something suspicious in the texts of a tool, of `GET /v1/servers/{id}/findings`. It changes nothing by itself.
package struct ToolFinding: Codable, Sendable, Equatable {
    /// The canonical name, `server::tool`.
    package var name: String
    /// Where the text stands, such as `inputSchema.properties.path.description`.
    package var field: String
    /// Such as `invisible` or `instruction`.
    package var kind: String
    /// What stands there; hidden characters are written as `\u{200b}`.
    package var excerpt: String
    /// Where it begins in the text, in Unicode scalars from 0.
    package var position: Int

    package init(name: String, field: String, kind: String, excerpt: String, position: Int) {
        self.name = name
        self.field = field
        self.kind = kind
        self.excerpt = excerpt
        self.position = position
    }
}
