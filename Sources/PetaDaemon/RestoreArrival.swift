internal import Logging
internal import PetaAdminAPI
internal import PetaApprovals
internal import PetaAudit
internal import PetaBackup

/// The first start after a restore: ends what must not run twice, and has the audit say what happened.
enum RestoreArrival {
    /// Before the first call. Interrupted, the next start does it again, and the record is written once.
    static func settle(_ directory: String, _ approvals: Approvals, _ log: AuditLog, _ logger: Logger) async throws {
        guard let mark = try RestoreMark.read(directory) else { return }
        try await approvals.closeAfterRestore()
        if try await log.record(requestID: mark.requestId) == nil { try await log.record(record(mark)) }
        try RestoreMark.remove(directory)
        logger.notice(
            "the state is that of a backup", metadata: ["backup": "\(mark.id)", "of": "\(mark.createdAt.text)", "host": "\(mark.host)"])
    }

    private static func record(_ mark: RestoreMark) -> AuditRecord {
        var record = AuditRecord(time: mark.restoredAt.milliseconds * 1000, kind: .admin)
        record.requestID = mark.requestId
        record.uid = mark.uid
        record.pid = mark.pid
        record.user = "uid:\(mark.uid)"
        record.method = "backup/restored"
        record.command = "backup restore"
        record.target = mark.id
        record.outcome = .ok
        record.detail =
            "restored from the backup of \(mark.createdAt.text) made on \(mark.host), instance \(mark.instance), sha256 \(mark.sha256)"
        return record
    }
}
