package import Foundation
package import PetaCrypto

/// What is kept of an access token: never the token itself.
package struct AccessToken: Sendable, Equatable {
    /// `tok_` and 12 hex digits; safe to show and to log.
    package let id: String
    /// The id of the user it stands for.
    package let user: String
    package let name: String
    package let createdAt: Date
    package let expiresAt: Date?
    /// Nil: it may use what its user may. Otherwise nothing but these.
    package let servers: Set<String>?
    /// Tools that it may use besides `servers`, by server. Where this is not nil and `servers` is, it may use nothing else.
    package let tools: [String: Set<String>]?
    /// At most a minute old while the gateway runs; nil when never used.
    package let lastUsedAt: Date?
    /// SHA-256 of the whole token.
    package let digest: SHA256Digest
    /// How many requests may come by it; nil: what the gateway gives every token.
    package let rate: RateLimit?

    /// Does not validate: ``Identity`` does.
    package init(
        id: String, user: String, name: String, createdAt: Date, expiresAt: Date?, servers: Set<String>?,
        tools: [String: Set<String>]? = nil, lastUsedAt: Date?, digest: SHA256Digest, rate: RateLimit? = nil
    ) {
        self.id = id
        self.user = user
        self.name = name
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.servers = servers
        self.tools = tools
        self.lastUsedAt = lastUsedAt
        self.digest = digest
        self.rate = rate
    }

    /// The whole servers to which it is narrowed; nil where it is not narrowed at all.
    package var narrowing: Set<String>? { servers ?? (tools == nil ? nil : []) }

    /// True from the moment of expiry on.
    package func isExpired(at time: Date) -> Bool {
        guard let expiresAt else { return false }
        return time >= expiresAt
    }
}
