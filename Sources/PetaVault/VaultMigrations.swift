import GRDB
package import PetaStore

extension Vault {
    /// The vault's tables.
    package static let migrations: [Migration] = [
        Migration(part: "vault", name: "create header and secrets") { db in
            try db.execute(
                sql: """
                    CREATE TABLE vault_header (
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        format INTEGER NOT NULL,
                        kdf TEXT NOT NULL,
                        salt BLOB NOT NULL,
                        iterations INTEGER NOT NULL,
                        key_check BLOB NOT NULL,
                        wrapped_root BLOB NOT NULL,
                        created_at INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE vault_secrets (
                        name TEXT PRIMARY KEY NOT NULL,
                        version INTEGER NOT NULL CHECK (version > 0),
                        bytes INTEGER NOT NULL,
                        created_at INTEGER NOT NULL,
                        updated_at INTEGER NOT NULL,
                        sealed BLOB NOT NULL
                    ) STRICT;
                    """)
        },
        Migration(part: "vault", name: "keys, and attempts to unseal") { db in
            try db.execute(
                sql: """
                    CREATE TABLE vault_keys (
                        name TEXT PRIMARY KEY NOT NULL,
                        sealed BLOB NOT NULL,
                        created_at INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE vault_attempts (
                        id INTEGER PRIMARY KEY CHECK (id = 1),
                        failed INTEGER NOT NULL,
                        first_at INTEGER NOT NULL,
                        last_at INTEGER NOT NULL
                    ) STRICT;
                    """)
        },
    ]
}
