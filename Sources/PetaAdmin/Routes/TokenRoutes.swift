import PetaAdminAPI
import PetaIdentity

/// Access tokens, apart from making one, which stands with the user.
enum TokenRoutes {
    static let all: [AdminRoute] = [
        AdminRoute("GET", "/v1/tokens", parameters: ["user"]) { request, parts in
            try .value(try await parts.identity.tokens(user: request.parameters["user"]).map(TokenEntry.init))
        },
        AdminRoute("DELETE", "/v1/tokens/{id}", .act) { request, parts in
            try await parts.identity.revokeToken(request.segment("id"))
            return .nothing
        },
    ]
}
