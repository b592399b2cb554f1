import Foundation
import GRDB
package import PetaCrypto
import PetaStore
import Synchronization

extension Vault {
    /// The longest value, in bytes.
    package static let maximumSecretBytes = 64 << 10

    /// Stores a value under a new or known name.
    ///
    /// - Throws: ``VaultError/invalidSecret(name:reason:)`` for a name that is not `^[A-Za-z][A-Za-z0-9_.-]{0,127}$`, and
    ///   for a value that is empty, too long, not UTF-8, or holds NUL (it must fit into an environment and a header).
    package func setSecret(_ name: String, value: SecretBytes) async throws -> SecretInfo {
        try Self.check(name: name)
        try Self.check(value, of: name)
        let time = now().milliseconds
        let info = try await Self.storing {
            try await self.store.write { db in
                let row = try Row.fetchOne(db, sql: "SELECT version, created_at FROM vault_secrets WHERE name = ?", arguments: [name])
                let version = (row?["version"] ?? 0) + 1
                let created: Int64 = row?["created_at"] ?? time
                let sealed = try value.withUnsafeBytes { try self.seal($0, record: Self.secretPrefix + name, version: version) }
                try db.execute(
                    sql: """
                        INSERT INTO vault_secrets (name, version, bytes, created_at, updated_at, sealed) VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (name) DO UPDATE SET
                            version = excluded.version, bytes = excluded.bytes, updated_at = excluded.updated_at, sealed = excluded.sealed
                        """,
                    arguments: [name, version, value.count, created, time, Data(sealed)])
                return SecretInfo(
                    name: name, version: version, createdAt: Date(milliseconds: created), updatedAt: Date(milliseconds: time),
                    bytes: value.count)
            }
        }
        cache.withLock { $0.forget(name) }
        return info
    }

    /// All secrets by name, also those that do not open any more.
    package func secrets() async throws -> [SecretInfo] {
        try await Self.storing {
            try await self.store.read { db in
                try Row.fetchAll(db, sql: "SELECT name, version, bytes, created_at, updated_at FROM vault_secrets ORDER BY name")
                    .map(SecretInfo.init(row:))
            }
        }
    }

    /// One secret; nil when there is none of that name.
    package func secret(_ name: String) async throws -> SecretInfo? {
        try await Self.storing {
            try await self.store.read { db in
                try Row.fetchOne(
                    db, sql: "SELECT name, version, bytes, created_at, updated_at FROM vault_secrets WHERE name = ?", arguments: [name]
                ).map(SecretInfo.init(row:))
            }
        }
    }

    /// Whether there was one to remove. Set again, the name starts with version 1.
    package func removeSecret(_ name: String) async throws -> Bool {
        let removed = try await Self.storing {
            try await self.store.write { db in
                try db.execute(sql: "DELETE FROM vault_secrets WHERE name = ?", arguments: [name])
                return db.changesCount > 0
            }
        }
        cache.withLock { $0.forget(name) }
        return removed
    }

    /// The value; nil when there is none of that name. Reads the database the first time: not on an event loop.
    ///
    /// - Throws: ``VaultError/recordDamaged(record:)``, which names the record `secret/NAME`.
    package func reveal(_ name: String) throws -> SecretBytes? {
        let (cached, generation) = cache.withLock { ($0.value(name), $0.generation) }
        if let cached { return cached }
        let row = try Self.storage {
            try store.readSync {
                try Row.fetchOne($0, sql: "SELECT version, sealed FROM vault_secrets WHERE name = ?", arguments: [name])
            }
        }
        guard let row else { return nil }
        let sealed: Data = row["sealed"]
        let value = try open(Array(sealed), record: Self.secretPrefix + name, version: row["version"])
        cache.withLock { $0.keep(value, name: name, readAt: generation) }
        return value
    }

    /// Whether a name keeps the rule `^[A-Za-z][A-Za-z0-9_.-]{0,127}$`.
    package static func isValidSecretName(_ name: some StringProtocol) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, bytes.count <= 128, isLetter(first) else { return false }
        return bytes.dropFirst().allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 || $0 == 46 || $0 == 45 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func check(name: String) throws(VaultError) {
        guard isValidSecretName(name) else {
            // Not repeated: somebody may have typed the value where the name belongs.
            throw .invalidSecret(
                name: "", reason: "the name of a secret starts with a letter and goes on with up to 127 of A-Z a-z 0-9 _ . -")
        }
    }

    private static func check(_ value: SecretBytes, of name: String) throws(VaultError) {
        guard value.count > 0 else { throw .invalidSecret(name: name, reason: "the value is empty") }
        guard value.count <= maximumSecretBytes else {
            throw .invalidSecret(name: name, reason: "the value has \(value.count) bytes; at most \(maximumSecretBytes) are kept")
        }
        let (hasNUL, isText) = value.withUnsafeBytes { bytes in (bytes.contains(0), isUTF8(bytes)) }
        guard !hasNUL else { throw .invalidSecret(name: name, reason: "the value holds a NUL byte, which no environment can carry") }
        guard isText else { throw .invalidSecret(name: name, reason: "the value is not UTF-8 text; encode it, for example as base64") }
    }

    /// In place, since a String would be a copy that nobody wipes.
    private static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.withMemoryRebound(to: UInt8.self) { bytes in
            do {
                _ = try UTF8Span(validating: bytes.span)
                return true
            } catch {
                return false
            }
        }
    }

    static func storing<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw VaultError.storage(reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }
}

extension SecretInfo {
    fileprivate init(row: Row) {
        self.init(
            name: row["name"], version: row["version"], createdAt: Date(milliseconds: row["created_at"]),
            updatedAt: Date(milliseconds: row["updated_at"]), bytes: row["bytes"])
    }
}
