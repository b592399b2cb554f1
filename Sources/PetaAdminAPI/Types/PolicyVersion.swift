/// One change of a policy set in `GET /v1/policies/{name}/history`.
package struct PolicyVersion: Codable, Sendable, Equatable {
    package var version: Int
    /// `applied`, `archived` or `removed`.
    package var change: String
    /// The server that it belonged to; nil for all.
    package var server: String?
    /// Size of the text.
    package var bytes: Int
    package var changedAt: Timestamp
    package var changedBy: String

    package init(version: Int, change: String, server: String?, bytes: Int, changedAt: Timestamp, changedBy: String) {
        self.version = version
        self.change = change
        self.server = server
        self.bytes = bytes
        self.changedAt = changedAt
        self.changedBy = changedBy
    }
}
