/// The body of `POST /v1/users`.
package struct NewUser: Codable, Sendable, Equatable {
    package var id: String
    /// nil: the id.
    package var name: String?
    /// nil: `user`.
    package var role: String?
    package var notes: String?
    package var labels: [String: String]?
    package var expiresAt: Timestamp?

    package init(
        id: String, name: String? = nil, role: String? = nil, notes: String? = nil, labels: [String: String]? = nil,
        expiresAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.notes = notes
        self.labels = labels
        self.expiresAt = expiresAt
    }
}
