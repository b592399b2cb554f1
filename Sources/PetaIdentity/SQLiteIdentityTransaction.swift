import Foundation
import GRDB
import PetaCrypto

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
        let grants = try String.fetchSet(db, sql: "SELECT server FROM identity_grant WHERE user = ?", arguments: [user])
        let tokens = try Row.fetchAll(
            db, sql: "SELECT \(IdentityRow.tokenColumns) FROM identity_token WHERE user = ?", arguments: [user]
        ).map(IdentityRow.token)
        return UserRecord(user: found, grants: grants, tokens: tokens)
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
        try db.execute(sql: "DELETE FROM identity_grant WHERE user = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM identity_token WHERE user = ?", arguments: [id])
        try db.execute(sql: "DELETE FROM identity_user WHERE id = ?", arguments: [id])
    }

    func grantCount(of user: String) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM identity_grant WHERE user = ?", arguments: [user]) ?? 0
    }

    func insertGrant(user: String, server: String) throws -> Bool {
        try db.execute(sql: "INSERT OR IGNORE INTO identity_grant (user, server) VALUES (?, ?)", arguments: [user, server])
        return db.changesCount > 0
    }

    func deleteGrant(user: String, server: String) throws -> Bool {
        try db.execute(sql: "DELETE FROM identity_grant WHERE user = ? AND server = ?", arguments: [user, server])
        return db.changesCount > 0
    }

    func deleteGrants(server: String) throws -> [String] {
        let users = try String.fetchAll(db, sql: "SELECT user FROM identity_grant WHERE server = ?", arguments: [server])
        try db.execute(sql: "DELETE FROM identity_grant WHERE server = ?", arguments: [server])
        return users
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
            sql: "INSERT INTO identity_token (\(IdentityRow.tokenColumns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                token.id, token.user, token.name, token.digest.withUnsafeBytes { Data($0) },
                try token.servers.map { try IdentityRow.json($0.sorted()) }, IdentityRow.stored(token.createdAt),
                token.expiresAt.map(IdentityRow.stored), token.lastUsedAt.map(IdentityRow.stored),
                token.rate?.description,
            ])
    }

    func deleteToken(_ id: String) throws {
        try db.execute(sql: "DELETE FROM identity_token WHERE id = ?", arguments: [id])
    }
}
