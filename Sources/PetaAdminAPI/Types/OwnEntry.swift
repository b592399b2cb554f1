/// The answer of `GET /user`: who the one is that asks.
package struct OwnEntry: Codable, Sendable, Equatable {
    package var id: String
    package var name: String
    package var role: String
    package var expiresAt: Timestamp?
    /// The token that was shown; nil where the system says who it is.
    package var tokenId: String?
    package var tokenExpiresAt: Timestamp?
    /// The token reaches not all that its user may use, and may not change preferences.
    package var narrowed: Bool

    package init(
        id: String, name: String, role: String, expiresAt: Timestamp?, tokenId: String?, tokenExpiresAt: Timestamp?, narrowed: Bool
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.expiresAt = expiresAt
        self.tokenId = tokenId
        self.tokenExpiresAt = tokenExpiresAt
        self.narrowed = narrowed
    }
}
