internal import Foundation
internal import Glibc
package import PetaAdminAPI
internal import PetaAudit
internal import PetaBackup
internal import PetaCrypto
internal import PetaStore
internal import PetaVault
internal import GRDB

extension Daemon {
    /// What can be done with backups without a gateway.
    package static let backups = BackupTools(
        show: { file in try naming(file) { try open(file).manifest } },
        verify: { file, scratch in try naming(file) { try verify(file, scratch) } },
        restore: { file, wish in try naming(file) { try restore(file, wish) } })

    private static func open(_ file: BackupFile) throws -> BackupOpener {
        let source = BackupSource(descriptor: file.descriptor, progress: file.progress, awaits: file.awaits)
        return try BackupOpener(source, passphrase: SecretBytes(copying: file.passphrase))
    }

    private static func verify(_ file: BackupFile, _ scratch: String) throws -> BackupVerdict {
        let opener = try open(file)
        let unknown = Store.unknown(opener.manifest.schema, to: Running.migrations)
        guard unknown.isEmpty else { throw BackupError.newerSchema(unknown) }
        let keys = try opener.vaultKeys()
        let database = scratch + "/peta.db"
        let end = try Restoration.unpack(opener, to: database)
        var found = BackupInspection()
        let missing = try BackupContent.check(database, migrations: Running.migrations, isInterrupted: file.isInterrupted) {
            found = try inspect($0, keys)
        }
        return BackupVerdict(opener.manifest, end, found, migrations: missing)
    }

    private static func restore(_ file: BackupFile, _ wish: RestoreWish) throws -> RestoreOutcome {
        // What is made is the owner's alone, whatever shell this was started from.
        let mask = umask(0o077)
        defer { umask(mask) }
        let vaultPassphrase = wish.vaultPassphrase.map { SecretBytes(copying: $0) }
        // Not only when all of the database has been written.
        if let vaultPassphrase { try PassphraseRule.check(vaultPassphrase) }
        let parts = Restoration.Parts(
            migrations: Running.migrations,
            adopt: { keys, database, keyFile in
                try Vault.adopt(keys, in: database, key: vaultPassphrase.map { .passphrase($0) } ?? .keyFile(keyFile))
            }, inspect: inspect,
            mark: { manifest, end in
                RestoreMark(
                    requestId: Random.base64URL(bytes: 12), restoredAt: Timestamp(Date()), uid: getuid(), pid: getpid(), id: manifest.id,
                    createdAt: manifest.createdAt, host: manifest.host, instance: manifest.instance, sha256: end.sha256)
            }, clock: { Timestamp(Date()) })
        let source = BackupSource(descriptor: file.descriptor, progress: file.progress, awaits: file.awaits)
        let done = try Restoration(directory: wish.dataDirectory, parts: parts, isInterrupted: file.isInterrupted).run(
            source, passphrase: SecretBytes(copying: file.passphrase), replaces: wish.replaces, acceptsFindings: wish.acceptsFindings,
            confirm: wish.confirm)
        return RestoreOutcome(dataDirectory: wish.dataDirectory, before: done.before, keyFile: done.keyFile, verdict: done.verdict)
    }

    private static func inspect(_ db: Database, _ keys: SecretBytes) throws -> BackupInspection {
        var found = BackupInspection()
        let secrets = try Vault.inspect(db, with: keys, RotationWork.columns)
        found.secrets = secrets.secrets
        found.findings = secrets.damaged.map { "the record \($0) does not open" }
        let audit = try AuditLog.verify(db, key: try Vault.deriveKey(BackupKeys.audit, of: keys, in: db))
        found.auditRecords = audit.records
        if let bad = audit.firstBad { found.findings.append("the audit does not hold at record \(bad.seq): \(bad.reason.rawValue)") }
        return found
    }

    /// Errors as a command shows them; those about the file name it.
    private static func naming<Value>(_ file: BackupFile, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as BackupError where error.isAboutFile {
            throw AdminError(AdminErrorCode(rawValue: error.code) ?? .failed, "\(file.name): \(error.message)", hint: error.hint)
        } catch let error as any OperatorError {
            throw AdminError(AdminErrorCode(rawValue: error.code) ?? .failed, error.message, hint: error.hint)
        }
    }
}

extension BackupVerdict {
    fileprivate init(_ manifest: BackupManifest, _ end: BackupOpener.End, _ found: BackupInspection, migrations: Int) {
        self.init(
            manifest: manifest, bytes: end.bytes, sha256: end.sha256, auditRecords: found.auditRecords, secrets: found.secrets,
            migrations: migrations, findings: found.findings)
    }
}
