package import Foundation
package import GRDB
package import PetaCrypto

/// The keys of a vault on their way to another host.
///
/// They open everything that the database seals. Whoever holds them must seal them in turn, and lets go of them soon.
extension Vault {
    /// First byte of what ``export()`` gives.
    private static let exportFormat: UInt8 = 1
    private static let exportedKeyLength = 32

    /// The keys, without what they are wrapped with on this host: an opaque value for ``adopt(_:in:key:now:)``.
    package func export() throws -> SecretBytes {
        root.withUnsafeBytes { key in
            SecretBytes(count: 1 + key.count) { out in
                out[0] = Self.exportFormat
                UnsafeMutableRawBufferPointer(rebasing: out[1...]).copyMemory(from: key)
            }
        }
    }

    /// Wraps exported keys with `key` in a database file that nobody has open, in place of what they were wrapped with.
    ///
    /// A key file must not exist yet: it is made. When this throws, the file may have been made and the database not changed.
    package static func adopt(
        _ exported: SecretBytes, in databasePath: String, key: VaultKey, now: () -> Date = { Date() }
    ) throws {
        let root = try rootKey(exported)
        let derivation: VaultHeader.Derivation
        let secret: SecretBytes
        switch key {
        case .passphrase(let passphrase):
            guard passphrase.count > 0 else { throw VaultError.wrongPassphrase }
            (derivation, secret) = (.pbkdf2, passphrase)
        case .keyFile(let path):
            (derivation, secret) = (.keyFile, SecretBytes.random(count: 32))
            try KeyFile(path: path).create(secret)
        }
        let header = try VaultHeader.wrap(root, derivation, secret: secret)
        let time = now().milliseconds
        try storage {
            let queue = try DatabaseQueue(path: databasePath)
            defer { try? queue.close() }
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try queue.write { db in
                guard try VaultHeader.load(db) != nil else { throw VaultError.headerDamaged(detail: "the database has none") }
                try db.execute(sql: "DELETE FROM vault_header")
                try header.insert(db, at: time)
            }
        }
    }

    /// As ``deriveKey(_:)``, of keys that were exported.
    package static func deriveKey(_ purpose: String, of exported: SecretBytes) throws -> SecretBytes {
        try derive(try rootKey(exported), "purpose/" + purpose)
    }

    /// How many secrets of a database open with exported keys, and the names of those that do not.
    package static func inspect(_ db: Database, with exported: SecretBytes) throws -> (opened: Int, damaged: [String]) {
        let records = try derive(try rootKey(exported), "records")
        var opened = 0
        var damaged: [String] = []
        for row in try Row.fetchAll(db, sql: "SELECT name, version, sealed FROM vault_secrets ORDER BY name") {
            let name: String = row["name"]
            let sealed: Data = row["sealed"]
            if (try? open(Array(sealed), record: secretPrefix + name, version: row["version"], key: records)) == nil {
                damaged.append(name)
            } else {
                opened += 1
            }
        }
        return (opened, damaged)
    }

    private static func rootKey(_ exported: SecretBytes) throws -> SecretBytes {
        try exported.withUnsafeBytes { bytes in
            guard let format = bytes.first else { throw VaultError.headerDamaged(detail: "the exported keys are empty") }
            guard format <= exportFormat else { throw VaultError.newerFormat(Int(format)) }
            guard format == exportFormat, bytes.count == 1 + exportedKeyLength else {
                throw VaultError.headerDamaged(detail: "the exported keys have the wrong length")
            }
            return SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes[1...]))
        }
    }
}
