extension ApprovalQuery {
    /// Every status that a request can have.
    package static let statuses = ["pending", "approved", "rejected", "expired", "executing", "executed", "failed"]
    /// The most that one page holds.
    package static let largestPage = 1000

    /// Reads the parameters of a request. Throws `invalid_argument` for an unknown name or a value that cannot be.
    package init(parameters: [(name: String, value: String)]) throws(AdminError) {
        self.init()
        for (name, value) in parameters {
            switch name {
            case "status":
                guard value == "all" || Self.statuses.contains(value) else {
                    throw AdminError(.invalidArgument, "status: expected all, or \(Self.statuses.joined(separator: ", "))")
                }
                status = value
            case "user": user = try Self.text(name, value)
            case "server": server = try Self.text(name, value)
            case "after": after = try Self.text(name, value)
            case "limit":
                guard let number = Int(value), (1...Self.largestPage).contains(number) else {
                    throw AdminError(.invalidArgument, "limit: expected a number from 1 to \(Self.largestPage)")
                }
                limit = number
            default: throw AdminError(.invalidArgument, "there is no filter '\(name)'")
            }
        }
    }

    /// Ids and names of the gateway are short; nothing longer can match.
    private static func text(_ name: String, _ value: String) throws(AdminError) -> String {
        guard (1...256).contains(value.utf8.count) else { throw AdminError(.invalidArgument, "\(name): expected 1 to 256 bytes") }
        return value
    }
}
