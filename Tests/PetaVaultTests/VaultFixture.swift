import Foundation
import GRDB
import PetaCrypto
import PetaStore
import PetaVault

/// A store with the vault's tables, and a place for its key file.
final class VaultFixture {
    let scratch: ScratchDirectory
    let store: Store
    var keyFile: String { scratch.path + "/key" }
    var pendingKeyFile: String { keyFile + ".new" }

    /// Fails a commit or a change of a key file when it is told to.
    let faults: Faults

    init(_ scratch: ScratchDirectory? = nil, willCommit: (@Sendable () throws -> Void)? = nil, faults: Faults = Faults()) throws {
        self.scratch = try scratch ?? ScratchDirectory()
        self.faults = faults
        store = try Store(
            directory: self.scratch.path + "/data", migrations: Vault.migrations + Things.migrations,
            willCommit: willCommit ?? { try faults.pass() })
    }

    func open() throws -> Vault { try Vault.open(store: store, keyFile: keyFile) }

    func open(_ key: VaultKey, iterations: Int = 0) throws -> Vault {
        try Vault.open(
            store: store, key: key, keyFile: keyFile, iterations: iterations, willChangeFile: { [faults] in try faults.pass() })
    }

    func execute(_ sql: String) throws {
        try store.writeSync { try $0.execute(sql: sql) }
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    func write(_ text: String, to path: String, mode: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    deinit { try? store.close() }
}

func secret(_ text: String) -> SecretBytes { SecretBytes(copying: text.utf8) }

func text(_ secret: SecretBytes?) -> String? {
    secret?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
}
