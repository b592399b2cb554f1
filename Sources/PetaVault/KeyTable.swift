import Foundation
import GRDB
import PetaCrypto

/// The table of keys, each sealed with a key that follows from the root: `records/2` seals records, `purpose/audit/mac` is what its name says.
struct KeyTable {
    /// One key, and when it was made.
    struct Entry: Sendable {
        let name: String
        let key: SecretBytes
        let createdAt: Int64
    }

    static let recordsPrefix = "records/"
    static let purposePrefix = "purpose/"

    private let sealing: SecretBytes

    init(root: SecretBytes) throws(VaultError) {
        sealing = try Vault.derive(root, "keys")
    }

    /// All keys; throws where one does not open.
    func load(_ db: Database) throws -> [Entry] {
        try Row.fetchAll(db, sql: "SELECT name, sealed, created_at FROM vault_keys ORDER BY name").map { row in
            let name: String = row["name"]
            let sealed: Data = row["sealed"]
            do {
                let key = try AEAD.open(Array(sealed), key: sealing, associated: Self.associated(name))
                guard key.count == AEAD.keyLength else { throw VaultError.headerDamaged(detail: "the key \(name) has the wrong length") }
                return Entry(name: name, key: key, createdAt: row["created_at"])
            } catch is CryptoError {
                throw VaultError.headerDamaged(detail: "the key \(name) does not open")
            }
        }
    }

    /// Puts a key under its name, in the place of another one.
    func store(_ entry: Entry, _ db: Database) throws {
        let sealed: [UInt8]
        do {
            sealed = try entry.key.withUnsafeBytes { try AEAD.seal($0, key: sealing, associated: Self.associated(entry.name)) }
        } catch {
            throw VaultError.cryptography(operation: "sealing a key")
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO vault_keys (name, sealed, created_at) VALUES (?, ?, ?)",
            arguments: [entry.name, Data(sealed), entry.createdAt])
    }

    /// The generations of which there are keys, oldest first. Needs no key.
    static func generations(_ db: Database) throws -> [(number: Int, createdAt: Int64)] {
        try Row.fetchAll(db, sql: "SELECT name, created_at FROM vault_keys WHERE name LIKE ?", arguments: [recordsPrefix + "%"])
            .compactMap { row in
                let name: String = row["name"]
                return Int(name.dropFirst(recordsPrefix.count)).map { ($0, row["created_at"]) }
            }.sorted { $0.number < $1.number }
    }

    private static func associated(_ name: String) -> [UInt8] { Array("peta/v1|vault-key|\(name)".utf8) }
}
