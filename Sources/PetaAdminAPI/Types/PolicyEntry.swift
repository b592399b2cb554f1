/// One policy set in `GET /v1/policies`.
package struct PolicyEntry: Codable, Sendable, Equatable {
    package var name: String
    /// Rises with each change, also over a removal.
    package var version: Int
    /// `active` or `archived`.
    package var status: String
    /// The server that it belongs to; nil for all.
    package var server: String?
    /// How many of its rules are in force; none where it is archived.
    package var rules: Int
    package var changedAt: Timestamp
    /// Who changed it, as the audit says it.
    package var changedBy: String

    package init(name: String, version: Int, status: String, server: String?, rules: Int, changedAt: Timestamp, changedBy: String) {
        self.name = name
        self.version = version
        self.status = status
        self.server = server
        self.rules = rules
        self.changedAt = changedAt
        self.changedBy = changedBy
    }
}
