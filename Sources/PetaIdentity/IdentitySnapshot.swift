import Foundation
package import PetaCrypto

/// Users, grants and tokens at one moment, in the shape in which calls ask for them. Immutable, so it is read without a lock.
package final class IdentitySnapshot: Sendable {
    /// Rises with every change; two snapshots with the same number are the same.
    package let generation: UInt64
    /// Every user by id. States are as stored: ``User/isExpired(at:)`` tells about the moment.
    package let users: [String: User]

    private let principals: [SHA256Digest: Principal]
    /// Users of this machine, by number.
    private let locals: [UInt32: Principal]
    /// Owners that last; kept, so that no change has to look at every user.
    private let owners: Set<String>
    private let ownUID: UInt32?
    /// What the gateway's own uid stands for while no user has it.
    private let owner: Principal?
    /// By user, so that a change touches one user only.
    private let holdings: [String: Holdings]
    private let clock: @Sendable () -> Date

    private struct TokenSlot: Sendable {
        let id: String
        let digest: SHA256Digest
        let expiresAt: Date?
        let mark: UseMark
    }

    private struct Holdings: Sendable {
        let grants: Set<String>
        let rights: [UserRight]
        let preferences: [Preference]
        /// What the two come to, by server.
        let finer: [String: ServerRights]
        let tokens: [TokenSlot]
        /// Goes over to whatever replaces these.
        let usage: UserUsage
    }

    /// What is looked up, while it is put together.
    private struct Indexes {
        var principals: [SHA256Digest: Principal] = [:]
        var locals: [UInt32: Principal] = [:]
        var owners: Set<String> = []
    }

    /// Everything at once, at start.
    init(records: [UserRecord], ownUID: UInt32? = nil, clock: @escaping @Sendable () -> Date) {
        var users: [String: User] = [:]
        var indexes = Indexes()
        var holdings: [String: Holdings] = [:]
        users.reserveCapacity(records.count)
        holdings.reserveCapacity(records.count)
        indexes.principals.reserveCapacity(records.reduce(0) { $0 + $1.tokens.count })
        for record in records {
            users[record.user.id] = record.user
            holdings[record.user.id] = Self.add(record, marks: [], usage: UserUsage(), to: &indexes)
        }
        self.generation = 1
        self.users = users
        self.principals = indexes.principals
        self.locals = indexes.locals
        self.owners = indexes.owners
        self.ownUID = ownUID
        self.owner = Self.owner(ownUID, indexes.owners, users, holdings)
        self.holdings = holdings
        self.clock = clock
    }

    /// `previous` with these users replaced or, where there is no record, gone.
    init(previous: IdentitySnapshot, changed: [String: UserRecord?]) {
        var users = previous.users
        var indexes = Indexes(principals: previous.principals, locals: previous.locals, owners: previous.owners)
        var holdings = previous.holdings
        // First all that was, then all that is: a uid may go from one user to another.
        for id in changed.keys {
            for slot in holdings[id]?.tokens ?? [] { indexes.principals[slot.digest] = nil }
            if let uid = users[id]?.uid { indexes.locals[uid] = nil }
            indexes.owners.remove(id)
        }
        for (id, record) in changed {
            let before = holdings[id]?.tokens ?? []
            let usage = holdings[id]?.usage ?? UserUsage()
            users[id] = record?.user
            holdings[id] = record.map { Self.add($0, marks: before, usage: usage, to: &indexes) }
        }
        self.generation = previous.generation + 1
        self.users = users
        self.principals = indexes.principals
        self.locals = indexes.locals
        self.owners = indexes.owners
        self.ownUID = previous.ownUID
        self.owner = Self.owner(previous.ownUID, indexes.owners, users, holdings)
        self.holdings = holdings
        self.clock = previous.clock
    }

    /// Whom a token stands for; nil when it is unknown, revoked or expired, or its user is not enabled or expired.
    package func principal(token: SHA256Digest) -> Principal? {
        guard let principal = principals[token] else { return nil }
        guard principal.validUntil == nil || principal.isValid(at: clock()) else { return nil }
        return principal
    }

    /// Whom a user of this machine stands for; nil when no user has that uid, or one that is not enabled or has expired.
    package func principal(uid: UInt32) -> Principal? {
        guard let principal = locals[uid] else { return uid == ownUID ? owner : nil }
        guard users[principal.userID]?.state == .enabled else { return nil }
        guard principal.validUntil == nil || principal.isValid(at: clock()) else { return nil }
        return principal
    }

    /// The same one as this snapshot knows it: how a session that kept a principal learns that it changed. Nil when it may no longer act.
    package func current(_ principal: Principal) -> Principal? {
        if let digest = principal.digest { return self.principal(token: digest) }
        guard let uid = principal.localUID else { return principal }
        // The uid may be another user's by now.
        return self.principal(uid: uid).flatMap { $0.userID == principal.userID ? $0 : nil }
    }

    /// Everybody who may act by a token now, by the token's id. Takes its time: for a start, not for a call.
    package func principalsByToken() -> [String: Principal] {
        let now = clock()
        var found: [String: Principal] = [:]
        for principal in principals.values where principal.isValid(at: now) {
            if let id = principal.tokenID { found[id] = principal }
        }
        return found
    }

    /// Judged by this snapshot, even when `principal` comes from an older one. The caller says whether the server is public.
    package func mayUse(_ principal: Principal, server: String, isPublic: Bool = false) -> Bool {
        current(principal)?.mayUse(server: server, isPublic: isPublic) ?? false
    }

    /// The servers granted to a user; empty for one that is unknown.
    package func grants(of user: String) -> Set<String> { holdings[user]?.grants ?? [] }

    /// Whatever else an administrator said of a user: what is denied, and what is granted of a server.
    package func rights(of user: String) -> [UserRight] { holdings[user]?.rights ?? [] }

    /// What a user chose for itself.
    package func preferences(of user: String) -> [Preference] { holdings[user]?.preferences ?? [] }

    /// A user as it is without a token, whatever its state: for questions, not for calls.
    package func person(_ id: String) -> Principal? {
        guard let user = users[id], let held = holdings[id] else { return nil }
        return Principal(
            user: user, access: user.role == .owner ? .all : .only(held.grants), finer: held.finer, uid: nil, usage: held.usage)
    }

    /// How many of a user's tokens have not expired.
    package func validTokenCount(of user: String) -> Int {
        let now = clock()
        return holdings[user]?.tokens.count { slot in slot.expiresAt.map { now < $0 } ?? true } ?? 0
    }

    private static func add(_ record: UserRecord, marks: [TokenSlot], usage: UserUsage, to indexes: inout Indexes) -> Holdings {
        let access = record.user.role == .owner ? ServerAccess.all : .only(record.grants)
        let finer = FinerRights(record)
        let whole = finer.whole()
        let tokens = record.tokens.map { token in
            let mark = marks.first { $0.id == token.id }?.mark ?? UseMark()
            if record.user.state == .enabled {
                indexes.principals[token.digest] = Principal(
                    user: record.user, access: access, finer: token.narrowing == nil ? whole : finer.narrowed(token), token: token,
                    mark: mark, usage: usage)
            }
            return TokenSlot(id: token.id, digest: token.digest, expiresAt: token.expiresAt, mark: mark)
        }
        if let uid = record.user.uid {
            indexes.locals[uid] = Principal(user: record.user, access: access, finer: whole, uid: uid, usage: usage)
        }
        if record.user.isLastingOwner { indexes.owners.insert(record.user.id) }
        return Holdings(
            grants: record.grants, rights: record.rights, preferences: record.preferences, finer: whole, tokens: tokens,
            usage: usage)
    }

    /// The owner that the first start made, else the first of them.
    private static func owner(
        _ uid: UInt32?, _ owners: Set<String>, _ users: [String: User], _ holdings: [String: Holdings]
    ) -> Principal? {
        guard let uid, let id = owners.contains(Identity.firstOwner) ? Identity.firstOwner : owners.min(), let user = users[id] else {
            return nil
        }
        return Principal(user: user, access: .all, finer: holdings[id]?.finer ?? [:], uid: uid, usage: holdings[id]?.usage ?? UserUsage())
    }
}
