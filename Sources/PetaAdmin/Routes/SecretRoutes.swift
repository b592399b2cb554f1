import PetaAdminAPI
import PetaCrypto

/// The vault's secrets.
enum SecretRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/secrets") { _, parts in try .value(try await parts.secrets.secrets()) },
        AdminRoute("PUT", "/v1/secrets/{name}", .act, body: .bytes) { request, parts in
            guard !request.body.isEmpty else { throw AdminError(.invalidArgument, "the secret's value is empty") }
            return try .value(try await parts.secrets.set(request.segment("name"), value: SecretBytes(copying: request.body)))
        },
        AdminRoute("GET", "/v1/secrets/{name}", .actWhen("reveal", ownersTo: "reveal a secret"), parameters: ["reveal"]) { request, parts in
            let name = request.segment("name")
            if try request.flag("reveal") {
                guard let value = try await parts.secrets.reveal(name) else { throw missing(name) }
                return .secret(value)
            }
            guard let entry = try await parts.secrets.secret(name) else { throw missing(name) }
            return try .value(entry)
        },
        AdminRoute("DELETE", "/v1/secrets/{name}", .act, parameters: ["force"]) { request, parts in
            let name = request.segment("name")
            let users = try await parts.secrets.usedBy(name)
            guard try users.isEmpty || request.flag("force") else {
                throw AdminError(
                    .failed, "the secret '\(name)' is used by \(users.sorted().joined(separator: ", "))",
                    hint: "change those first, or remove it with --force")
            }
            guard try await parts.secrets.remove(name) else { throw missing(name) }
            return .nothing
        },
    ]

    private static func missing(_ name: String) -> AdminError {
        AdminError(.notFound, "there is no secret '\(name.prefix(128))'", hint: "peta secret list")
    }
}
