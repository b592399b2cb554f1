/// One user, in `GET /v1/users` and as the answer of every act on a user.
package struct UserEntry: Codable, Sendable, Equatable {
    package var id: String
    package var name: String
    /// `owner`, `admin` or `user`.
    package var role: String
    /// `enabled`, `disabled`, `suspended` or `expired`.
    package var state: String
    /// The servers that were granted. An owner may use every server without a grant.
    package var grants: [String]
    /// How many tokens are valid.
    package var tokens: Int
    package var notes: String?
    package var labels: [String: String]
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    /// The user of the gateway's machine that it is on an MCP socket, without a token.
    package var uid: UInt32?
    package var workspace: String
    /// Its own rate, such as `100/min`, or `none` for any number; nil: what the gateway gives everybody.
    package var rateLimit: String?
    /// How many calls of it may be under way, 0: any number; nil: what the gateway gives everybody.
    package var concurrent: Int?
    /// What else was allowed or denied: whole servers that are denied, and whatever was said of parts of servers.
    package var rights: [UserRightEntry]
    /// What the user chose for itself.
    package var preferences: [PreferenceEntry]

    package init(
        id: String, name: String, role: String, state: String, grants: [String], tokens: Int, notes: String?, labels: [String: String],
        createdAt: Timestamp, expiresAt: Timestamp?, uid: UInt32? = nil, workspace: String = "default", rateLimit: String? = nil,
        concurrent: Int? = nil, rights: [UserRightEntry] = [], preferences: [PreferenceEntry] = []
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.state = state
        self.grants = grants
        self.tokens = tokens
        self.notes = notes
        self.labels = labels
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.uid = uid
        self.rights = rights
        self.preferences = preferences
        self.workspace = workspace
        self.rateLimit = rateLimit
        self.concurrent = concurrent
    }
}
