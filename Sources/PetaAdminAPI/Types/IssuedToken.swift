/// A new token: the only answer in which a token appears.
package struct IssuedToken: Codable, Sendable, Equatable {
    package var id: String
    package var user: String
    package var name: String?
    /// The bearer token itself. It is not stored and cannot be shown again.
    package var token: String
    package var expiresAt: Timestamp?

    package init(id: String, user: String, name: String?, token: String, expiresAt: Timestamp?) {
        self.id = id
        self.user = user
        self.name = name
        self.token = token
        self.expiresAt = expiresAt
    }
}
