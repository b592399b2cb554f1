internal import Foundation
internal import GRDB
package import PetaCrypto
package import PetaStore

/// ``ApprovalStore`` on the one SQLite file.
package struct SQLiteApprovalStore: ApprovalStore {
    private let pool: DatabasePool

    /// Over a store that has run `migrations`.
    package init(_ store: Store) { pool = store.pool }

    /// The tables. That one call has at most one live request is the database's to keep, whoever writes.
    package static let migrations: [Migration] = [
        Migration(part: "approvals", name: "requests and their decisions") { db in
            try db.execute(
                sql: """
                    CREATE TABLE approval (
                        id TEXT NOT NULL PRIMARY KEY,
                        digest BLOB NOT NULL CHECK (length(digest) = 32),
                        status TEXT NOT NULL
                            CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'executing', 'executed', 'failed')),
                        revision INTEGER NOT NULL,
                        user TEXT NOT NULL, method TEXT NOT NULL, server TEXT NOT NULL, tool TEXT NOT NULL,
                        definition BLOB, rule TEXT NOT NULL, policyVersion INTEGER NOT NULL, reason TEXT NOT NULL,
                        approvers INTEGER NOT NULL, clientName TEXT, clientVersion TEXT, address TEXT,
                        createdAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL, changedAt INTEGER NOT NULL, keptUntil INTEGER NOT NULL,
                        claimedBy TEXT, failure TEXT, attempts INTEGER NOT NULL,
                        sealed BLOB NOT NULL, result BLOB
                    ) STRICT;
                    CREATE UNIQUE INDEX approval_live ON approval (digest) WHERE status IN ('pending', 'approved', 'executing');
                    CREATE INDEX approval_call ON approval (digest, createdAt);
                    CREATE INDEX approval_status ON approval (status, createdAt, id);
                    CREATE INDEX approval_age ON approval (createdAt, id);
                    CREATE INDEX approval_due ON approval (expiresAt) WHERE status IN ('pending', 'approved');
                    CREATE INDEX approval_user ON approval (user, createdAt);
                    -- How many wait, of each user and (under no name) of all: counting them would take longer the more there are. And how
                    -- many bytes are kept of all requests (no user is called so).
                    CREATE TABLE approval_waiting (user TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL) STRICT, WITHOUT ROWID;
                    CREATE TRIGGER approval_made AFTER INSERT ON approval WHEN new.status = 'pending' BEGIN
                        INSERT INTO approval_waiting VALUES ('', 1) ON CONFLICT (user) DO UPDATE SET n = n + 1;
                        INSERT INTO approval_waiting VALUES (new.user, 1) ON CONFLICT (user) DO UPDATE SET n = n + 1;
                    END;
                    CREATE TRIGGER approval_kept AFTER INSERT ON approval BEGIN
                        INSERT INTO approval_waiting VALUES ('#bytes', length(new.sealed))
                            ON CONFLICT (user) DO UPDATE SET n = n + length(new.sealed);
                    END;
                    CREATE TRIGGER approval_forgotten AFTER DELETE ON approval BEGIN
                        UPDATE approval_waiting SET n = n - length(old.sealed) WHERE user = '#bytes';
                    END;
                    CREATE TRIGGER approval_moved AFTER UPDATE OF status ON approval WHEN old.status = 'pending' AND new.status <> 'pending' BEGIN
                        UPDATE approval_waiting SET n = n - 1 WHERE user IN ('', old.user);
                        DELETE FROM approval_waiting WHERE user = old.user AND n <= 0;
                    END;
                    CREATE TRIGGER approval_gone AFTER DELETE ON approval WHEN old.status = 'pending' BEGIN
                        UPDATE approval_waiting SET n = n - 1 WHERE user IN ('', old.user);
                    END;
                    CREATE TABLE approval_decision (
                        approval TEXT NOT NULL REFERENCES approval (id) ON DELETE CASCADE,
                        number INTEGER NOT NULL, by TEXT NOT NULL, role TEXT NOT NULL, channel TEXT NOT NULL, approves INTEGER NOT NULL,
                        at INTEGER NOT NULL, reason TEXT,
                        PRIMARY KEY (approval, number)
                    ) STRICT, WITHOUT ROWID
                    """)
        }
    ]

    /// Where arguments and results are sealed.
    package static let sealedRecords = [
        SealedColumn("approvals", table: "approval", id: "id", column: "sealed", record: Approvals.record),
        SealedColumn("results of approved calls", table: "approval", id: "id", column: "result", record: Approvals.resultRecord),
    ]

    package func newest(_ digest: SHA256Digest) async throws -> StoredApproval? {
        try await pool.read { try SQLiteApprovalTransaction($0).newest(digest) }
    }

    package func find(_ id: String) async throws -> StoredApproval? {
        try await pool.read { try SQLiteApprovalTransaction($0).find(id) }
    }

    package func page(_ query: ApprovalFilter) async throws -> [StoredApproval] {
        var (sql, arguments) = Self.condition(query)
        if let after = query.after {
            sql += " AND (createdAt, id) > (?, ?)"
            arguments += [after.createdAt, after.id]
        }
        let text = "SELECT * FROM approval WHERE \(sql) ORDER BY createdAt, id LIMIT \(query.limit)"
        return try await pool.read { [arguments] db in
            let transaction = SQLiteApprovalTransaction(db)
            return try Row.fetchAll(db, sql: text, arguments: arguments).map(transaction.approval)
        }
    }

    package func count(_ query: ApprovalFilter) async throws -> Int {
        if query.status == .pending, query.server == nil {
            return try await pool.read { try SQLiteApprovalTransaction($0).pendingCount(of: query.user) }
        }
        let (sql, arguments) = Self.condition(query)
        return try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM approval WHERE \(sql)", arguments: arguments) ?? 0 }
    }

    package func pending(of users: Set<String>) async throws -> [String: Int] {
        try await pool.read { db in
            let transaction = SQLiteApprovalTransaction(db)
            return try Dictionary(uniqueKeysWithValues: users.map { ($0, try transaction.pendingCount(of: $0)) })
        }
    }

    private static func condition(_ query: ApprovalFilter) -> (String, StatementArguments) {
        var parts = ["1"]
        var arguments: StatementArguments = []
        for (column, value) in [("status", query.status?.rawValue), ("user", query.user), ("server", query.server)] {
            guard let value else { continue }
            parts.append("\(column) = ?")
            arguments += [value]
        }
        return (parts.joined(separator: " AND "), arguments)
    }

    package func change<Value: Sendable>(
        isDurable: Bool, _ body: @escaping @Sendable (any ApprovalTransaction) throws -> Value,
        committed: @escaping @Sendable (Value) -> Void
    ) async throws -> Value {
        let pool = self.pool
        // A task of its own, awaited at once: a caller that went away must not leave it open whether its change took place.
        return try await Task {
            try await pool.writeWithoutTransaction { db in
                let usual = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? 2
                // A claim that a power cut takes back would let the call run twice.
                if isDurable { try db.execute(sql: "PRAGMA synchronous = FULL") }
                defer { if isDurable { try? db.execute(sql: "PRAGMA synchronous = \(usual)") } }
                var value: Value?
                try db.inTransaction(.immediate) {
                    value = try body(SQLiteApprovalTransaction(db))
                    return .commit
                }
                guard let value else { throw ApprovalError("internal", "a change gave no result") }
                // Still on the one writer queue: the next change has not begun.
                committed(value)
                return value
            }
        }.value
    }
}
