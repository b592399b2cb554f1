import PetaAdminAPI

/// Policy sets, and what they would do.
enum PolicyRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/policies") { _, parts in try .value(try await parts.policies.policies()) },
        AdminRoute("POST", "/v1/policies", .act, body: .bytes, parameters: ["name"]) { request, parts in
            let outcome = try await parts.policies.apply(request.body, name: request.parameters["name"], as: request.principal)
            // The name may stand in the text alone.
            request.concern(outcome.name)
            return try .value(outcome)
        },
        AdminRoute("GET", "/v1/policies/{name}", parameters: ["version"]) { request, parts in
            let version = try request.parameters["version"].map { text in
                guard let number = Int(text), number > 0 else {
                    throw AdminError(.invalidArgument, "version: expected a number from 1 on")
                }
                return number
            }
            return try .value(try await parts.policies.policy(request.segment("name"), version: version))
        },
        AdminRoute("DELETE", "/v1/policies/{name}", .act) { request, parts in
            try await parts.policies.remove(request.segment("name"), as: request.principal)
            return .nothing
        },
        AdminRoute("GET", "/v1/policies/{name}/history") { request, parts in
            try .value(try await parts.policies.history(of: request.segment("name")))
        },
        AdminRoute("POST", "/v1/policies/{name}/archive", .act) { request, parts in
            try .value(try await parts.policies.archive(request.segment("name"), as: request.principal))
        },
        AdminRoute("POST", "/v1/policy/lint", body: .bytes) { request, parts in
            try .value(try await parts.policies.lint(request.body))
        },
        AdminRoute("POST", "/v1/policy/test", body: .json, bodyLimit: testLimit) { request, parts in
            let question = try request.decode(PolicyQuestion.self)
            if let arguments = question.arguments, arguments.bytes.first != UInt8(ascii: "{") {
                throw AdminError(.invalidArgument, "arguments: expected an object")
            }
            return try .value(try await parts.policies.test(question))
        },
        AdminRoute("POST", "/v1/policy/diff", body: .json, bodyLimit: testLimit) { request, parts in
            let trial = try request.decode(PolicyTrial.self)
            if let last = trial.last, !(1...PolicyTrial.callLimit).contains(last) {
                throw AdminError(.invalidArgument, "last: expected a number from 1 to \(PolicyTrial.callLimit)")
            }
            return try .value(try await parts.policies.difference(trial))
        },
        AdminRoute("GET", "/v1/servers/{id}/policy") { request, parts in
            try .value(try await parts.policies.effect(on: request.segment("id")))
        },
    ]

    /// A text of 1 MiB, each byte of it escaped, and arguments beside it.
    private static let testLimit = 4 << 20
}
