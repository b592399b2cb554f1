import PetaAdminAPI

/// From where clients may come.
enum NetworkRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/network") { _, parts in try .value(try await parts.network.network()) },
        AdminRoute("POST", "/v1/network/allow", .act, body: .json) { request, parts in
            let new = try request.decode(NewNetworkRange.self)
            request.concern(String(new.range.prefix(64)))
            return try .value(try await parts.network.allow(new, as: request.principal))
        },
        // A range has a slash, so it is no segment of a path.
        AdminRoute("DELETE", "/v1/network/allow", .act, parameters: ["range", "workspace", "confirmed"]) { request, parts in
            guard let range = request.parameters["range"], !range.isEmpty else { throw AdminError(.invalidArgument, "range: missing") }
            request.concern(String(range.prefix(64)))
            try await parts.network.disallow(
                range, workspace: request.parameters["workspace"], confirmed: try request.flag("confirmed"))
            return .nothing
        },
        AdminRoute("PUT", "/v1/network/mode", .act, body: .json) { request, parts in
            let wish = try request.decode(NetworkModeRequest.self)
            request.concern(String(wish.mode.prefix(64)))
            return try .value(try await parts.network.setMode(wish.mode, confirmed: wish.confirmed ?? false))
        },
    ]
}
