import Foundation
import GRDB
import PetaAdminAPI
import PetaAudit
import PetaBackup
import PetaCrypto
import PetaStore
import PetaVault
import Testing

@Suite("A backup of a vault whose key is rotated")
struct RotationTests {
    private static let names = (0..<70).map { "s\($0)" }

    private func rotate(_ site: Site) async throws {
        _ = try site.vault.beginRotation()
        _ = try await site.vault.finishRotation([Vault.secretRecords]) {}
    }

    /// Restores with another passphrase, and looks at all of it.
    private func expectWhole(_ bytes: [UInt8], records: Int64) throws {
        let scratch = try Scratch()
        let data = scratch.path + "/data"
        var restorer = Restorer()
        restorer.vaultPassphrase = SecretBytes(copying: "of the other host".utf8)
        let done = try restorer.run(bytes, into: data)
        #expect(done.verdict.findings.isEmpty && done.verdict.secrets == Self.names.count && done.verdict.auditRecords == records)
        let store = try Store(directory: data, migrations: Site.migrations)
        defer { try? store.close() }
        let vault = try Vault.open(store: store, key: .passphrase(SecretBytes(copying: "of the other host".utf8)))
        for name in Self.names {
            #expect(try vault.reveal(name)?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } == "value of \(name)")
        }
        let audit = try AuditLog(
            store: store, key: try vault.deriveKey("audit/mac"), ringPath: data + "/intents", durability: .normal, lanes: 1)
        defer { audit.stop() }
        let found = try audit.verify()
        #expect(found.ok && found.records == records)
    }

    @Test("is whole before, during and after the rotation")
    func phases() async throws {
        let scratch = try Scratch()
        let (before, amid, after) = try await Site.with(scratch.path + "/data") { site in
            for name in Self.names { try await site.set(name, "value of \(name)") }
            try await site.record("a")
            try await rotate(site)
            let before = try await site.backup()
            struct Stop: Error {}
            _ = try site.vault.beginRotation()
            await #expect(throws: Stop.self) { _ = try await site.vault.finishRotation([Vault.secretRecords]) { throw Stop() } }
            #expect(try site.vault.isRotating())
            let amid = try await site.backup()
            _ = try await site.vault.finishRotation([Vault.secretRecords]) {}
            try await site.record("b")
            return (before, amid, try await site.backup())
        }
        try expectWhole(before, records: 1)
        try expectWhole(amid, records: 1)
        try expectWhole(after, records: 2)
    }

    @Test("is whole where the rotation begins between its moment and the export of the keys")
    func between() async throws {
        let scratch = try Scratch()
        let bytes = try await Site.with(scratch.path + "/data") { site in
            for name in Self.names { try await site.set(name, "value of \(name)") }
            try await site.record("a")
            await site.audit.flush()
            let (vault, context) = (site.vault, site.context)
            let backups = Backups(
                store: site.store,
                context: BackupContext(
                    keys: { db in
                        // The moment is held: it is the former root that opens it.
                        _ = try vault.beginRotation()
                        return try vault.export(for: db)
                    }, facts: context.facts, clock: context.clock))
            return try await backups.whole()
        }
        try expectWhole(bytes, records: 1)
    }
}
