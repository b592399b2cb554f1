import Foundation
import GRDB
import PetaCrypto
import PetaWire

/// The statements of a change.
struct SQLiteIdentityTransaction: IdentityTransaction {
    let db: Database

    func userCount() throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM identity_user") ?? 0
    }

    func user(_ id: String) throws -> User? {
        try Row.fetchOne(db, sql: "SELECT \(IdentityRow.userColumns) FROM identity_user WHERE id = ?", arguments: [id])
            .map(IdentityRow.user)
    }

    func user(uid: UInt32) throws -> User? {
        try Row.fetchOne(db, sql: "SELECT \(IdentityRow.userColumns) FROM identity_user WHERE uid = ?", arguments: [uid])
            .map(IdentityRow.user)
    }

    func record(of user: String) throws -> UserRecord? {
        guard let found = try self.user(user) else { return nil }
        let rights = try Row.fetchAll(
            db, sql: "SELECT server, kind, name, allowed FROM identity_right WHERE user = ?", arguments: [user]
        ).map { try IdentityRow.right($0) }
        let preferences = try Row.fetchAll(
            db, sql: "SELECT server, kind, name, off, danger FROM identity_preference WHERE user = ?", arguments: [user]
        ).map { try IdentityRow.preference($0) }
        let tokens = try Row.fetchAll(
            db, sql: "SELECT \(IdentityRow.tokenColumns) FROM identity_token WHERE user = ?", arguments: [user]
        ).map(IdentityRow.token)
        return UserRecord(user: found, all: rights, preferences: preferences, tokens: tokens)
    }

    func lastingOwnerCount() throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM identity_user WHERE role = 'owner' AND state = 'enabled' AND expiresAt IS NULL") ?? 0
    }

    func insert(_ user: User) throws {
        try db.execute(
            sql: "INSERT INTO identity_user (\(IdentityRow.userColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                user.id, user.name, user.role.rawValue, user.state.rawValue, user.notes, try IdentityRow.json(user.labels),
                IdentityRow.stored(user.createdAt), user.expiresAt.map(IdentityRow.stored), user.uid, user.workspace,
                user.rate?.description, user.concurrent,
            ])
    }

    func update(_ user: User) throws {
        try db.execute(
            sql:
                "UPDATE identity_user SET name = ?, notes = ?, labels = ?, expiresAt = ?, uid = ?, workspace = ?, rateLimit = ?, concurrent = ? WHERE id = ?",
            arguments: [
                user.name, user.notes, try IdentityRow.json(user.labels), user.expiresAt.map(IdentityRow.stored), user.uid, user.workspace,
                user.rate?.description, user.concurrent, user.id,
            ])
    }

    func setState(_ state: UserState, of user: String) throws {
        try db.execute(sql: "UPDATE identity_user SET state = ? WHERE id = ?", arguments: [state.rawValue, user])
    }

    func deleteUser(_ id: String) throws {
        // Said in full, so that it does not hang on the foreign key setting of the connection.
        try db.execute(sql: "DELETE FROM identity_right WHERE user = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM identity_preference WHERE user = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM identity_token WHERE user = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM identity_user WHERE id = ?", arguments: [id])
    }

    func rightCount(of user: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM identity_right WHERE user = ?", arguments: [user]) ?? 0
    }

    func hasRight(user: String, server: String, target: CapabilityName?) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT 1 FROM identity_right WHERE user = ? AND server = ? AND kind = ? AND name = ?",
            arguments: Self.key(user, server, target)) ?? false
    }

    func setRight(user: String, _ right: UserRight) throws -> Bool {
        try db.execute(
            sql: """
                INSERT INTO identity_right (user, server, kind, name, allowed) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET allowed = excluded.allowed WHERE allowed <> excluded.allowed
                """, arguments: Self.key(user, right.server, right.target) + [right.isAllowed])
        return db.changesCount > 0
    }

    func deleteRight(user: String, server: String, target: CapabilityName?) throws -> Bool {
        try db.execute(
            sql: "DELETE FROM identity_right WHERE user = ? AND server = ? AND kind = ? AND name = ?",
            arguments: Self.key(user, server, target))
        return db.changesCount > 0
    }

    func deleteRights(server: String) throws -> [String] {
        var users: Set<String> = []
        for table in ["identity_right", "identity_preference"] {
            users.formUnion(try String.fetchAll(db, sql: "SELECT DISTINCT user FROM \(table) WHERE server = ?", arguments: [server]))
            try db.execute(sql: "DELETE FROM \(table) WHERE server = ?", arguments: [server])
        }
        return users.sorted()
    }

    func preferenceCount(of user: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM identity_preference WHERE user = ?", arguments: [user]) ?? 0
    }

    func setPreference(user: String, _ preference: Preference) throws {
        let key = Self.key(user, preference.server, preference.target)
        guard !preference.isEmpty else {
            return try db.execute(
                sql: "DELETE FROM identity_preference WHERE user = ? AND server = ? AND kind = ? AND name = ?", arguments: key)
        }
        try db.execute(
            sql: """
                INSERT INTO identity_preference (user, server, kind, name, off, danger) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET off = excluded.off, danger = excluded.danger
                """, arguments: key + [preference.isOff, preference.danger?.rawValue])
    }

    func deletePreferences(user: String) throws {
        try db.execute(sql: "DELETE FROM identity_preference WHERE user = ?", arguments: [user])
    }

    private static func key(_ user: String, _ server: String, _ target: CapabilityName?) -> StatementArguments {
        [user, server, target?.kind.rawValue ?? "", target?.name ?? ""]
    }

    func tokenCount(of user: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM identity_token WHERE user = ?", arguments: [user]) ?? 0
    }

    func token(_ id: String) throws -> AccessToken? {
        try Row.fetchOne(db, sql: "SELECT \(IdentityRow.tokenColumns) FROM identity_token WHERE id = ?", arguments: [id])
            .map(IdentityRow.token)
    }

    func insert(_ token: AccessToken) throws {
        try db.execute(
            sql: "INSERT INTO identity_token (\(IdentityRow.tokenColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                token.id, token.user, token.name, token.digest.withUnsafeBytes { Data($0) },
                try token.servers.map { try IdentityRow.json($0.sorted()) }, IdentityRow.stored(token.createdAt),
                token.expiresAt.map(IdentityRow.stored), token.lastUsedAt.map(IdentityRow.stored),
                try token.tools.map { try IdentityRow.json($0.mapValues { $0.sorted() }) }, token.rate?.description,
            ])
    }

    func deleteToken(_ id: String) throws {
        try db.execute(sql: "DELETE FROM identity_token WHERE id = ?", arguments: [id])
    }
}
