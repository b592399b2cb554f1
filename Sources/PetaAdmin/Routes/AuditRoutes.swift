import PetaAdminAPI

/// The audit log. Reading and proving it changes nothing, so it works also when no record can be written.
enum AuditRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/audit/tail", parameters: ["n", "follow"]) { request, parts in
            let records = try await parts.audit.tail(last: try request.lineCount(default: 10), follow: try request.flag("follow"))
            return .lines(LineStream(records) { $0 })
        },
        AdminRoute(
            "GET", "/v1/audit/query",
            parameters: [
                "user", "server", "tool", "kind", "outcome", "decision", "session", "requestId", "since", "until", "limit",
            ]
        ) { request, parts in
            let query = try AuditQuery(parameters: request.parameters.map { ($0, $1) })
            return .lines(LineStream(try await parts.audit.query(query)) { $0 })
        },
        AdminRoute("POST", "/v1/audit/verify", isInterruptible: true) { _, parts in try .value(try await parts.audit.verify()) },
    ]
}
