package import Foundation
import GRDB
package import PetaStore

/// What can be said of a vault without its keys.
package struct VaultSummary: Sendable, Equatable {
    /// What it is opened with.
    package enum Key: String, Sendable {
        case keyFile = "keyfile"
        case passphrase
    }

    package let key: Key
    /// How often a passphrase is stretched; 0 for a key file.
    package let iterations: Int
    package let createdAt: Date
    /// The newest key of records, counted from 1.
    package let generation: Int
    /// When that was made; nil for the first.
    package let rotatedAt: Date?
    /// How many records an older key has sealed; nil where there is no older one.
    package let recordsLeft: Int?

    /// What the vault of an open store is opened with; nil in a database that was never sealed.
    package static func key(_ store: Store) throws -> Key? { try store.readSync(key) }

    /// The same for a database file that nobody has open.
    package static func key(path: String) throws -> Key? { try StoreCheck.read(path, key) }

    private static func key(_ db: Database) throws -> Key? {
        guard try db.tableExists("vault_header"), let header = try VaultHeader.load(db) else { return nil }
        return header.derivation == .pbkdf2 ? .passphrase : .keyFile
    }

    /// Reads it; nil in a database that was never sealed.
    ///
    /// - Parameter columns: where records of all parts are.
    /// - Throws: ``VaultError``.
    package static func read(_ store: Store, _ columns: [SealedColumn]) throws -> VaultSummary? {
        try Vault.storage {
            try store.readSync { db in
                guard let header = try VaultHeader.load(db), let created = try VaultHeader.createdAt(db) else { return nil }
                let generations = try KeyTable.generations(db)
                let newest = generations.last
                let older = generations.dropLast()
                let left = try older.reduce(0) { sum, old in
                    try columns.reduce(sum) { try $0 + $1.count(db, mark: Keyring.mark(old.number)) }
                }
                return VaultSummary(
                    key: header.derivation == .pbkdf2 ? .passphrase : .keyFile, iterations: header.iterations,
                    createdAt: Date(milliseconds: created), generation: newest?.number ?? 1,
                    rotatedAt: newest.flatMap { $0.number > 1 ? Date(milliseconds: $0.createdAt) : nil },
                    recordsLeft: older.isEmpty ? nil : left)
            }
        }
    }
}
