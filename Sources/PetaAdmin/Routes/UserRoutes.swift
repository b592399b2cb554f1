import PetaAdminAPI
import PetaIdentity

/// Users and what they were granted.
enum UserRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/users") { _, parts in
            let snapshot = parts.identity.snapshot
            return try .value(parts.identity.users().map { UserEntry($0, snapshot) })
        },
        AdminRoute("POST", "/v1/users", .act, body: .json) { request, parts in
            let new = try request.decode(NewUser.self)
            guard let role = Role(rawValue: new.role ?? "user") else {
                throw AdminError(.invalidArgument, "role: expected \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            if role == .owner { try OwnerRule.check(request.principal, "add an owner") }
            let user = try await parts.identity.addUser(
                id: new.id, name: new.name, role: role, notes: new.notes ?? "", labels: new.labels ?? [:], expiresAt: new.expiresAt?.date,
                uid: new.uid, workspace: new.workspace ?? Workspace.standard, rate: try RateLimit.read(new.rateLimit),
                concurrent: new.concurrent)
            return try .value(UserEntry(user, parts.identity.snapshot), status: 201)
        },
        AdminRoute("GET", "/v1/users/{id}") { request, parts in try answer(request, parts) },
        AdminRoute("PATCH", "/v1/users/{id}", .act, body: .json) { request, parts in
            let patch = try request.decode(UserPatch.self)
            // Also because a uid opens the gateway like a token.
            try OwnerRule.check(request, parts, "change an owner")
            _ = try await parts.identity.updateUser(request.segment("id"), try UserChanges(patch))
            return try answer(request, parts)
        },
        AdminRoute("DELETE", "/v1/users/{id}", .act) { request, parts in
            try OwnerRule.check(request, parts, "remove an owner")
            try await parts.identity.removeUser(request.segment("id"))
            return .nothing
        },
        AdminRoute("POST", "/v1/users/{id}/enable", .act) { request, parts in
            try OwnerRule.check(request, parts, "enable an owner")
            _ = try await parts.identity.setState(request.segment("id"), .enabled)
            return try answer(request, parts)
        },
        AdminRoute("POST", "/v1/users/{id}/disable", .act) { request, parts in
            try OwnerRule.check(request, parts, "disable an owner")
            _ = try await parts.identity.setState(request.segment("id"), .disabled)
            return try answer(request, parts)
        },
        AdminRoute("GET", "/v1/users/{id}/rights", parameters: ["server", "denied"]) { request, parts in
            let isDenied = try request.flag("denied")
            if let server = request.parameters["server"] { try await requireServers([server], parts) }
            let rights = try await parts.servers.rights(of: request.segment("id"), server: request.parameters["server"])
            return try .value(isDenied ? rights.filter { !$0.allowed } : rights)
        },
        AdminRoute("POST", "/v1/users/{id}/allow", .act, body: .json) { request, parts in
            try await set(request, parts, isAllowed: true)
        },
        AdminRoute("POST", "/v1/users/{id}/deny", .act, body: .json) { request, parts in
            try await set(request, parts, isAllowed: false)
        },
        AdminRoute("POST", "/v1/users/{id}/revoke", .act, body: .json) { request, parts in
            try OwnerRule.check(request, parts, "change the rights of an owner")
            let (server, target) = try RightName.read(try request.decode(RightTarget.self))
            try await parts.identity.clear(user: request.segment("id"), server: server, target: target)
            return try answer(request, parts)
        },
        AdminRoute("PUT", "/v1/users/{id}/grants/{server}", .act) { request, parts in
            let server = request.segment("server")
            try OwnerRule.check(request, parts, "change the rights of an owner")
            try await requireServers([server], parts)
            try await parts.identity.grant(user: request.segment("id"), server: server)
            return try answer(request, parts)
        },
        AdminRoute("DELETE", "/v1/users/{id}/grants/{server}", .act) { request, parts in
            try OwnerRule.check(request, parts, "change the rights of an owner")
            try await parts.identity.revoke(user: request.segment("id"), server: request.segment("server"))
            return try answer(request, parts)
        },
        AdminRoute("POST", "/v1/users/{id}/tokens", .act, body: .json) { request, parts in
            let new = request.body.isEmpty ? NewTokenRequest() : try request.decode(NewTokenRequest.self)
            try OwnerRule.check(request, parts, "make a token of an owner")
            if let servers = new.servers { try await requireServers(servers, parts) }
            let tools = try new.tools.map(RightName.tools)
            if let tools { try await requireServers(Array(tools.keys), parts) }
            let token = try await parts.identity.createToken(
                user: request.segment("id"), name: new.name ?? "token", expiresAt: new.expiresAt?.date, servers: new.servers.map(Set.init),
                tools: tools, rate: try RateLimit.read(new.rateLimit))
            return try .value(IssuedToken(token), status: 201)
        },
    ]

    /// The server has to exist, most likely it is misspelt otherwise; what it offers may come later.
    private static func set(_ request: AdminRequest, _ parts: AdminParts, isAllowed: Bool) async throws -> AdminAnswer {
        try OwnerRule.check(request, parts, "change the rights of an owner")
        let (server, target) = try RightName.read(try request.decode(RightTarget.self))
        try await requireServers([server], parts)
        try await parts.identity.set(user: request.segment("id"), UserRight(server: server, target: target, isAllowed: isAllowed))
        return try answer(request, parts)
    }

    private static func answer(_ request: AdminRequest, _ parts: AdminParts) throws -> AdminAnswer {
        try .value(UserEntry(try parts.identity.user(request.segment("id")), parts.identity.snapshot))
    }

    /// Nothing is granted on a server that does not exist: most likely it is misspelt.
    private static func requireServers(_ ids: [String], _ parts: AdminParts) async throws {
        for id in Set(ids).sorted() where try await !parts.servers.serverExists(id) {
            throw AdminError(.notFound, "there is no server '\(id.prefix(80))'", hint: "peta server list")
        }
    }
}
