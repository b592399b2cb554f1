package import Foundation
import GRDB
package import PetaCrypto
package import PetaStore
import Synchronization

/// Keeps what is secret: a root data key wrapped by a key file or a passphrase, keys derived from it for each purpose,
/// sealed records of other parts, and named secrets of its own.
///
/// The record's identity and version are authenticated with it, so that a ciphertext that was moved to another row, or
/// put back from an older version, does not open. One record that does not open does not touch the others.
/// Nothing here suspends except where it says `async`; what reads the database blocks, so keep it off event loops.
package final class Vault: Sendable {
    static let secretPrefix = "secret/"
    /// The first byte of a sealed record: which key and layout it uses.
    private static let layout: UInt8 = 1

    let store: Store
    let now: @Sendable () -> Date
    let root: SecretBytes
    private let records: SecretBytes
    let cache = Mutex(SecretCache())

    private init(store: Store, root: SecretBytes, now: @escaping @Sendable () -> Date) throws(VaultError) {
        self.store = store
        self.root = root
        self.now = now
        records = try Self.derive(root, "records")
    }

    /// Opens the vault with a key file; makes both on the first start.
    package static func open(store: Store, keyFile: String) throws -> Vault {
        try open(store: store, key: .keyFile(keyFile))
    }

    /// Opens the vault, or makes it when the database has none.
    ///
    /// Deriving from a passphrase takes about 150 ms of processor time.
    /// - Parameters:
    ///   - key: what it is, or will be, sealed with.
    ///   - now: the clock that dates secrets.
    /// - Throws: ``VaultError``.
    package static func open(store: Store, key: VaultKey, now: @escaping @Sendable () -> Date = { Date() }) throws -> Vault {
        let header = try storage { try store.readSync(VaultHeader.load) }
        let root: SecretBytes
        switch (key, header) {
        case (.passphrase(let passphrase), nil):
            guard passphrase.count > 0 else { throw VaultError.wrongPassphrase }
            root = try create(store, .pbkdf2, secret: passphrase, now: now)
        case (.passphrase(let passphrase), let header?):
            guard header.derivation == .pbkdf2 else { throw VaultError.keyFileNeeded }
            guard let opened = try header.unwrap(passphrase) else { throw VaultError.wrongPassphrase }
            root = opened
        case (.keyFile(let path), nil):
            root = try createWithKeyFile(store, KeyFile(path: path), now: now)
        case (.keyFile(let path), let header?):
            guard header.derivation == .keyFile else { throw VaultError.passphraseNeeded }
            root = try unlock(header, KeyFile(path: path))
        }
        return try Vault(store: store, root: root, now: now)
    }

    /// Seals bytes as version `version` of `record`, such as `server/demo`.
    package func seal(_ plaintext: [UInt8], record: String, version: Int) throws -> [UInt8] {
        try plaintext.withUnsafeBytes { try seal($0, record: record, version: version) }
    }

    /// As ``seal(_:record:version:)-(Array<UInt8>,_,_)``, for bytes that are in no array.
    package func seal(_ plaintext: UnsafeRawBufferPointer, record: String, version: Int) throws -> [UInt8] {
        do {
            return [Self.layout] + (try AEAD.seal(plaintext, key: records, associated: Self.associated(record, version)))
        } catch {
            throw VaultError.cryptography(operation: "sealing \(record)")
        }
    }

    /// Opens what was sealed for the same record and version.
    ///
    /// - Throws: ``VaultError/recordDamaged(record:)`` when it was changed, cut, or sealed for another record or version.
    package func open(_ sealed: [UInt8], record: String, version: Int) throws -> SecretBytes {
        try Self.open(sealed, record: record, version: version, key: records)
    }

    static func open(_ sealed: [UInt8], record: String, version: Int, key records: SecretBytes) throws -> SecretBytes {
        guard sealed.first == layout else { throw VaultError.recordDamaged(record: record) }
        do {
            return try AEAD.open(Array(sealed.dropFirst()), key: records, associated: associated(record, version))
        } catch {
            throw VaultError.recordDamaged(record: record)
        }
    }

    /// A key of 32 bytes for one purpose, such as `audit/mac`: the same for the life of the vault, and telling nothing
    /// about the keys of other purposes.
    package func deriveKey(_ purpose: String) throws -> SecretBytes {
        try Self.derive(root, "purpose/" + purpose)
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
    /// The new key waits under another name until the header is committed. Whatever moment the power fails at, the next
    /// start either begins anew or finds the key that the header needs.
    private static func createWithKeyFile(_ store: Store, _ file: KeyFile, now: () -> Date) throws -> SecretBytes {
        guard !file.exists else { throw VaultError.headerMissing(keyFile: file.path) }
        let pending = file.pending
        pending.remove()
        let key = SecretBytes.random(count: 32)
        try pending.create(key)
        let root = try create(store, .keyFile, secret: key, now: now)
        try pending.rename(to: file)
        return root
    }

    private static func unlock(_ header: VaultHeader, _ file: KeyFile) throws -> SecretBytes {
        if !file.exists, file.pending.exists, let root = try header.unwrap(try file.pending.read()) {
            try file.pending.rename(to: file)
            return root
        }
        guard let root = try header.unwrap(try file.read()) else { throw VaultError.wrongKeyFile(path: file.path) }
        return root
    }

    private static func create(
        _ store: Store, _ derivation: VaultHeader.Derivation, secret: SecretBytes, now: () -> Date
    ) throws -> SecretBytes {
        let made = try VaultHeader.make(derivation, secret: secret)
        let time = now().milliseconds
        // A header that the power takes away again would leave a key without its vault, so this commit is a synced one.
        try storage {
            try store.pool.writeWithoutTransaction { db in
                let before = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 2
                try db.execute(sql: "PRAGMA synchronous = FULL")
                defer { try? db.execute(sql: "PRAGMA synchronous = \(before)") }
                try db.inTransaction {
                    try made.header.insert(db, at: time)
                    return .commit
                }
            }
        }
        return made.root
    }

    /// Runs database work and turns the database's errors into the vault's; ours pass through.
    static func storage<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw VaultError.storage(reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }
}

extension Date {
    /// Whole milliseconds since 1970: how times are stored.
    var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
}
