/// The body of `POST /v1/servers/{id}/call`. The answer is the tool's result exactly as MCP gives it.
package struct CallRequest: Codable, Sendable, Equatable {
    /// The tool's own name, without the server.
    package var tool: String
    /// A JSON object; nil: the tool is called without arguments.
    package var arguments: RawJSON?

    package init(tool: String, arguments: RawJSON?) {
        self.tool = tool
        self.arguments = arguments
    }
}
