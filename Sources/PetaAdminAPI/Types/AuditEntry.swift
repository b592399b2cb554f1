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
    package var role: String?
    package var tokenId: String?
    package var client: Client?
    package var address: String?
    package var session: String?
    package var method: String?
    package var server: String?
    package var tool: String?
    package var decision: String?
    package var rule: String?
    package var approvalId: String?
    package var outcome: String?
    package var error: String?
    package var durationMs: Double?
    package var downstreamMs: Double?
    /// Names of the secrets in the connection that was used.
    package var secrets: [String]?
    /// What the rule that decided looked at.
    package var inputs: RawJSON?
    /// The arguments, where they are kept.
    package var arguments: RawJSON?
    package var command: String?
    package var target: String?
}
