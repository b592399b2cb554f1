/// What came of reading a whole backup.
package struct BackupVerdict: Codable, Sendable, Equatable {
    package var manifest: BackupManifest
    /// Size of the file.
    package var bytes: Int64
    /// Digest of the file, as sha256sum(1) prints it.
    package var sha256: String
    /// Records of the audit whose chain was verified.
    package var auditRecords: Int64
    /// Secrets that open with the keys that are in the backup.
    package var secrets: Int
    /// Steps of the schema that the database still needs; they run at the first start.
    package var migrations: Int
    /// What was damaged already when it was backed up.
    package var findings: [String]

    package init(
        manifest: BackupManifest, bytes: Int64, sha256: String, auditRecords: Int64, secrets: Int, migrations: Int, findings: [String]
    ) {
        self.manifest = manifest
        self.bytes = bytes
        self.sha256 = sha256
        self.auditRecords = auditRecords
        self.secrets = secrets
        self.migrations = migrations
        self.findings = findings
    }
}
