import PetaAdminAPI

/// What people are told of a backup.
enum BackupPage {
    static func fields(_ manifest: BackupManifest, now: Timestamp) -> [(name: String, cell: Cell)] {
        [
            ("id", Cell(manifest.id)),
            ("of", "\(Clock.words(manifest.createdAt)), \(RelativeTime.words(manifest.createdAt, now: now))"),
            ("made by", "peta \(manifest.petaVersion) on \(manifest.host), instance \(manifest.instance)"),
            ("data directory", Cell(manifest.dataDirectory)), ("database", Cell(Amount.bytes(manifest.databaseBytes))),
            ("audit", Cell(manifest.audit.map { "\(Words.count(Int($0.records), "record")), head \($0.head)" } ?? "no record yet")),
            ("holds", Cell(rows(manifest))),
        ]
    }

    static func fields(_ verdict: BackupVerdict, now: Timestamp) -> [(name: String, cell: Cell)] {
        fields(verdict.manifest, now: now) + [
            ("file", "\(Amount.bytes(verdict.bytes)), SHA-256 \(verdict.sha256)"),
            ("verified", Cell(verified(verdict))),
        ]
    }

    static func verified(_ verdict: BackupVerdict) -> String {
        let steps = verdict.migrations > 0 ? "; \(Words.count(verdict.migrations, "step")) of the schema run at the first start" : ""
        return Words.count(Int(verdict.auditRecords), "audit record") + ", " + Words.count(verdict.secrets, "secret") + steps
    }

    /// The tables that have something, by their names.
    private static func rows(_ manifest: BackupManifest) -> String {
        let full = manifest.tables.filter { $0.value > 0 && $0.key != "grdb_migrations" }.sorted { $0.key < $1.key }
        return full.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
