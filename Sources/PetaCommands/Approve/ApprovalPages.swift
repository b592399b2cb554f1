import PetaAdminAPI

/// Reads lists that are longer than one answer.
enum ApprovalPages {
    /// Entries carry arguments: so many of them fit any answer.
    private static let page = 200

    /// The first so many that match, and how many there are.
    static func read(_ query: ApprovalQuery, most: Int, _ client: AdminClient) throws(AdminError) -> ([ApprovalEntry], total: Int) {
        var found: [ApprovalEntry] = []
        var query = query
        while true {
            query.limit = min(page, most - found.count)
            let answer = try client.approvals(query)
            found += answer.items.prefix(most - found.count)
            guard found.count < most, let next = answer.next, !answer.items.isEmpty else { return (found, max(answer.total, found.count)) }
            query.after = next
        }
    }
}
