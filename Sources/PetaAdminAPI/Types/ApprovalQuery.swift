/// The filters of `GET /v1/approvals`, all of which must hold. They travel as query parameters of the same names.
package struct ApprovalQuery: Sendable, Equatable {
    /// A status, or `all`; nil: `pending`.
    package var status: String?
    package var user: String?
    package var server: String?
    /// At most so many, 1 to 1,000; nil: 200.
    package var limit: Int?
    /// What an earlier page gave as `next`.
    package var after: String?

    /// A query for what waits.
    package init() {}

    /// The parameters that are set, in a fixed order.
    package var parameters: [(name: String, value: String)] {
        let all: [(String, String?)] = [
            ("status", status), ("user", user), ("server", server), ("limit", limit.map(String.init)), ("after", after),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }
}
