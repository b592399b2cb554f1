package import PetaWire

extension Identity {
    /// Lets a user use a server. Granting twice is no error; false then. Throws `not_found` for an unknown user and
    /// `invalid_argument` for what cannot be a server id. Whether the server exists is not asked.
    @discardableResult
    package func grant(user id: String, server: String) async throws -> Bool {
        try await set(user: id, UserRight(server: server, target: nil, isAllowed: true))
    }

    /// Takes a grant or a denial of a whole server back; false when there was none. Throws `not_found` for an unknown user.
    @discardableResult
    package func revoke(user id: String, server: String) async throws -> Bool { try await clear(user: id, server: server, target: nil) }

    /// Allows or denies a server or something of it, in place of what was said of the same before; false when that was the same.
    ///
    /// Whether it exists is not asked. Throws `not_found` for an unknown user, `invalid_argument` naming the field, and `failed` where
    /// there are too many.
    @discardableResult
    package func set(user id: String, _ right: UserRight) async throws -> Bool {
        try IdentityRules.check(serverID: right.server)
        try IdentityRules.check(target: right.target)
        return try await change { tx in
            guard try tx.user(id) != nil else { throw IdentityError.noUser(id) }
            if try !tx.hasRight(user: id, server: right.server, target: right.target) {
                guard try tx.rightCount(of: id) < IdentityLimits.grantsPerUser else {
                    throw IdentityError.tooMany("rights of '\(id)'", limit: IdentityLimits.grantsPerUser)
                }
            }
            let isNew = try tx.setRight(user: id, right)
            return Change(isNew, users: [id: try tx.record(of: id)])
        }
    }

    /// Takes back what was said of a server or of something of it, whether it allowed or denied; false when nothing was.
    @discardableResult
    package func clear(user id: String, server: String, target: CapabilityName?) async throws -> Bool {
        try await change { tx in
            guard try tx.user(id) != nil else { throw IdentityError.noUser(id) }
            let removed = try tx.deleteRight(user: id, server: server, target: target)
            return Change(removed, users: [id: try tx.record(of: id)])
        }
    }

    /// Takes back every right to a server that is being removed, and what users chose for it, so that a later server of the same name
    /// starts with none.
    package func revokeAll(server: String) async throws {
        try await change { tx in
            var changed: [String: UserRecord?] = [:]
            for id in try tx.deleteRights(server: server) { changed.updateValue(try tx.record(of: id), forKey: id) }
            return Change((), users: changed)
        }
    }

    /// Sets what a user chose for itself: in place of all that was, or beside it. A preference that says nothing takes back what was said
    /// of the same before.
    ///
    /// Throws `not_found`, `invalid_argument` naming the field, and `failed` where there would be too many.
    package func setPreferences(user id: String, _ preferences: [Preference], replacing: Bool) async throws {
        guard preferences.count <= IdentityLimits.preferencesPerUser else {
            throw IdentityError.invalid("preferences", "at most \(IdentityLimits.preferencesPerUser)")
        }
        for (index, preference) in preferences.enumerated() {
            try IdentityRules.check(serverID: preference.server, field: "preferences[\(index)].server")
            try IdentityRules.check(target: preference.target, field: "preferences[\(index)].name")
            guard preference.danger == nil || preference.target?.kind == .tool else {
                throw IdentityError.invalid("preferences[\(index)].danger", "only a tool has a danger level")
            }
        }
        try await change { tx in
            guard try tx.user(id) != nil else { throw IdentityError.noUser(id) }
            if replacing { try tx.deletePreferences(user: id) }
            for preference in preferences { try tx.setPreference(user: id, preference) }
            guard try tx.preferenceCount(of: id) <= IdentityLimits.preferencesPerUser else {
                throw IdentityError.tooMany("preferences of '\(id)'", limit: IdentityLimits.preferencesPerUser)
            }
            return Change((), users: [id: try tx.record(of: id)])
        }
    }
}
