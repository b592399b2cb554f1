import GRDB
package import PetaStore

/// The tables of the audit log.
package enum AuditSchema {
    /// What ``AuditLog`` needs in the database.
    package static let migrations = [
        Migration(part: "audit", name: "create log") { db in
            try db.execute(
                sql: """
                    CREATE TABLE audit(
                        seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, record BLOB NOT NULL, mac BLOB NOT NULL
                    ) STRICT;
                    CREATE TABLE audit_state(
                        id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, time INTEGER NOT NULL,
                        lag INTEGER NOT NULL, head BLOB NOT NULL, mac BLOB NOT NULL
                    ) STRICT;
                    """)
        },
        Migration(part: "audit", name: "create checkpoint and cursor") { db in
            try db.execute(
                sql: """
                    CREATE TABLE audit_checkpoint(
                        id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, time INTEGER NOT NULL, removed INTEGER NOT NULL,
                        made_at INTEGER NOT NULL, head BLOB NOT NULL, mac BLOB NOT NULL
                    ) STRICT;
                    CREATE TABLE audit_cursor(
                        name TEXT PRIMARY KEY, seq INTEGER NOT NULL, updated_at INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    """)
        },
    ]
}
