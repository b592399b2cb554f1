/// The answer of `GET /v1/policies/{name}`: one version of a policy set with its text.
package struct PolicyText: Codable, Sendable, Equatable {
    package var name: String
    package var version: Int
    /// What made this version: `applied`, `archived` or `removed`.
    package var change: String
    /// The server that it belongs to; nil for all.
    package var server: String?
    package var changedAt: Timestamp
    package var changedBy: String
    /// As it was applied.
    package var text: String

    package init(
        name: String, version: Int, change: String, server: String?, changedAt: Timestamp, changedBy: String, text: String
    ) {
        self.name = name
        self.version = version
        self.change = change
        self.server = server
        self.changedAt = changedAt
        self.changedBy = changedBy
        self.text = text
    }
}
