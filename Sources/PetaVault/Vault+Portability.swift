package import GRDB
package import PetaCrypto
package import PetaStore
import Synchronization

/// The keys of a vault on their way to another host.
///
/// What travels is the root: the other keys, of however many generations, are in the database, wrapped by it. Whoever holds it must seal it
/// in turn, and lets go of it soon.
extension Vault {
    /// First byte of what ``export(for:)`` gives.
    private static let exportFormat: UInt8 = 1

    /// The root that opens the keys of `db`, a moment of this vault's database, without what it is wrapped with on this host: an opaque value
    /// for ``adopt(_:in:key:)``.
    ///
    /// A rotation may have begun since that moment; one, and no more.
    package func export(for db: Database) throws -> SecretBytes {
        let (root, former) = try keys.withLock { keys throws(VaultError) in
            guard let keys else { throw .sealed }
            return (keys.root, keys.formerRoot)
        }
        let right = try Self.storage {
            do {
                _ = try KeyTable(root: root).load(db)
                return root
            } catch let error as VaultError {
                guard let former, (try? KeyTable(root: former).load(db)) != nil else { throw error }
                return former
            }
        }
        return right.withUnsafeBytes { key in
            SecretBytes(count: 1 + key.count) { out in
                out[0] = Self.exportFormat
                UnsafeMutableRawBufferPointer(rebasing: out[1...]).copyMemory(from: key)
            }
        }
    }

    /// Wraps an exported root with `key` in a database file that nobody has open, in place of what it was wrapped with.
    ///
    /// A key file must not exist yet: it is made. When this throws, the file may have been made and the database not changed.
    package static func adopt(_ exported: SecretBytes, in databasePath: String, key: VaultKey) throws {
        let root = try root(exported)
        let derived: VaultHeader.Derived
        switch key {
        case .passphrase(let passphrase):
            try PassphraseRule.check(passphrase)
            derived = try VaultHeader.derive(.pbkdf2, secret: passphrase, iterations: 0)
        case .keyFile(let path):
            let secret = SecretBytes.random(count: AEAD.keyLength)
            try KeyFile(path: path).create(secret)
            derived = try VaultHeader.derive(.keyFile, secret: secret, iterations: 0)
        }
        let header = try derived.header(root)
        try storage {
            let queue = try DatabaseQueue(path: databasePath)
            defer { try? queue.close() }
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try queue.write { db in
                guard try VaultHeader.load(db) != nil else { throw VaultError.headerDamaged(detail: "the database has none") }
                // A root that opens nothing there would make a vault that never opens.
                _ = try KeyTable(root: root).load(db)
                try header.update(db)
            }
        }
    }

    /// As ``deriveKey(_:)``, of a vault whose root was exported, from a database that is only read.
    package static func deriveKey(_ purpose: String, of exported: SecretBytes, in db: Database) throws -> SecretBytes {
        try storage {
            let root = try root(exported)
            if let known = try Keyring.sorted(try entries(root, db)).purposes[purpose] { return known }
            return try derive(root, KeyTable.purposePrefix + purpose)
        }
    }

    /// How many secrets of a database open with an exported root, and which records of these columns do not.
    package static func inspect(
        _ db: Database, with exported: SecretBytes, _ columns: [SealedColumn] = [secretRecords]
    ) throws -> (secrets: Int, damaged: [String]) {
        try storage {
            let root = try root(exported)
            let records = try Keyring.sorted(try entries(root, db)).records
            var secrets = 0
            var damaged: [String] = []
            for column in columns {
                try column.each(db) { sealed in
                    let key = sealed.bytes.first.flatMap { records[$0] }
                    if (try? open(sealed.bytes, record: sealed.record, version: sealed.version, key: key)) == nil {
                        damaged.append(sealed.record)
                    } else if sealed.record.hasPrefix(secretPrefix) {
                        secrets += 1
                    }
                }
            }
            return (secrets, damaged)
        }
    }

    /// The keys in a database; of before there were several, the one that follows from the root.
    private static func entries(_ root: SecretBytes, _ db: Database) throws -> [KeyTable.Entry] {
        let entries = try KeyTable(root: root).load(db)
        if entries.contains(where: { $0.name.hasPrefix(KeyTable.recordsPrefix) }) { return entries }
        return entries + [.init(name: KeyTable.recordsPrefix + "1", key: try derive(root, "records"), createdAt: 0)]
    }

    private static func root(_ exported: SecretBytes) throws -> SecretBytes {
        try exported.withUnsafeBytes { bytes in
            guard let format = bytes.first else { throw VaultError.headerDamaged(detail: "the exported root is empty") }
            guard format <= exportFormat else { throw VaultError.newerFormat(Int(format)) }
            guard format == exportFormat, bytes.count == 1 + VaultHeader.rootLength else {
                throw VaultError.headerDamaged(detail: "the exported root has the wrong length")
            }
            return SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes[1...]))
        }
    }
}
