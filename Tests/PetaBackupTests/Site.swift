import Foundation
import GRDB
import PetaAdminAPI
import PetaAudit
import PetaBackup
import PetaCrypto
import PetaStore
import PetaVault
import Synchronization

/// A directory that is removed with everything in it.
final class Scratch: Sendable {
    let path = NSTemporaryDirectory() + "peta-backup-" + UUID().uuidString.prefix(8)

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Derives each key once: the same backups are opened again and again.
final class Memory: Sendable {
    private let known = Mutex<[[UInt8]: SecretBytes]>([:])

    func derive(_ passphrase: SecretBytes, _ salt: [UInt8], _ iterations: Int) throws -> SecretBytes {
        let mark = passphrase.withUnsafeBytes { Array($0) } + [0] + salt
        if let key = known.withLock({ $0[mark] }) { return key }
        let key = try KDF.pbkdf2(passphrase: passphrase, salt: salt, iterations: iterations)
        known.withLock { $0[mark] = key }
        return key
    }
}

let passphrase = SecretBytes(copying: "correct horse battery".utf8)
let moment = Timestamp(milliseconds: 1_773_075_600_000)

/// What a gateway keeps, without the gateway: database, vault, audit, backups.
final class Site {
    static let migrations = Vault.migrations + AuditLog.migrations + Backups.migrations
    let directory: String
    let store: Store
    let vault: Vault
    let audit: AuditLog
    let context: BackupContext
    let backups: Backups

    init(
        _ directory: String, bounds: BackupBounds = .patient, migrations: [Migration] = Site.migrations,
        willCommit: (@Sendable () throws -> Void)? = nil
    ) throws {
        self.directory = directory
        store = try Store(
            directory: directory, migrations: migrations, willCommit: willCommit,
            beforeOpening: { try RestoreSwitch(directory: $0).settle() })
        let vault = try Vault.open(store: store, keyFile: directory + "/key")
        self.vault = vault
        audit = try AuditLog(
            store: store, key: try vault.deriveKey("audit/mac"), ringPath: directory + "/intents", durability: .normal, lanes: 1)
        context = BackupContext(
            keys: { try vault.export(for: $0) },
            facts: { db in
                let end = try AuditLog.end(db, key: try vault.deriveKey("audit/mac"))
                return .init(
                    petaVersion: "1", host: "here", instance: "i", uncounted: ["audit"],
                    audit: end.map { BackupManifest.Audit(records: $0.seq, head: $0.mac) })
            }, clock: { moment })
        backups = Backups(store: store, context: context, bounds: bounds)
    }

    func close() throws {
        audit.stop()
        try store.close()
    }

    func record(_ text: String) async throws {
        var record = AuditRecord(time: 1, kind: .admin)
        record.requestID = text
        try await audit.record(record)
    }

    func set(_ name: String, _ value: String) async throws {
        _ = try await vault.setSecret(name, value: SecretBytes(copying: value.utf8))
    }

    func value(_ name: String) throws -> String? {
        try vault.reveal(name)?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// A secret of the state in a directory that nobody uses.
    static func value(_ name: String, in directory: String) async throws -> String? {
        try await with(directory) { try $0.value(name) }
    }

    /// A whole backup.
    func backup() async throws -> [UInt8] {
        await audit.flush()
        return try await backups.whole()
    }

    /// Runs `body` on a new one, and closes it.
    static func with<Value>(
        _ directory: String, bounds: BackupBounds = .patient, _ body: (Site) async throws -> Value
    ) async throws -> Value {
        let site = try Site(directory, bounds: bounds)
        do {
            let value = try await body(site)
            try site.close()
            return value
        } catch {
            try? site.close()
            throw error
        }
    }
}

extension Backups {
    /// Every byte of a backup, as a client would take them.
    func whole() async throws -> [UInt8] {
        let run = try begin(passphrase: passphrase, uid: 7)
        var bytes: [UInt8] = []
        do {
            while let piece = try await run.next() { bytes += piece }
        } catch {
            _ = try await settle(run, error)
            throw error
        }
        guard let result = run.result else { throw BackupError.abandoned }
        _ = try await settle(run, nil)
        return bytes + result.last
    }
}

extension BackupSource {
    /// The bytes of an array, at most `step` at a time.
    convenience init(_ bytes: [UInt8], step: Int = .max) {
        var position = 0
        self.init { buffer in
            let count = min(buffer.count, bytes.count - position, step)
            bytes.withUnsafeBytes { all in
                if count > 0, let base = all.baseAddress { buffer.baseAddress?.copyMemory(from: base + position, byteCount: count) }
            }
            position += count
            return count
        }
    }
}

/// The pieces of a backup as they lie in it: the header, then the chunks.
func chunks(_ bytes: [UInt8]) -> [[UInt8]] {
    var found = [Array(bytes[..<112])]
    var position = 112
    while position < bytes.count {
        let count = bytes[(position + 1)..<(position + 5)].reduce(0) { $0 << 8 | Int($1) }
        let end = position + 5 + 12 + count + 16
        found.append(Array(bytes[position..<end]))
        position = end
    }
    return found
}

/// Reads everything; gives the database and the end.
@discardableResult
func read(_ bytes: [UInt8], _ key: SecretBytes = passphrase, step: Int = .max, _ memory: Memory = Memory()) throws -> (
    opener: BackupOpener, keys: SecretBytes, database: [UInt8], end: BackupOpener.End
) {
    let opener = try BackupOpener(BackupSource(bytes, step: step), passphrase: key, derive: { try memory.derive($0, $1, $2) })
    let keys = try opener.vaultKeys()
    var database: [UInt8] = []
    let end = try opener.database { database += Array($0) }
    return (opener, keys, database, end)
}

/// How reading ends; nil: well.
func failure(_ bytes: [UInt8], _ memory: Memory) -> BackupError? {
    do {
        try read(bytes, memory)
        return nil
    } catch let error as BackupError {
        return error
    } catch {
        return .cryptography
    }
}

/// As `read`, with what was derived before.
func read(_ bytes: [UInt8], _ memory: Memory) throws { _ = try read(bytes, passphrase, memory) }
