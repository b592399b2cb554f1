/// One line of `GET /v1/audit/tail` and `query`. Only for reading: what is printed for scripts is the line itself.
package struct AuditEntry: Decodable, Sendable, Equatable {
    /// The MCP client, as it named itself.
    package struct Client: Decodable, Sendable, Equatable {
        package var name: String?
        package var version: String?
    }

    package var seq: Int64?
    package var time: Timestamp
    package var kind: String
    package var requestId: String?
    package var user: String?
    package var client: Client?
    package var method: String?
    package var server: String?
    package var tool: String?
    package var decision: String?
    package var outcome: String?
    package var error: String?
    package var durationMs: Double?
}
