package import Foundation
import GRDB
package import PetaStore

/// ``IdentityStore`` on the one SQLite file.
package struct SQLiteIdentityStore: IdentityStore {
    private let pool: DatabasePool

    /// The store must have run ``Identity/migrations``.
    package init(store: Store) {
        pool = store.pool
    }

    package func load() throws -> [UserRecord] {
        try pool.read { db in
            var rights: [String: [UserRight]] = [:]
            let given = try Row.fetchCursor(db, sql: "SELECT user, server, kind, name, allowed FROM identity_right")
            while let row = try given.next() { rights[row[0], default: []].append(try IdentityRow.right(row, from: 1)) }
            var preferences: [String: [Preference]] = [:]
            let chosen = try Row.fetchCursor(db, sql: "SELECT user, server, kind, name, off, danger FROM identity_preference")
            while let row = try chosen.next() { preferences[row[0], default: []].append(try IdentityRow.preference(row, from: 1)) }
            var tokens: [String: [AccessToken]] = [:]
            let keys = try Row.fetchCursor(db, sql: "SELECT \(IdentityRow.tokenColumns) FROM identity_token")
            while let row = try keys.next() {
                let token = try IdentityRow.token(row)
                tokens[token.user, default: []].append(token)
            }
            var records: [UserRecord] = []
            let people = try Row.fetchCursor(db, sql: "SELECT \(IdentityRow.userColumns) FROM identity_user")
            while let row = try people.next() {
                let user = try IdentityRow.user(row)
                records.append(
                    UserRecord(
                        user: user, all: rights[user.id] ?? [], preferences: preferences[user.id] ?? [], tokens: tokens[user.id] ?? []))
            }
            return records
        }
    }

    package func tokens(user: String?) async throws -> [AccessToken] {
        try await pool.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: "SELECT \(IdentityRow.tokenColumns) FROM identity_token WHERE ?1 IS NULL OR user = ?1 ORDER BY createdAt, id",
                arguments: [user])
            var tokens: [AccessToken] = []
            while let row = try rows.next() { tokens.append(try IdentityRow.token(row)) }
            return tokens
        }
    }

    package func change<Value: Sendable>(
        _ body: @escaping @Sendable (any IdentityTransaction) throws -> Value, committed: @escaping @Sendable (Value) -> Void
    ) async throws -> Value {
        let pool = self.pool
        // A task of its own, awaited at once: GRDB rolls back when the calling task is cancelled, and a caller that went
        // away must not leave it open whether its change took place.
        return try await Task {
            try await pool.writeWithoutTransaction { db in
                var result: Value?
                try db.inTransaction(.immediate) {
                    result = try body(SQLiteIdentityTransaction(db: db))
                    return .commit
                }
                guard let result else { throw IdentityError("internal", "a change gave no result") }
                // Still on the one writer queue: the next change has not begun.
                committed(result)
                return result
            }
        }.value
    }

    package func noteUses(_ uses: [String: Date]) async throws {
        let pool = self.pool
        try await Task {
            try await pool.write { db in
                let statement = try db.cachedStatement(
                    sql: "UPDATE identity_token SET lastUsedAt = ?1 WHERE id = ?2 AND (lastUsedAt IS NULL OR lastUsedAt < ?1)")
                for (id, time) in uses { try statement.execute(arguments: [IdentityRow.stored(time), id]) }
            }
        }.value
    }
}
