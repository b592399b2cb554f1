import PetaAdminAPI
import PetaIdentity

/// Downstream servers and their tools.
enum ServerRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/servers") { _, parts in try .value(try await parts.servers.servers()) },
        AdminRoute("POST", "/v1/servers", .act, body: .json) { request, parts in
            let spec = try request.decode(ServerSpec.self)
            // Grants for an id that nobody has are left over from a removal that was cut short: a new server starts with none.
            if try await !parts.servers.serverExists(spec.id) { try await parts.identity.revokeAll(server: spec.id) }
            return try .value(try await parts.servers.add(spec), status: 201)
        },
        AdminRoute("GET", "/v1/servers/{id}") { request, parts in try .value(try await parts.servers.server(request.segment("id"))) },
        AdminRoute("PATCH", "/v1/servers/{id}", .act, body: .json) { request, parts in
            try .value(try await parts.servers.update(request.segment("id"), try request.decode(ServerPatch.self)))
        },
        AdminRoute("DELETE", "/v1/servers/{id}", .act) { request, parts in
            let id = request.segment("id")
            try await parts.servers.remove(id)
            try await parts.identity.revokeAll(server: id)
            return .nothing
        },
        act("start") { try await $0.start($1) },
        act("stop") { try await $0.stop($1) },
        act("restart") { try await $0.restart($1) },
        act("enable") { try await $0.setEnabled($1, true) },
        act("disable") { try await $0.setEnabled($1, false) },
        AdminRoute("GET", "/v1/servers/{id}/tools") { request, parts in try .value(try await parts.servers.tools(of: request.segment("id")))
        },
        AdminRoute("GET", "/v1/servers/{id}/changes", parameters: ["tool"]) { request, parts in
            try .value(try await parts.servers.changes(of: request.segment("id"), tool: request.parameters["tool"]))
        },
        AdminRoute("GET", "/v1/servers/{id}/findings") { request, parts in
            try .value(try await parts.servers.findings(of: request.segment("id")))
        },
        AdminRoute("POST", "/v1/servers/{id}/accept", .act, body: .json) { request, parts in
            let acceptance = try request.decode(ToolAcceptance.self)
            // What is accepted, not only how much: the record names it as the peer saw it.
            guard !acceptance.tools.isEmpty else { throw AdminError(.invalidArgument, "tools: expected at least one") }
            request.concern(acceptance.tools.map { "\($0.tool) sha256:\($0.digest.prefix(64))" }.joined(separator: ", "))
            return try .value(try await parts.servers.accept(acceptance, of: request.segment("id")))
        },
        AdminRoute("GET", "/v1/servers/{id}/capabilities") { request, parts in
            try .value(try await parts.servers.capabilities(of: request.segment("id")))
        },
        AdminRoute("PUT", "/v1/servers/{id}/capabilities", .act, body: .json) { request, parts in
            try .value(try await parts.servers.setCapability(of: request.segment("id"), try request.decode(CapabilityPatch.self)))
        },
        AdminRoute("POST", "/v1/servers/{id}/call", .act, body: .json, isInterruptible: true) { request, parts in
            let call = try request.decode(CallRequest.self)
            if let arguments = call.arguments, arguments.bytes.first != UInt8(ascii: "{") {
                throw AdminError(.invalidArgument, "arguments: expected an object")
            }
            let result = try await parts.servers.call(
                request.segment("id"), tool: call.tool, arguments: call.arguments?.bytes, as: request.principal)
            return .json(result, status: 200)
        },
        AdminRoute("GET", "/v1/servers/{id}/logs", parameters: ["n", "follow"]) { request, parts in
            let lines = try await parts.servers.logs(
                of: request.segment("id"), last: try request.lineCount(default: 100), follow: try request.flag("follow"))
            return .lines(LineStream(lines) { try AdminJSON.encode($0) })
        },
        AdminRoute("GET", "/v1/tools/which", parameters: ["name"]) { request, parts in
            guard let name = request.parameters["name"], !name.isEmpty else {
                throw AdminError(.invalidArgument, "name: missing", hint: "/v1/tools/which?name=TOOL")
            }
            return try .value(try await parts.servers.which(tool: name))
        },
    ]

    private static func act(
        _ verb: String, _ body: @escaping @Sendable (any ServerOperations, String) async throws -> ServerEntry
    ) -> AdminRoute {
        AdminRoute("POST", "/v1/servers/{id}/" + verb, .act) { request, parts in
            try .value(try await body(parts.servers, request.segment("id")))
        }
    }
}
