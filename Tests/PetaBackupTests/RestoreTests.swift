import Foundation
import GRDB
import PetaAdminAPI
import PetaAudit
import PetaBackup
import PetaCrypto
import PetaStore
import PetaVault
import Testing

/// Restores as the daemon's part does.
struct Restorer {
    var migrations = Site.migrations
    var vaultPassphrase: SecretBytes?
    var replaces = false
    var acceptsFindings = false
    var disk = RestoreDisk()
    let memory: Memory

    init(_ memory: Memory = Memory()) { self.memory = memory }

    @discardableResult
    func run(_ bytes: [UInt8], into directory: String, confirm: (BackupManifest, Bool) throws -> Void = { _, _ in }) throws -> (
        before: String?, keyFile: String?, verdict: BackupVerdict
    ) {
        let memory = memory
        let parts = Restoration.Parts(
            migrations: migrations,
            adopt: { keys, database, keyFile in
                try disk.before("adopt \(database)")
                try Vault.adopt(keys, in: database, key: vaultPassphrase.map { .passphrase($0) } ?? .keyFile(keyFile))
                try disk.before("adopted \(database)")
            },
            inspect: { db, keys in
                var found = BackupInspection()
                let secrets = try Vault.inspect(db, with: keys)
                found.secrets = secrets.secrets
                found.findings = secrets.damaged
                found.auditRecords = try AuditLog.verify(db, key: try Vault.deriveKey("audit/mac", of: keys, in: db)).records
                return found
            },
            mark: { manifest, end in
                RestoreMark(
                    requestId: "r", restoredAt: moment, uid: 1, pid: 2, id: manifest.id, createdAt: manifest.createdAt, host: manifest.host,
                    instance: manifest.instance, sha256: end.sha256)
            }, clock: { moment })
        return try Restoration(directory: directory, parts: parts, disk: disk, derive: { try memory.derive($0, $1, $2) }).run(
            BackupSource(bytes), passphrase: passphrase, replaces: replaces, acceptsFindings: acceptsFindings, confirm: confirm)
    }
}

