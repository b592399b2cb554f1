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
        AdminRoute("GET", "/v1/audit/export", parameters: filters.union(["format"])) { request, parts in
            var parameters = request.parameters
            let format = parameters.removeValue(forKey: "format") ?? "ndjson"
            guard let type = exportTypes[format] else { throw AdminError(.invalidArgument, "format: expected ndjson or csv") }
            let query = try AuditQuery(parameters: parameters.map { ($0, $1) })
            return .bytes(ByteStream(type: type, pieces: try await parts.audit.export(query, format: format)))
        },
        AdminRoute("GET", "/v1/audit/summary", parameters: filters.union(["buckets", "top"]), isInterruptible: true) { request, parts in
            var parameters = request.parameters
            let buckets = try number("buckets", parameters.removeValue(forKey: "buckets"), 2...500) ?? 60
            let top = try number("top", parameters.removeValue(forKey: "top"), 1...100) ?? 20
            let query = try AuditQuery(parameters: parameters.map { ($0, $1) })
            return try .value(try await parts.audit.figures(query, buckets: buckets, top: top))
        },
        AdminRoute("POST", "/v1/audit/verify", body: .json, isInterruptible: true) { request, parts in
            let anchors = request.body.isEmpty ? [] : try request.decode(AuditAnchorLines.self).anchors
            guard anchors.count <= AuditAnchorLines.most else {
                throw AdminError(.invalidArgument, "anchors: \(AuditAnchorLines.most) at most, found \(anchors.count)")
            }
            return try .value(try await parts.audit.verify(against: anchors))
        },
        AdminRoute("GET", "/v1/audit/anchor") { _, parts in try .value(try await parts.audit.anchor(put: false)) },
        AdminRoute("POST", "/v1/audit/anchor", .act) { _, parts in try .value(try await parts.audit.anchor(put: true)) },
        AdminRoute("GET", "/v1/audit/webhook") { _, parts in try .value(try await parts.audit.webhook()) },
        AdminRoute("POST", "/v1/audit/webhook/test", .act) { _, parts in try .value(try await parts.audit.testWebhook()) },
    ]

    private static let filters: Set<String> = [
        "user", "server", "tool", "kind", "outcome", "decision", "session", "requestId", "since", "until",
    ]
    private static let exportTypes = ["ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8; header=present"]

    private static func number(_ name: String, _ text: String?, _ range: ClosedRange<Int>) throws(AdminError) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw AdminError(.invalidArgument, "\(name): expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
