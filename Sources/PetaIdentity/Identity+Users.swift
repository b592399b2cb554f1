package import Foundation
import PetaStore

extension Identity {
    /// Every user, by id, with the state of this moment.
    package func users() -> [User] {
        let now = clock()
        return snapshot.users.values.map { $0.seen(at: now) }.sorted { $0.id < $1.id }
    }

    /// One user with the state of this moment; throws `not_found`.
    package func user(_ id: String) throws -> User {
        guard let user = snapshot.users[id] else { throw IdentityError.noUser(id) }
        return user.seen(at: clock())
    }

    /// Adds an enabled user. Without a name its id is its name. Throws `invalid_argument` naming the field, or `already_exists`.
    package func addUser(
        id: String, name: String? = nil, role: Role = .user, notes: String = "", labels: [String: String] = [:], expiresAt: Date? = nil,
        uid: UInt32? = nil, workspace: String = Workspace.standard, rate: RateLimit? = nil, concurrent: Int? = nil
    ) async throws -> User {
        try IdentityRules.check(userID: id)
        try IdentityRules.check(name: name ?? id)
        try IdentityRules.check(notes: notes)
        try IdentityRules.check(labels: labels)
        try IdentityRules.check(uid: uid)
        try Workspace.check(workspace)
        try IdentityRules.check(concurrent: concurrent)
        let now = clock()
        try Self.check(expiry: expiresAt, now: now)
        let user = User(
            id: id, name: name ?? id, role: role, notes: notes, labels: labels, createdAt: now, expiresAt: expiresAt, uid: uid,
            workspace: workspace, rate: rate, concurrent: concurrent)
        return try await change { tx in
            guard try tx.user(id) == nil else { throw IdentityError.userExists(id) }
            guard try tx.userCount() < IdentityLimits.users else { throw IdentityError.tooMany("users", limit: IdentityLimits.users) }
            try Self.keepUnique(uid, of: id, tx)
            try tx.insert(user)
            let record = try tx.record(of: id)
            return Change(record?.user ?? user, users: [id: record])
        }
    }

    /// Changes what is named. Throws `not_found`, `invalid_argument` naming the field, `already_exists` for a uid that is another
    /// user's, and `not_permitted` where the last lasting owner would run out.
    package func updateUser(_ id: String, _ changes: UserChanges) async throws -> User {
        if let name = changes.name { try IdentityRules.check(name: name) }
        if let notes = changes.notes { try IdentityRules.check(notes: notes) }
        try IdentityRules.check(uid: changes.uid ?? nil)
        if let workspace = changes.workspace { try Workspace.check(workspace) }
        try IdentityRules.check(concurrent: changes.concurrent ?? nil)
        let now = clock()
        try Self.check(expiry: changes.expiresAt ?? nil, now: now)
        return try await change { tx in
            guard let user = try tx.user(id) else { throw IdentityError.noUser(id) }
            let changed = changes.applied(to: user)
            try IdentityRules.check(labels: changed.labels)
            try Self.keepUnique(changes.uid ?? nil, of: id, tx)
            if !changed.isLastingOwner { try Self.keepAnOwner(losing: user, tx) }
            try tx.update(changed)
            let record = try tx.record(of: id)
            return Change((record?.user ?? changed).seen(at: now), users: [id: record])
        }
    }

    /// Removes a user with its tokens and grants. Throws `not_found`, or `not_permitted` for the last enabled owner.
    package func removeUser(_ id: String) async throws {
        try await change { tx in
            guard let user = try tx.user(id) else { throw IdentityError.noUser(id) }
            try Self.keepAnOwner(losing: user, tx)
            try tx.deleteUser(id)
            return Change((), users: [id: nil])
        }
    }

    /// Sets a user enabled, disabled or suspended; setting what is set already is no error.
    ///
    /// Throws `not_found`, `not_permitted` for the last enabled owner, `invalid_argument` for `expired`, and `failed` when a
    /// user whose expiry has passed is to be enabled.
    package func setState(_ id: String, _ state: UserState) async throws -> User {
        guard state != .expired else { throw IdentityError.invalid("state", "'expired' follows from the expiry and cannot be set") }
        let now = clock()
        return try await change { tx in
            guard let user = try tx.user(id) else { throw IdentityError.noUser(id) }
            if state == .enabled, user.isExpired(at: now) {
                throw IdentityError(
                    "failed", "'\(id)' has expired and cannot be enabled",
                    hint: "give it another expiry first: peta user update \(id) --expires 90d")
            }
            if state != .enabled { try Self.keepAnOwner(losing: user, tx) }
            try tx.setState(state, of: id)
            let record = try tx.record(of: id)
            return Change((record?.user ?? user).seen(at: now), users: [id: record])
        }
    }

    static func check(expiry: Date?, now: Date) throws(IdentityError) {
        guard let expiry else { return }
        guard expiry > now else { throw .invalid("expiresAt", "must lie in the future") }
        guard expiry.timeIntervalSince1970 < 253_402_300_800 else { throw .invalid("expiresAt", "must lie before the year 10000") }
    }

    private static func keepUnique(_ uid: UInt32?, of id: String, _ tx: any IdentityTransaction) throws {
        guard let uid, let other = try tx.user(uid: uid), other.id != id else { return }
        throw IdentityError.uidTaken(uid, by: other.id)
    }

    private static func keepAnOwner(losing user: User, _ tx: any IdentityTransaction) throws {
        guard user.isLastingOwner, try tx.lastingOwnerCount() == 1 else { return }
        throw IdentityError.lastOwner(user.id)
    }
}
