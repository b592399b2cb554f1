extension Identity {
    /// Lets a user use a server. Granting twice is no error; false then. Throws `not_found` for an unknown user and
    /// `invalid_argument` for what cannot be a server id. Whether the server exists is not asked.
    @discardableResult
    package func grant(user id: String, server: String) async throws -> Bool {
        try IdentityRules.check(serverID: server)
        return try await change { tx in
            guard try tx.user(id) != nil else { throw IdentityError.noUser(id) }
            guard try tx.grantCount(of: id) < IdentityLimits.grantsPerUser else {
                throw IdentityError.tooMany("grants of '\(id)'", limit: IdentityLimits.grantsPerUser)
            }
            let added = try tx.insertGrant(user: id, server: server)
            return Change(added, users: [id: try tx.record(of: id)])
        }
    }

    /// Takes a grant back; false when there was none. Throws `not_found` for an unknown user.
    @discardableResult
    package func revoke(user id: String, server: String) async throws -> Bool {
        try await change { tx in
            guard try tx.user(id) != nil else { throw IdentityError.noUser(id) }
            let removed = try tx.deleteGrant(user: id, server: server)
            return Change(removed, users: [id: try tx.record(of: id)])
        }
    }

    /// Takes back every grant for a server that is being removed, so that a later server of the same name starts with none.
    package func revokeAll(server: String) async throws {
        try await change { tx in
            var changed: [String: UserRecord?] = [:]
            for id in try tx.deleteGrants(server: server) { changed.updateValue(try tx.record(of: id), forKey: id) }
            return Change((), users: changed)
        }
    }
}
