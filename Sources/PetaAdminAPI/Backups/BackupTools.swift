/// What is done with backups without a gateway. The commands see files and answers; who reads the database is none of theirs.
///
/// Everything throws `AdminError`, or `CancellationError` where it was interrupted.
package struct BackupTools: Sendable {
    /// Reads the beginning.
    package var show: @Sendable (BackupFile) throws -> BackupManifest
    /// Reads all of it and checks everything. The database is put into files in the directory, which whoever gave it removes.
    package var verify: @Sendable (BackupFile, _ scratch: String) throws -> BackupVerdict
    /// Puts a backup in the place of what a data directory holds.
    package var restore: @Sendable (BackupFile, RestoreWish) throws -> RestoreOutcome

    package init(
        show: @escaping @Sendable (BackupFile) throws -> BackupManifest,
        verify: @escaping @Sendable (BackupFile, _ scratch: String) throws -> BackupVerdict,
        restore: @escaping @Sendable (BackupFile, RestoreWish) throws -> RestoreOutcome
    ) {
        self.show = show
        self.verify = verify
        self.restore = restore
    }

    /// Where there is no daemon's part, in tests.
    package static let none = BackupTools(
        show: { _ in throw missing }, verify: { _, _ in throw missing }, restore: { _, _ in throw missing })

    private static var missing: AdminError { AdminError(.internal, "this binary cannot read backups") }
}
