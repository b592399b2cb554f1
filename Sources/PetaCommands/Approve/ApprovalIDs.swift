import PetaAdminAPI

/// Ids as people type them: whole, or the beginning of one where it can mean no other.
enum ApprovalIDs {
    /// The shortest beginning that is looked for.
    static let shortest = 6
    /// A beginning is looked for among so many.
    private static let most = 20_000

    /// Runs a request with the id. Where there is none of that id, and one alone begins with it, with that one: first among those that
    /// wait, then among all. Throws `invalid_argument` for a beginning that several have.
    static func with<Answer>(_ text: String, _ client: AdminClient, _ request: (String) throws(AdminError) -> Answer) throws(AdminError)
        -> Answer
    {
        do throws(AdminError) {
            return try request(text)
        } catch {
            guard error.code == .notFound, text.utf8.count >= shortest else { throw error }
            for status in [nil, "all"] {
                if let id = try only(text, status, client) { return try request(id) }
            }
            throw error
        }
    }

    private static func only(_ text: String, _ status: String?, _ client: AdminClient) throws(AdminError) -> String? {
        var query = ApprovalQuery()
        query.status = status
        let (entries, total) = try ApprovalPages.read(query, most: most, client)
        let found = Array(entries.lazy.map(\.id).filter { $0.hasPrefix(text) }.prefix(4))
        guard let first = found.first else { return nil }
        guard found.count == 1 else {
            throw AdminError(.invalidArgument, "several ids begin with '\(text)'", hint: "They are \(Words.and(found)).")
        }
        guard total <= entries.count else {
            throw AdminError(
                .invalidArgument, "there are too many requests to be sure which one '\(text)' means", hint: "Give the whole id.")
        }
        return first
    }
}
