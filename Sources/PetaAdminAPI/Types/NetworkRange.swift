/// A range from which clients may come.
package struct NetworkRange: Codable, Sendable, Equatable {
    /// `ADDRESS` or `ADDRESS/BITS`.
    package var range: String
    /// Whose list it stands on; nil: the one for all.
    package var workspace: String?
    package var note: String?
    package var createdAt: Timestamp
    package var createdBy: String

    package init(range: String, workspace: String?, note: String?, createdAt: Timestamp, createdBy: String) {
        self.range = range
        self.workspace = workspace
        self.note = note
        self.createdAt = createdAt
        self.createdBy = createdBy
    }
}
