import Foundation
import GRDB
import PetaStore
import PetaVault

/// A table of another part, whose rows are sealed by the vault.
enum Things {
    static let migrations = [
        Migration(part: "things", name: "things") { db in
            try db.execute(sql: "CREATE TABLE thing (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, sealed BLOB)")
        }
    ]

    static let column = SealedColumn("things", table: "thing", id: "id", column: "sealed", version: "version") { "thing/\($0)" }
    static let columns = [Vault.secretRecords, column]

    static func put(_ id: String, _ text: String, version: Int = 1, _ store: Store, _ vault: Vault) throws {
        try store.writeSync { db in
            let sealed = try vault.seal(Array(text.utf8), record: "thing/\(id)", version: version)
            try db.execute(
                sql: "INSERT OR REPLACE INTO thing (id, version, sealed) VALUES (?, ?, ?)", arguments: [id, version, Data(sealed)])
        }
    }

    /// Every thing, opened.
    static func all(_ store: Store, _ vault: Vault) throws -> [String: String] {
        let rows = try store.readSync { try Row.fetchAll($0, sql: "SELECT id, version, sealed FROM thing WHERE sealed IS NOT NULL") }
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let id: String = row["id"]
                let sealed: Data = row["sealed"]
                return (id, text(try vault.open(Array(sealed), record: "thing/\(id)", version: row["version"])) ?? "")
            })
    }

    /// The marks that records bear.
    static func marks(_ store: Store) throws -> Set<UInt8> {
        try store.readSync { db in
            let found = try Data.fetchAll(
                db,
                sql: "SELECT substr(sealed, 1, 1) FROM thing WHERE sealed IS NOT NULL UNION SELECT substr(sealed, 1, 1) FROM vault_secrets")
            return Set(found.compactMap(\.first))
        }
    }

    static func keys(_ store: Store) throws -> [String] {
        try store.readSync { try String.fetchAll($0, sql: "SELECT name FROM vault_keys ORDER BY name") }
    }
}
