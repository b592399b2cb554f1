import PetaAdminAPI

/// Calls that wait for a person.
enum ApprovalRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/approvals", parameters: ["status", "user", "server", "limit", "after"]) { request, parts in
            let query = try ApprovalQuery(parameters: request.parameters.map { ($0, $1) })
            return try .value(try await parts.approvals.approvals(query))
        },
        // Before the one with an id: no request is called "watch".
        AdminRoute("GET", "/v1/approvals/watch") { _, parts in
            .lines(LineStream(try await parts.approvals.watch()) { try AdminJSON.encode($0) })
        },
        AdminRoute("GET", "/v1/approvals/{id}", .actWhen("full"), parameters: ["full"]) { request, parts in
            try .value(try await parts.approvals.approval(try id(request), full: try request.flag("full")))
        },
        AdminRoute("POST", "/v1/approvals/{id}/allow", .act, body: .json, bodyLimit: judgementLimit) { request, parts in
            let judgement = try judgement(request)
            return try .value(try await parts.approvals.decide(try id(request), approve: true, judgement, as: request.principal))
        },
        AdminRoute("POST", "/v1/approvals/{id}/deny", .act, body: .json, bodyLimit: judgementLimit) { request, parts in
            let judgement = try judgement(request)
            guard judgement.reason != nil else {
                throw AdminError(.invalidArgument, "reason: missing; whoever is refused has to learn why")
            }
            return try .value(try await parts.approvals.decide(try id(request), approve: false, judgement, as: request.principal))
        },
    ]

    /// A reason of the longest length, each character of it escaped as two surrogates.
    private static let judgementLimit = 16 << 10

    /// The id; what is longer than any id is not looked for.
    private static func id(_ request: AdminRequest) throws(AdminError) -> String {
        let id = request.segment("id")
        guard id.utf8.count <= 128 else {
            throw AdminError(.notFound, "there is no approval '\(id.prefix(32))…'", hint: "peta approve list")
        }
        return id
    }

    /// The body, within bounds. None is a yes without a word.
    private static func judgement(_ request: AdminRequest) throws -> ApprovalJudgement {
        var judgement =
            request.body.isEmpty ? ApprovalJudgement(reason: nil, channel: nil) : try request.decode(ApprovalJudgement.self)
        if let reason = judgement.reason { try ApprovalJudgement.check(reason: reason) }
        let channel = judgement.channel ?? "socket"
        guard ["cli", "socket"].contains(channel) else { throw AdminError(.invalidArgument, "channel: expected cli or socket") }
        judgement.channel = channel
        return judgement
    }
}
