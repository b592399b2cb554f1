internal import PetaApprovals
internal import PetaAudit
internal import PetaBackup
internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaStore
internal import PetaVault

/// The steps of all parts' tables, in the order in which they run.
enum Schema {
    static let migrations =
        Vault.migrations + Identity.migrations + Network.migrations + Policies.migrations + Approvals.migrations
        + SQLiteServerStore.migrations + SQLitePinStore.migrations + SQLiteExposureStore.migrations + AuditLog.migrations
        + Backups.migrations
}
