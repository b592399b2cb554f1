internal import Foundation
internal import Glibc
internal import Logging
internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaAudit
internal import PetaBackup
internal import PetaCrypto
internal import PetaIdentity
internal import PetaStore
internal import PetaVault
internal import ServiceLifecycle

/// What owners do with backups: brings what other parts hold back into the database, has it sealed, and writes down what was given away.
struct BackupAdministration: BackupOperations {
    let backups: Backups
    let vault: Vault
    let identity: Identity
    let log: AuditLog
    let logger: Logger

    /// The part with what it needs of the others.
    static func part(_ store: Store, _ vault: Vault, _ version: String, _ settings: ServeSettings.Backup) throws -> Backups {
        let instance = BackupKeys.instance(try vault.deriveKey(BackupKeys.instancePurpose))
        var bounds = BackupBounds()
        bounds.stallSeconds = settings.stallSeconds
        bounds.logBytes = Int64(settings.logBytes)
        return Backups(
            store: store,
            context: BackupContext(
                keys: { try vault.export(for: $0) },
                facts: { db in
                    let end = try AuditLog.end(db, key: try vault.deriveKey(BackupKeys.audit))
                    return BackupContext.Facts(
                        petaVersion: version, host: ProcessInfo.processInfo.hostName,
                        instance: instance, uncounted: ["audit"],
                        audit: end.map { BackupManifest.Audit(records: $0.seq, head: $0.mac) })
                }, clock: { Timestamp(Date()) }), bounds: bounds)
    }

    func backups() async throws -> [BackupEntry] { try await backups.entries() }

    func create(secret: String, as principal: Principal) async throws -> BackupStream {
        guard let passphrase = try vault.reveal(secret) else {
            throw AdminError(.notFound, "there is no secret '\(secret.prefix(128))'", hint: "peta secret set \(secret.prefix(128))")
        }
        return try await create(passphrase: passphrase, as: principal)
    }

    func create(passphrase: SecretBytes, as principal: Principal) async throws -> BackupStream {
        // Times of last use and records that are on their way belong to this moment too.
        try await identity.flushTouches()
        await log.flush()
        let run = try backups.begin(passphrase: passphrase, uid: principal.peer?.uid ?? .max)
        return BackupStream(id: run.id, estimate: backups.estimate) { write in
            try await withGracefulShutdownHandler {
                try await withTaskCancellationHandler {
                    try await carry(run, principal.peer, write)
                } onCancel: {
                    run.cancel(.abandoned)
                }
            } onGracefulShutdown: {
                run.cancel(.stopping)
            }
        }
    }

    /// The end goes out when its record is committed: nobody has a backup that the audit knows nothing of.
    private func carry(_ run: BackupRun, _ peer: LocalPeer?, _ write: ([UInt8]) async throws -> Void) async throws {
        do {
            while let piece = try await run.next() { try await write(piece) }
            guard let result = run.result else { throw BackupError.abandoned }
            let entry = try await backups.settle(run, nil)
            try await log.record(record(entry, peer))
            try await write(result.last)
            logger.info("a backup was made", metadata: ["id": "\(entry.id)", "bytes": "\(entry.bytes)"])
        } catch {
            let entry = try await backups.settle(run, error)
            logger.error("a backup failed", metadata: ["id": "\(entry.id)", "error": "\(entry.error ?? "\(error)")"])
            try await log.record(record(entry, peer))
            throw error
        }
    }

    private func record(_ entry: BackupEntry, _ peer: LocalPeer?) -> AuditRecord {
        var record = AuditRecord(time: entry.startedAt.milliseconds * 1000, kind: .admin)
        record.requestID = Random.base64URL(bytes: 12)
        record.uid = peer?.uid
        record.pid = peer?.pid
        record.user = peer.map { "uid:\($0.uid)" }
        record.command = "backup create"
        record.target = entry.id
        record.duration = ((entry.endedAt ?? entry.startedAt).milliseconds - entry.startedAt.milliseconds) * 1000
        record.bytesOut = entry.bytes
        if let sha256 = entry.sha256 {
            record.method = "backup/created"
            record.outcome = .ok
            record.detail = "\(entry.bytes) bytes, sha256 \(sha256)"
        } else {
            record.method = "backup/failed"
            record.outcome = .error
            record.error = entry.error
        }
        return record
    }
}

/// The vault's purposes that a backup needs.
enum BackupKeys {
    static let audit = "audit/mac"
    static let instancePurpose = "backup/instance"

    /// Tells one installation from another: 16 hexadecimal digits.
    static func instance(_ key: SecretBytes) -> String { String(key.withUnsafeBytes { SHA256.hash($0) }.hex.prefix(16)) }
}
