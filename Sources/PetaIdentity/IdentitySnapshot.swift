import Foundation
package import PetaCrypto

/// Users, grants and tokens at one moment, in the shape in which calls ask for them. Immutable, so it is read without a lock.
package final class IdentitySnapshot: Sendable {
    /// Rises with every change; two snapshots with the same number are the same.
    package let generation: UInt64
    /// Every user by id. States are as stored: ``User/isExpired(at:)`` tells about the moment.
    package let users: [String: User]

    private let principals: [SHA256Digest: Principal]
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
        let tokens: [TokenSlot]
    }

    /// Everything at once, at start.
    init(records: [UserRecord], clock: @escaping @Sendable () -> Date) {
        var users: [String: User] = [:]
        var principals: [SHA256Digest: Principal] = [:]
        var holdings: [String: Holdings] = [:]
        users.reserveCapacity(records.count)
        holdings.reserveCapacity(records.count)
        principals.reserveCapacity(records.reduce(0) { $0 + $1.tokens.count })
        for record in records {
            users[record.user.id] = record.user
            holdings[record.user.id] = Self.add(record, marks: [], to: &principals)
        }
        self.generation = 1
        self.users = users
        self.principals = principals
        self.holdings = holdings
        self.clock = clock
    }

    /// `previous` with these users replaced or, where there is no record, gone.
    init(previous: IdentitySnapshot, changed: [String: UserRecord?]) {
        var users = previous.users
        var principals = previous.principals
        var holdings = previous.holdings
        for (id, record) in changed {
            let before = holdings[id]?.tokens ?? []
            for slot in before { principals[slot.digest] = nil }
            users[id] = record?.user
            holdings[id] = record.map { Self.add($0, marks: before, to: &principals) }
        }
        self.generation = previous.generation + 1
        self.users = users
        self.principals = principals
        self.holdings = holdings
        self.clock = previous.clock
    }

    /// Whom a token stands for; nil when it is unknown, revoked or expired, or its user is not enabled or expired.
    package func principal(token: SHA256Digest) -> Principal? {
        guard let principal = principals[token] else { return nil }
        guard principal.validUntil == nil || principal.isValid(at: clock()) else { return nil }
        return principal
    }

    /// The same one as this snapshot knows it: how a session that kept a principal learns that it changed. Nil when it may no longer act.
    package func current(_ principal: Principal) -> Principal? {
        guard let digest = principal.digest else { return principal }
        return self.principal(token: digest)
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

    /// How many of a user's tokens have not expired.
    package func validTokenCount(of user: String) -> Int {
        let now = clock()
        return holdings[user]?.tokens.count { slot in slot.expiresAt.map { now < $0 } ?? true } ?? 0
    }

    private static func add(_ record: UserRecord, marks: [TokenSlot], to principals: inout [SHA256Digest: Principal]) -> Holdings {
        let access = record.user.role == .owner ? ServerAccess.all : .only(record.grants)
        let tokens = record.tokens.map { token in
            let mark = marks.first { $0.id == token.id }?.mark ?? UseMark()
            if record.user.state == .enabled {
                principals[token.digest] = Principal(user: record.user, access: access, token: token, mark: mark)
            }
            return TokenSlot(id: token.id, digest: token.digest, expiresAt: token.expiresAt, mark: mark)
        }
        return Holdings(grants: record.grants, tokens: tokens)
    }
}
