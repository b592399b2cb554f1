/// One line of `GET /v1/tokens`: everything about a token but the token.
package struct TokenEntry: Codable, Sendable, Equatable {
    package var id: String
    package var user: String
    package var name: String?
    /// The whole servers to which the token is narrowed; nil: it is not narrowed.
    package var servers: [String]?
    /// The tools to which it is narrowed beside the servers, `server::tool`; nil: none in particular.
    package var tools: [String]?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    /// Updated lazily, may be a minute behind.
    package var lastUsedAt: Timestamp?
    /// Its own rate; nil: what the gateway gives every token.
    package var rateLimit: String?

    package init(
        id: String, user: String, name: String?, servers: [String]?, createdAt: Timestamp, expiresAt: Timestamp?, lastUsedAt: Timestamp?,
        tools: [String]? = nil, rateLimit: String? = nil
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.servers = servers
        self.tools = tools
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.rateLimit = rateLimit
    }
}
