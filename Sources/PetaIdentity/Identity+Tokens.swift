package import Foundation
import PetaWire

extension Identity {
    /// Makes a token for a user and gives it back once. `servers` and `tools` (by server) narrow it to those together; nil does not.
    ///
    /// Throws `not_found` for an unknown user and `invalid_argument` naming the field.
    package func createToken(
        user id: String, name: String = "token", expiresAt: Date? = nil, servers: Set<String>? = nil,
        tools: [String: Set<String>]? = nil, rate: RateLimit? = nil
    ) async throws -> NewToken {
        try IdentityRules.check(name: name)
        if let servers {
            guard !servers.isEmpty else { throw IdentityError.invalid("servers", "an empty list would be a token for nothing") }
            guard servers.count <= IdentityLimits.grantsPerUser else {
                throw IdentityError.invalid("servers", "at most \(IdentityLimits.grantsPerUser)")
            }
            for server in servers { try IdentityRules.check(serverID: server, field: "servers") }
        }
        if let tools { try Self.check(tools: tools) }
        let now = clock()
        try Self.check(expiry: expiresAt, now: now)
        let made = TokenMaker.make(
            user: id, name: name, createdAt: now, expiresAt: expiresAt, servers: servers, tools: tools, rate: rate)
        let info = try await change { tx in
            guard try tx.user(id) != nil else { throw IdentityError.noUser(id) }
            guard try tx.tokenCount(of: id) < IdentityLimits.tokensPerUser else {
                throw IdentityError.tooMany("tokens of '\(id)'", limit: IdentityLimits.tokensPerUser)
            }
            try tx.insert(made.info)
            return Change(try tx.token(made.id) ?? made.info, users: [id: try tx.record(of: id)])
        }
        return NewToken(info: info, token: made.token)
    }

    private static func check(tools: [String: Set<String>]) throws(IdentityError) {
        guard !tools.isEmpty, tools.values.allSatisfy({ !$0.isEmpty }) else {
            throw .invalid("tools", "an empty list would be a token for nothing")
        }
        guard tools.values.reduce(0, { $0 + $1.count }) <= IdentityLimits.toolsPerToken else {
            throw .invalid("tools", "at most \(IdentityLimits.toolsPerToken)")
        }
        for (server, names) in tools {
            try IdentityRules.check(serverID: server, field: "tools")
            for name in names { try IdentityRules.check(target: CapabilityName(.tool, name), field: "tools") }
        }
    }

    /// Every token, or those of one user, oldest first, expired ones too. Throws `not_found` for an unknown user.
    package func tokens(user id: String? = nil) async throws -> [AccessToken] {
        if let id { _ = try user(id) }
        return try await store.tokens(user: id).map(lastUse)
    }

    /// Removes a token: it stops working before this returns. Throws `not_found`.
    @discardableResult
    package func revokeToken(_ id: String) async throws -> AccessToken {
        try await change { tx in
            guard let token = try tx.token(id) else { throw IdentityError.noToken(id) }
            try tx.deleteToken(id)
            return Change(token, users: [token.user: try tx.record(of: token.user)])
        }
    }
}
