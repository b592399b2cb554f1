/// The filters of `GET /v1/audit/query`, all of which must hold. They travel as query parameters of the same names.
package struct AuditQuery: Sendable, Equatable {
    package var user: String?
    package var server: String?
    package var tool: String?
    /// `call` or `admin`.
    package var kind: String?
    package var outcome: String?
    package var decision: String?
    package var session: String?
    package var requestId: String?
    /// From this moment on.
    package var since: Timestamp?
    /// Up to but without this moment.
    package var until: Timestamp?
    /// The newest so many; nil: the daemon's default.
    package var limit: Int?

    /// A query without filters.
    package init() {}

    /// The parameters that are set, in a fixed order.
    package var parameters: [(name: String, value: String)] {
        let all: [(String, String?)] = [
            ("user", user), ("server", server), ("tool", tool), ("kind", kind), ("outcome", outcome), ("decision", decision),
            ("session", session), ("requestId", requestId), ("since", since?.text), ("until", until?.text),
            ("limit", limit.map(String.init)),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }

    /// Reads the parameters of a request. Throws `invalid_argument` for an unknown name or a value that cannot be read.
    package init(parameters: [(name: String, value: String)]) throws(AdminError) {
        for (name, value) in parameters {
            switch name {
            case "user": user = value
            case "server": server = value
            case "tool": tool = value
            case "kind": kind = value
            case "outcome": outcome = value
            case "decision": decision = value
            case "session": session = value
            case "requestId": requestId = value
            case "since": since = try Self.moment(name, value)
            case "until": until = try Self.moment(name, value)
            case "limit":
                guard let number = Int(value), number > 0 else {
                    throw AdminError(.invalidArgument, "limit: expected a positive integer, found '\(value)'")
                }
                limit = number
            default: throw AdminError(.invalidArgument, "there is no filter '\(name)'")
            }
        }
    }

    private static func moment(_ name: String, _ value: String) throws(AdminError) -> Timestamp {
        guard let moment = Timestamp(text: value) else {
            throw AdminError(.invalidArgument, "\(name): expected a time like 2026-03-09T17:04:05Z, found '\(value)'")
        }
        return moment
    }
}
