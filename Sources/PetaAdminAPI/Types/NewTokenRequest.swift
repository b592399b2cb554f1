/// The body of `POST /v1/users/{id}/tokens`.
package struct NewTokenRequest: Codable, Sendable, Equatable {
    package var name: String?
    /// nil: never.
    package var expiresAt: Timestamp?
    /// Narrows the token to these servers; nil: all that the user may use.
    package var servers: [String]?
    /// Narrows it to these tools, `server::tool`, beside the servers; nil: to none in particular.
    package var tools: [String]?
    /// Such as `100/min`, or `none`; nil: what the gateway gives every token.
    package var rateLimit: String?

    package init(
        name: String? = nil, expiresAt: Timestamp? = nil, servers: [String]? = nil, tools: [String]? = nil, rateLimit: String? = nil
    ) {
        self.name = name
        self.expiresAt = expiresAt
        self.servers = servers
        self.tools = tools
        self.rateLimit = rateLimit
    }
}
