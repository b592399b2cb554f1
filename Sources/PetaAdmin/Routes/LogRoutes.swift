import PetaAdminAPI

/// How much the daemon says in its log.
enum LogRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/log/levels") { _, parts in try .value(try await parts.log.logLevels()) },
        AdminRoute("PUT", "/v1/log/levels", .act, body: .json) { request, parts in
            let wish = try request.decode(LogLevelRequest.self)
            guard wish.level != nil || wish.parts?.isEmpty == false else {
                throw AdminError(.invalidArgument, "level or parts: one of them is needed")
            }
            // Whoever turns the log off, or up until it tells too much, is to be found.
            let named = (wish.parts ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            request.concern(((wish.level.map { [$0] } ?? []) + named).joined(separator: " "))
            return try .value(try await parts.log.setLogLevels(wish))
        },
        AdminRoute("DELETE", "/v1/log/levels", .act) { request, parts in
            request.concern("reset")
            return try .value(try await parts.log.resetLogLevels())
        },
    ]
}
