import GRDB
import PetaAdminAPI
import PetaStore

/// The table of backups that were made, and of those that failed. Only the newest are kept.
struct BackupHistory: Sendable {
    static let migrations = [
        Migration(part: "backup", name: "create history") { db in
            try db.execute(
                sql: """
                    CREATE TABLE backup(
                        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, startedAt INTEGER NOT NULL, endedAt INTEGER NOT NULL,
                        bytes INTEGER NOT NULL, databaseBytes INTEGER, sha256 TEXT, uid INTEGER NOT NULL, error TEXT
                    ) STRICT;
                    """)
        }
    ]

    static let kept = 200

    let store: Store

    func add(_ entry: BackupEntry) async throws {
        try await store.write { db in
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO backup(id, state, startedAt, endedAt, bytes, databaseBytes, sha256, uid, error)
                    VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    entry.id, entry.state, entry.startedAt.milliseconds, (entry.endedAt ?? entry.startedAt).milliseconds, entry.bytes,
                    entry.databaseBytes, entry.sha256, Int64(entry.uid), entry.error,
                ])
            try db.execute(
                sql: "DELETE FROM backup WHERE number <= (SELECT max(number) FROM backup) - ?", arguments: [Self.kept])
        }
    }

    /// The newest first.
    func all() async throws -> [BackupEntry] {
        try await store.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM backup ORDER BY number DESC").map { row in
                let uid: Int64 = row["uid"]
                return BackupEntry(
                    id: row["id"], state: row["state"], startedAt: Timestamp(milliseconds: row["startedAt"]),
                    endedAt: Timestamp(milliseconds: row["endedAt"]), bytes: row["bytes"], databaseBytes: row["databaseBytes"],
                    sha256: row["sha256"], uid: UInt32(truncatingIfNeeded: uid), error: row["error"])
            }
        }
    }
}
