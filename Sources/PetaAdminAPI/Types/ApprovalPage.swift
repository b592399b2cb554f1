/// The answer of `GET /v1/approvals`: oldest first.
package struct ApprovalPage: Codable, Sendable, Equatable {
    package var items: [ApprovalEntry]
    /// How many match in all.
    package var total: Int
    /// To be given as `after` for what follows; nil at the end.
    package var next: String?

    package init(items: [ApprovalEntry], total: Int, next: String?) {
        self.items = items
        self.total = total
        self.next = next
    }
}
