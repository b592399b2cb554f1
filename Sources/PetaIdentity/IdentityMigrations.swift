import GRDB
import PetaStore

/// The tables of identity. Times are Unix milliseconds, lists and labels compact JSON.
enum IdentityMigrations {
    static let all: [Migration] = [
        Migration(part: "identity", name: "users, grants and tokens") { db in
            try db.execute(
                sql: """
                    CREATE TABLE identity_user (
                        id TEXT NOT NULL PRIMARY KEY,
                        name TEXT NOT NULL,
                        role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'user')),
                        state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'suspended')),
                        notes TEXT NOT NULL,
                        labels TEXT NOT NULL,
                        createdAt INTEGER NOT NULL,
                        expiresAt INTEGER
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE identity_grant (
                        user TEXT NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
                        server TEXT NOT NULL,
                        PRIMARY KEY (user, server)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX identity_grant_server ON identity_grant (server);
                    CREATE TABLE identity_token (
                        id TEXT NOT NULL PRIMARY KEY,
                        user TEXT NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
                        name TEXT NOT NULL,
                        digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
                        servers TEXT,
                        createdAt INTEGER NOT NULL,
                        expiresAt INTEGER,
                        lastUsedAt INTEGER
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX identity_token_user ON identity_token (user);
                    """)
        },
        Migration(part: "identity", name: "users of this machine") { db in
            try db.execute(
                sql: """
                    ALTER TABLE identity_user ADD COLUMN uid INTEGER CHECK (uid BETWEEN 0 AND 4294967294);
                    CREATE UNIQUE INDEX identity_user_uid ON identity_user (uid) WHERE uid IS NOT NULL;
                    """)
        },
        Migration(part: "identity", name: "rights to parts of servers, and preferences") { db in
            // An empty kind and name: the whole server.
            try db.execute(
                sql: """
                    CREATE TABLE identity_right (
                        user TEXT NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
                        server TEXT NOT NULL,
                        kind TEXT NOT NULL CHECK (kind IN ('', 'tool', 'prompt', 'resource')),
                        name TEXT NOT NULL,
                        allowed INTEGER NOT NULL CHECK (allowed IN (0, 1)),
                        PRIMARY KEY (user, server, kind, name)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX identity_right_server ON identity_right (server);
                    INSERT INTO identity_right (user, server, kind, name, allowed) SELECT user, server, '', '', 1 FROM identity_grant;
                    DROP TABLE identity_grant;
                    CREATE TABLE identity_preference (
                        user TEXT NOT NULL REFERENCES identity_user (id) ON DELETE CASCADE,
                        server TEXT NOT NULL,
                        kind TEXT NOT NULL CHECK (kind IN ('', 'tool', 'prompt', 'resource')),
                        name TEXT NOT NULL,
                        off INTEGER NOT NULL CHECK (off IN (0, 1)),
                        danger TEXT CHECK (danger IN ('silent', 'notify', 'approval')),
                        PRIMARY KEY (user, server, kind, name)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX identity_preference_server ON identity_preference (server);
                    ALTER TABLE identity_token ADD COLUMN tools TEXT;
                    """)
        },
        Migration(part: "identity", name: "workspaces and limits") { db in
            try db.execute(
                sql: """
                    ALTER TABLE identity_user ADD COLUMN workspace TEXT NOT NULL DEFAULT 'default';
                    ALTER TABLE identity_user ADD COLUMN rateLimit TEXT;
                    ALTER TABLE identity_user ADD COLUMN concurrent INTEGER CHECK (concurrent >= 0);
                    ALTER TABLE identity_token ADD COLUMN rateLimit TEXT;
                    """)
        },
    ]
}
