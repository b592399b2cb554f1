import PetaAdminAPI

/// What the gateway runs with.
enum ConfigRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/config") { _, parts in try .value(try await parts.configuration.running()) },
        AdminRoute("POST", "/v1/config/reload", .act) { request, parts in
            let done = try await parts.configuration.reload()
            // What changed, by key: a value has no place in the audit.
            request.concern(done.summary)
            return try .value(done)
        },
    ]
}
