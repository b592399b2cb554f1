import PetaAdminAPI

extension Samples {
    static let backups = [
        BackupEntry(
            id: "bk_1", state: "done", startedAt: time, endedAt: time, bytes: 9, databaseBytes: 8192, sha256: "9f86d081884c7d65", uid: 0),
        BackupEntry(id: "bk_0", state: "failed", startedAt: time, endedAt: time, bytes: 3, uid: 1000, error: "the gateway stops\u{1B}"),
    ]
    static let manifest = BackupManifest(
        id: "bk_1", createdAt: time, petaVersion: "1.2.3", host: "gw\u{1B}1", dataDirectory: "/var/lib/peta", instance: "396a7e8a8344eec5",
        schema: ["vault/create header and secrets", "audit/create log"], audit: .init(records: 1204, head: "630257537f86e884"),
        tables: ["identity_user": 4, "vault_secrets": 12, "approval": 0], databaseBytes: 1_073_741_824)
    static let backupVerdict = BackupVerdict(
        manifest: manifest, bytes: 1_073_900_000, sha256: "9f86d081884c7d65", auditRecords: 1204, secrets: 12, migrations: 2, findings: [])
    static let restored = RestoreOutcome(
        dataDirectory: "/var/lib/peta data", before: "/var/lib/peta data/before-restore-20260309T170000Z",
        keyFile: "/var/lib/peta data/key",
        verdict: backupVerdict)

    /// Tools that read nothing, and ask before a restore as the real ones do.
    static let tools = BackupTools(
        show: { _ in manifest },
        verify: { file, _ in
            if file.passphrase == Array("wrong".utf8) {
                throw AdminError(.invalidArgument, "\(file.name): wrong passphrase", hint: "try again")
            }
            var verdict = backupVerdict
            if file.passphrase == Array("damaged".utf8) { verdict.findings = ["the secret a\u{1B} does not open"] }
            return verdict
        },
        restore: { _, wish in
            try wish.confirm(manifest, wish.replaces)
            var outcome = restored
            outcome.keyFile = wish.vaultPassphrase == nil ? outcome.keyFile : nil
            if !wish.replaces { outcome.before = nil }
            return outcome
        })
}
