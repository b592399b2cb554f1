internal import Foundation
internal import GRDB
package import PetaStore

/// Servers in the gateway's database.
package struct SQLiteServerStore: ServerStore {
    private let store: Store

    /// Over a store that has run `migrations`.
    package init(_ store: Store) { self.store = store }

    /// The tables.
    package static let migrations: [Migration] = [
        Migration(part: "downstream", name: "servers") { db in
            try db.execute(
                sql: """
                    CREATE TABLE server (
                        id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, sealed BLOB NOT NULL, capabilities BLOB
                    ) WITHOUT ROWID
                    """)
        }
    ]

    /// Where definitions are sealed.
    package static let sealedRecords = [
        SealedColumn("servers", table: "server", id: "id", column: "sealed", version: "version", record: Servers.record)
    ]

    /// All servers, by id.
    package func all() async throws -> [StoredServer] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT id, version, sealed, capabilities FROM server ORDER BY id").map { row in
                StoredServer(
                    id: row["id"], version: row["version"], sealed: [UInt8](row["sealed"] as Data),
                    capabilities: (row["capabilities"] as Data?).map { [UInt8]($0) })
            }
        }
    }

    /// Adds a server. False: the id is taken.
    package func insert(_ id: String, version: Int, _ seal: @escaping @Sendable () throws -> [UInt8]) async throws -> Bool {
        try await store.write { db in
            try db.execute(
                sql: "INSERT INTO server (id, version, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [id, version, Data(try seal())])
            return db.changesCount == 1
        }
    }

    /// Replaces the definition if its version still is `expected`.
    package func update(
        _ id: String, version: Int, expected: Int, _ seal: @escaping @Sendable () throws -> [UInt8]
    ) async throws -> Bool {
        try await store.write { db in
            try db.execute(
                sql: "UPDATE server SET version = ?, sealed = ? WHERE id = ? AND version = ?",
                arguments: [version, Data(try seal()), id, expected])
            return db.changesCount == 1
        }
    }

    /// Removes a server and what is known of it.
    package func remove(_ id: String) async throws -> Bool {
        try await store.write { db in
            try db.execute(sql: "DELETE FROM server WHERE id = ?", arguments: [id])
            return db.changesCount == 1
        }
    }

    /// Keeps what a server offers.
    package func save(_ capabilities: [UInt8], server: String) async throws {
        try await store.write { db in
            try db.execute(sql: "UPDATE server SET capabilities = ? WHERE id = ?", arguments: [Data(capabilities), server])
        }
    }
}
