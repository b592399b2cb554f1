import Foundation
import GRDB
import PetaCrypto

/// The one row that says how the vault's key is derived, and holds the root data key wrapped with it.
struct VaultHeader: Sendable {
    enum Derivation: String, Sendable {
        case pbkdf2
        case keyFile = "keyfile"
    }

    static let currentFormat = 1
    static let minimumIterations = 600_000
    private static let saltLength = 16
    private static let rootLength = 32

    let derivation: Derivation
    let salt: [UInt8]
    /// PBKDF2 iterations; 0 for a key file.
    let iterations: Int
    let keyCheck: [UInt8]
    let wrappedRoot: [UInt8]

    /// A header for a new vault, with a random root key sealed under `secret`.
    static func make(_ derivation: Derivation, secret: SecretBytes) throws(VaultError) -> (header: VaultHeader, root: SecretBytes) {
        let root = SecretBytes.random(count: rootLength)
        return (try wrap(root, derivation, secret: secret), root)
    }

    /// A header that holds `root` sealed under `secret`.
    static func wrap(_ root: SecretBytes, _ derivation: Derivation, secret: SecretBytes) throws(VaultError) -> VaultHeader {
        let salt = Random.bytes(saltLength)
        let iterations = derivation == .pbkdf2 ? minimumIterations : 0
        do {
            let keys = try deriveKeys(derivation, secret: secret, salt: salt, iterations: iterations)
            let wrapped = try root.withUnsafeBytes {
                try AEAD.seal($0, key: keys.wrapping, associated: associated(derivation, salt: salt, iterations: iterations))
            }
            return VaultHeader(derivation: derivation, salt: salt, iterations: iterations, keyCheck: keys.check, wrappedRoot: wrapped)
        } catch {
            throw .cryptography(operation: "making the vault's keys")
        }
    }

    /// The root data key; nil when `secret` is not the one that the vault was sealed with.
    func unwrap(_ secret: SecretBytes) throws(VaultError) -> SecretBytes? {
        let keys: (wrapping: SecretBytes, check: [UInt8])
        do {
            keys = try Self.deriveKeys(derivation, secret: secret, salt: salt, iterations: iterations)
        } catch {
            throw .cryptography(operation: "deriving the vault's key")
        }
        let right = keys.check.withUnsafeBytes { mine in keyCheck.withUnsafeBytes { constantTimeEquals(mine, $0) } }
        guard right else { return nil }
        do {
            let associated = Self.associated(derivation, salt: salt, iterations: iterations)
            let root = try AEAD.open(wrappedRoot, key: keys.wrapping, associated: associated)
            guard root.count == Self.rootLength else { throw VaultError.headerDamaged(detail: "the data key has the wrong length") }
            return root
        } catch {
            throw .headerDamaged(detail: "the data key does not open")
        }
    }

    /// A random key file needs no stretching, which would cost 150 ms at each start: see docs/decisions/0002-key-file-derivation.md.
    private static func deriveKeys(
        _ derivation: Derivation, secret: SecretBytes, salt: [UInt8], iterations: Int
    ) throws -> (wrapping: SecretBytes, check: [UInt8]) {
        let encryption =
            switch derivation {
            case .pbkdf2: try KDF.pbkdf2(passphrase: secret, salt: salt, iterations: iterations)
            case .keyFile: try KDF.hkdf(secret, salt: salt, info: Array("peta/v1/key-encryption".utf8), count: 32)
            }
        let check = try KDF.hkdf(encryption, info: "peta/v1/key-check", count: 32)
        return (try KDF.hkdf(encryption, info: "peta/v1/wrapping", count: 32), check.withUnsafeBytes { Array($0) })
    }

    /// Everything the derivation depends on is authenticated, so that nobody can weaken it unnoticed.
    private static func associated(_ derivation: Derivation, salt: [UInt8], iterations: Int) -> [UInt8] {
        Array("peta/v\(currentFormat)|vault-header|\(derivation.rawValue)|\(iterations)|".utf8) + salt
    }
}

extension VaultHeader {
    /// The stored header; nil in a database that was never sealed.
    static func load(_ db: Database) throws -> VaultHeader? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM vault_header WHERE id = 1") else { return nil }
        let format: Int = row["format"]
        guard format <= currentFormat else { throw VaultError.newerFormat(format) }
        guard let derivation = Derivation(rawValue: row["kdf"]) else {
            throw VaultError.headerDamaged(detail: "it names an unknown key derivation")
        }
        let salt: Data = row["salt"]
        let iterations: Int = row["iterations"]
        guard salt.count == saltLength, derivation == .keyFile || iterations >= minimumIterations, iterations <= Int(Int32.max) else {
            throw VaultError.headerDamaged(detail: "the salt or the number of iterations is not one that peta writes")
        }
        let check: Data = row["key_check"]
        let wrapped: Data = row["wrapped_root"]
        return VaultHeader(
            derivation: derivation, salt: Array(salt), iterations: iterations, keyCheck: Array(check), wrappedRoot: Array(wrapped))
    }

    func insert(_ db: Database, at time: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO vault_header (id, format, kdf, salt, iterations, key_check, wrapped_root, created_at)
                VALUES (1, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [Self.currentFormat, derivation.rawValue, Data(salt), iterations, Data(keyCheck), Data(wrappedRoot), time])
    }
}
