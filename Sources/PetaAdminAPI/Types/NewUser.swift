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
    /// Its user id on the gateway's machine.
    package var uid: UInt32?
    /// nil: `default`.
    package var workspace: String?
    /// Such as `100/min`, or `none`; nil: what the gateway gives everybody.
    package var rateLimit: String?
    package var concurrent: Int?

    package init(
        id: String, name: String? = nil, role: String? = nil, notes: String? = nil, labels: [String: String]? = nil,
        expiresAt: Timestamp? = nil, uid: UInt32? = nil, workspace: String? = nil, rateLimit: String? = nil, concurrent: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.notes = notes
        self.labels = labels
        self.expiresAt = expiresAt
        self.uid = uid
        self.workspace = workspace
        self.rateLimit = rateLimit
        self.concurrent = concurrent
    }
}
