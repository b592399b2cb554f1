/// The answer of `GET /v1/tools/which?name=`: what a listed or canonical name means.
package struct ToolIdentity: Codable, Sendable, Equatable {
    /// The canonical name, `server::tool`.
    package var name: String
    package var listedName: String
    package var server: String
    package var tool: String

    package init(name: String, listedName: String, server: String, tool: String) {
        self.name = name
        self.listedName = listedName
        self.server = server
        self.tool = tool
    }
}