/// The names in a directory.
func names(_ directory: String) -> Set<String> {
    Set((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
}

@Suite("Restoring a backup")
struct RestoreTests {
    /// A backup with a secret of this value, and an audit of three records.
    static func backup(_ value: String) async throws -> [UInt8] {
        let scratch = try Scratch()
        return try await Site.with(scratch.path + "/data") { site in
            try await site.set("token", value)
            for text in ["a", "b", "c"] { try await site.record(text) }
            return try await site.backup()
        }
    }

    @Test("into an empty directory: secrets open with a new key file, the audit verifies and goes on")
    func empty() async throws {
        let bytes = try await Self.backup("restored")
        let scratch = try Scratch()
        let data = scratch.path + "/deep/data"
        let done = try Restorer().run(bytes, into: data) { manifest, isOccupied in
            #expect(!isOccupied && manifest.host == "here" && manifest.audit?.records == 3)
        }
        #expect(done.before == nil && done.keyFile == data + "/key")
        #expect(done.verdict.auditRecords == 3 && done.verdict.secrets == 1 && done.verdict.migrations == 0)
        #expect(done.verdict.sha256 == SHA256.hash(bytes).hex && done.verdict.bytes == Int64(bytes.count))
        #expect(names(data) == ["peta.db", "key", "restored", "lock"])
        for name in names(data) {
            let mode = try FileManager.default.attributesOfItem(atPath: data + "/" + name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        #expect(try RestoreMark.read(data)?.sha256 == done.verdict.sha256)
        try await Site.with(data) { site async throws in
            #expect(try site.value("token") == "restored")
            try await site.record("d")
            let found = try site.audit.verify()
            #expect(found.ok && found.records == 4)
        }
        try RestoreMark.remove(data)
        #expect(try RestoreMark.read(data) == nil)
    }

    @Test("with a passphrase for the vault there is no key file, and the passphrase opens it")
    func vaultPassphrase() async throws {
        let bytes = try await Self.backup("restored")
        let scratch = try Scratch()
        let data = scratch.path + "/data"
        var restorer = Restorer()
        restorer.vaultPassphrase = SecretBytes(copying: "for the vault".utf8)
        #expect(try restorer.run(bytes, into: data).keyFile == nil)
        #expect(!names(data).contains("key"))
        let store = try Store(directory: data, migrations: Site.migrations)
        defer { try? store.close() }
        #expect(throws: VaultError.wrongPassphrase) {
            _ = try Vault.open(store: store, key: .passphrase(SecretBytes(copying: "another".utf8)))
        }
        let vault = try Vault.open(store: store, key: .passphrase(SecretBytes(copying: "for the vault".utf8)))
        #expect(try vault.reveal("token")?.count == 8)
    }

    @Test("a state that is there is refused, or replaced and kept aside, from where it can be put back")
    func replace() async throws {
        let bytes = try await Self.backup("restored")
        let scratch = try Scratch()
        let data = scratch.path + "/data"
        try await Site.with(data) { try await $0.set("token", "old") }
        let before = names(data)
        var restorer = Restorer()
        #expect(throws: BackupError.occupied(path: data)) { try restorer.run(bytes, into: data) }
        #expect(names(data) == before)
        restorer.replaces = true
        struct No: Error {}
        #expect(throws: No.self) { try restorer.run(bytes, into: data) { _, _ in throw No() } }
        #expect(names(data) == before)
        let aside = try #require(try restorer.run(bytes, into: data).before)
        #expect(aside == data + "/before-restore-20260309T170000Z")
        #expect(try await Site.value("token", in: data) == "restored")
        // Once more in the same second: nothing kept aside is lost.
        #expect(try restorer.run(bytes, into: data).before == aside + "-2")
        // Back, as the command says.
        for name in names(data) where ["peta.db", "key", "sess", "inte", "rest"].contains(where: name.hasPrefix) {
            try FileManager.default.removeItem(atPath: data + "/" + name)
        }
        for name in names(aside) { try FileManager.default.moveItem(atPath: aside + "/" + name, toPath: data + "/" + name) }
        #expect(try await Site.value("token", in: data) == "old")
    }

    @Test("a directory that a gateway uses is refused")
    func inUse() async throws {
        let bytes = try await Self.backup("restored")
        let scratch = try Scratch()
        let data = scratch.path + "/data"
        var restorer = Restorer()
        restorer.replaces = true
        try await Site.with(data) { site async throws in
            try await site.set("token", "old")
            #expect(throws: StoreError.inUse(path: data, pid: getpid())) { try restorer.run(bytes, into: data) }
            #expect(try site.value("token") == "old")
        }
    }

    @Test("a backup of a newer schema is refused before anything is written; one of an older is brought up at the next start")
    func schema() async throws {
        let later = Migration(part: "later", name: "add table") { try $0.execute(sql: "CREATE TABLE later(x)") }
        let scratch = try Scratch()
        let site = try Site(scratch.path + "/newer", migrations: Site.migrations + [later])
        let newer = try await site.backup()
        try site.close()
        let data = scratch.path + "/data"
        let error = #expect(throws: BackupError.self) { try Restorer().run(newer, into: data) }
        #expect(error == .newerSchema(["later/add table"]) && error?.message.contains("newer peta") == true)
        #expect(names(data) == ["lock"])
        let older = try await Self.backup("restored")
        var restorer = Restorer()
        restorer.migrations = Site.migrations + [later]
        #expect(try restorer.run(older, into: data).verdict.migrations == 1)
        let store = try Store(directory: data, migrations: restorer.migrations)
        #expect(try store.readSync { try $0.tableExists("later") })
        try store.close()
    }

    @Test("what was damaged when it was backed up is told, and restored only when that is wanted")
    func findings() async throws {
        let scratch = try Scratch()
        let bytes = try await Site.with(scratch.path + "/source") { site in
            try await site.set("good", "value")
            try await site.set("token", "value")
            try await site.store.write { try $0.execute(sql: "UPDATE vault_secrets SET version = 9 WHERE name = 'token'") }
            return try await site.backup()
        }
        let data = scratch.path + "/data"
        var restorer = Restorer()
        #expect(throws: BackupError.findings(["secret/token"])) { try restorer.run(bytes, into: data) }
        #expect(names(data) == ["lock"])
        restorer.acceptsFindings = true
        #expect(try restorer.run(bytes, into: data).verdict.findings == ["secret/token"])
        #expect(try await Site.value("good", in: data) == "value")
    }

    @Test("a database that is not sound, though its backup is, is refused")
    func notSound() async throws {
        let scratch = try Scratch()
        let data = scratch.path + "/source"
        try await Site.with(data) { site async throws in
            for number in 0..<300 { try await site.record(String(repeating: "x\(number)", count: 40)) }
        }
        #expect(try BackupContent.check(data + "/peta.db", migrations: Site.migrations, isInterrupted: { false }) { _ in } == 0)
        // The head of a leaf page of a table.
        var file = try Data(contentsOf: URL(fileURLWithPath: data + "/peta.db"))
        let leaf = try #require(Array(stride(from: 4096 * 4, to: file.count, by: 4096)).last { file[$0] == 0x0D })
        file.replaceSubrange((leaf + 1)..<(leaf + 40), with: Data(repeating: 0xFF, count: 39))
        let broken = scratch.path + "/broken.db"
        try file.write(to: URL(fileURLWithPath: broken))
        #expect(throws: BackupError.self) {
            _ = try BackupContent.check(broken, migrations: Site.migrations, isInterrupted: { false }) { _ in }
        }
        #expect(throws: CancellationError.self) {
            _ = try BackupContent.check(data + "/peta.db", migrations: Site.migrations, isInterrupted: { true }) { _ in }
        }
    }

    @Test("a damaged, cut or foreign backup, and a wrong passphrase, leave what is there and nothing else")
    func refused() async throws {
        let bytes = try await Self.backup("restored")
        let scratch = try Scratch()
        let data = scratch.path + "/data"
        try await Site.with(data) { try await $0.set("token", "old") }
        let before = names(data)
        var restorer = Restorer()
        restorer.replaces = true
        var flipped = bytes
        flipped[bytes.count - 2000] ^= 1
        for bad in [flipped, Array(bytes.dropLast()), Array(bytes[..<5000]), [], Array("something else".utf8), bytes + [0]] {
            let error = #expect(throws: BackupError.self) { try restorer.run(bad, into: data) }
            #expect(error?.code == "invalid_argument" && error?.hint != nil)
            #expect(names(data) == before)
        }
        #expect(try await Site.value("token", in: data) == "old")
    }
}
