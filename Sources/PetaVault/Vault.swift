import Foundation
import GRDB
package import PetaCrypto
import PetaStore
import Synchronization

/// Keeps what is secret: a root key wrapped by a key file or a passphrase, keys wrapped by the root for records and for single purposes,
/// sealed records of other parts, and named secrets of its own.
///
/// The record's identity and version are authenticated with it, so that a ciphertext that was moved to another row, or
/// put back from an older version, does not open. One record that does not open does not touch the others.
/// Nothing here suspends except where it says `async`; what reads the database blocks, so keep it off event loops.
package final class Vault: Sendable {
    static let secretPrefix = "secret/"

    let store: Store
    let now: @Sendable () -> Date
    /// Nil once the vault is closed. Never locked while the database's writer is waited for: the writer's turn locks it.
    let keys: Mutex<Keyring?>
    let cache = Mutex(SecretCache())
    let willChangeFile: @Sendable () throws -> Void
    /// What opening it has changed, in words for the log.
    package let notes: [String]

    init(
        store: Store, keys: Keyring, now: @escaping @Sendable () -> Date, willChangeFile: @escaping @Sendable () throws -> Void,
        notes: [String]
    ) {
        self.store = store
        self.keys = Mutex(keys)
        self.now = now
        self.willChangeFile = willChangeFile
        self.notes = notes
    }

    /// Forgets all keys and values, which wipes them from memory. Whatever is asked for afterwards is refused with ``VaultError/sealed``.
    package func close() {
        keys.withLock { $0 = nil }
        cache.withLock { $0.forgetAll() }
    }

    /// Seals bytes as version `version` of `record`, such as `server/demo`.
    ///
    /// Trap: do it inside the transaction that stores the record, or a rotation of the key that ends in between makes it unreadable.
    package func seal(_ plaintext: [UInt8], record: String, version: Int) throws -> [UInt8] {
        try plaintext.withUnsafeBytes { try seal($0, record: record, version: version) }
    }

    /// As ``seal(_:record:version:)-(Array<UInt8>,_,_)``, for bytes that are in no array.
    package func seal(_ plaintext: UnsafeRawBufferPointer, record: String, version: Int) throws -> [UInt8] {
        let (mark, key) = try keys.withLock { keys throws(VaultError) in
            guard let keys else { throw .sealed }
            let mark = Keyring.mark(keys.generation)
            return (mark, keys.records[mark])
        }
        do {
            guard let key else { throw CryptoError.invalidParameter("there is no key") }
            return [mark] + (try AEAD.seal(plaintext, key: key, associated: Self.associated(record, version)))
        } catch {
            throw VaultError.cryptography(operation: "sealing \(record)")
        }
    }

    /// Opens what was sealed for the same record and version.
    ///
    /// - Throws: ``VaultError/recordDamaged(record:)`` when it was changed, cut, or sealed for another record or version.
    package func open(_ sealed: [UInt8], record: String, version: Int) throws -> SecretBytes {
        let key = try keys.withLock { keys throws(VaultError) in
            guard let keys else { throw .sealed }
            return sealed.first.flatMap { keys.records[$0] }
        }
        return try Self.open(sealed, record: record, version: version, key: key)
    }

    /// The same with the key that the record's mark names; nil: there is none.
    static func open(_ sealed: [UInt8], record: String, version: Int, key: SecretBytes?) throws(VaultError) -> SecretBytes {
        do {
            guard let key else { throw VaultError.recordDamaged(record: record) }
            return try AEAD.open(Array(sealed.dropFirst()), key: key, associated: associated(record, version))
        } catch {
            throw .recordDamaged(record: record)
        }
    }

    /// A key of 32 bytes for one purpose, such as `audit/mac`: the same for the life of the vault, whatever is rotated, and telling nothing
    /// about the keys of other purposes. The first time it is stored.
    package func deriveKey(_ purpose: String) throws -> SecretBytes {
        let known = try keys.withLock { keys throws(VaultError) in
            guard let keys else { throw .sealed }
            return keys.purposes[purpose]
        }
        if let known { return known }
        let time = now().milliseconds
        return try Self.storage {
            // In the writer's turn, so that the root is not replaced meanwhile.
            try store.writeSync { db in
                try keys.withLock { keys in
                    guard var ring = keys else { throw VaultError.sealed }
                    if let known = ring.purposes[purpose] { return known }
                    let key = try Self.derive(ring.root, KeyTable.purposePrefix + purpose)
                    try KeyTable(root: ring.root).store(
                        .init(name: KeyTable.purposePrefix + purpose, key: key, createdAt: time), db)
                    ring.purposes[purpose] = key
                    keys = ring
                    return key
                }
            }
        }
    }

    static func derive(_ root: SecretBytes, _ purpose: String) throws(VaultError) -> SecretBytes {
        do {
            return try KDF.hkdf(root, info: "peta/v1/" + purpose, count: 32)
        } catch {
            throw .cryptography(operation: "deriving a key")
        }
    }

    private static func associated(_ record: String, _ version: Int) -> [UInt8] {
        Array("peta/v1|\(record)|\(version)".utf8)
    }
}

extension Vault {
    /// Runs database work and turns the database's errors into the vault's; ours pass through.
    static func storage<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw VaultError.storage(reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }

    /// Runs a transaction that has reached the disk when this returns, and behind it `committed`, before anything else is written.
    static func synced<T>(_ store: Store, _ body: (Database) throws -> T, committed: (T) -> Void = { _ in }) throws -> T {
        try storage {
            try store.pool.writeWithoutTransaction { db in
                let before = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 2
                try db.execute(sql: "PRAGMA synchronous = FULL")
                defer { try? db.execute(sql: "PRAGMA synchronous = \(before)") }
                var result: T?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                guard let result else { throw VaultError.storage(reason: "a transaction gave nothing") }
                committed(result)
                return result
            }
        }
    }
}

extension Date {
    /// Whole milliseconds since 1970: how times are stored.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }

    /// From how times are stored.
    init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}
