internal import Foundation
internal import GRDB
internal import PetaCrypto
package import PetaStore

/// Accepted definitions in the gateway's database, beside the servers that they belong to.
package struct SQLitePinStore: PinStore {
    private let store: Store

    /// Over a store that has run `SQLiteServerStore.migrations` and `migrations`.
    package init(_ store: Store) { self.store = store }

    /// The tables. They hang on the server: removing it removes them in the same step.
    package static let migrations: [Migration] = [
        Migration(part: "downstream", name: "pins") { db in
            try db.execute(
                sql: """
                    CREATE TABLE pin (
                        server TEXT NOT NULL PRIMARY KEY REFERENCES server (id) ON DELETE CASCADE, since INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE pin_tool (
                        server TEXT NOT NULL REFERENCES pin (server) ON DELETE CASCADE, name TEXT NOT NULL,
                        digest TEXT NOT NULL, body TEXT NOT NULL, definition BLOB, acceptedAt INTEGER NOT NULL,
                        PRIMARY KEY (server, name)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE pin_told (
                        server TEXT NOT NULL REFERENCES server (id) ON DELETE CASCADE, name TEXT NOT NULL, digest TEXT NOT NULL,
                        PRIMARY KEY (server, name)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
    ]

    package func all() async throws -> [String: StoredPins] {
        try await store.read { db in
            var found: [String: StoredPins] = [:]
            for id in try String.fetchAll(db, sql: "SELECT server FROM pin") { found[id] = StoredPins() }
            for row in try Row.fetchAll(db, sql: "SELECT server, name, digest, body FROM pin_tool") {
                let name: String = row["name"]
                // One that does not read counts as never accepted: that asks, and opens nothing.
                guard let digest = SHA256Digest(hex: row["digest"]), let body = SHA256Digest(hex: row["body"]) else { continue }
                found[row["server"]]?.accepted[name] = ToolPin(name: name, digest: digest, body: body)
            }
            for row in try Row.fetchAll(db, sql: "SELECT server, name, digest FROM pin_told") {
                found[row["server"]]?.told[row["name"]] = row["digest"]
            }
            return found
        }
    }

    package func definitions(_ server: String, _ names: [String]) async throws -> [String: [UInt8]] {
        try await store.read { db in
            var found: [String: [UInt8]] = [:]
            let statement = try db.makeStatement(sql: "SELECT definition FROM pin_tool WHERE server = ? AND name = ?")
            for name in names {
                if let data = try Data.fetchOne(statement, arguments: [server, name]) { found[name] = [UInt8](data) }
            }
            return found
        }
    }

    package func accept(_ server: String, _ pins: [AcceptedTool], gone: [String], at time: Int64) async throws {
        try await store.write { db in
            try db.execute(sql: "INSERT INTO pin (server, since) VALUES (?, ?) ON CONFLICT DO NOTHING", arguments: [server, time])
            for name in gone { try Self.forget(server, name, db) }
            for accepted in pins {
                try Self.forget(server, accepted.pin.name, db)
                try db.execute(
                    sql: "INSERT INTO pin_tool (server, name, digest, body, definition, acceptedAt) VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [
                        server, accepted.pin.name, accepted.pin.digest.hex, accepted.pin.body.hex, accepted.definition.map { Data($0) },
                        time,
                    ])
            }
        }
    }

    private static func forget(_ server: String, _ name: String, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM pin_tool WHERE server = ? AND name = ?", arguments: [server, name])
        try db.execute(sql: "DELETE FROM pin_told WHERE server = ? AND name = ?", arguments: [server, name])
    }

    package func told(_ server: String, _ digests: [String: String]) async throws {
        try await store.write { db in
            for (name, digest) in digests {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO pin_told (server, name, digest) VALUES (?, ?, ?)", arguments: [server, name, digest])
            }
        }
    }
}
