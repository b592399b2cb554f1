/// How a downstream server is reached.
package enum ServerKind: String, Codable, Sendable, CaseIterable {
    /// A command that speaks MCP on its standard input and output.
    case stdio
    /// A URL that speaks Streamable HTTP.
    case http
    /// A URL that speaks HTTP+SSE (2024-11-05).
    case sse
}
