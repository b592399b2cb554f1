internal import GRDB
package import PetaStore

/// ``PolicyStore`` on the one SQLite file.
package struct SQLitePolicyStore: PolicyStore {
    private let pool: DatabasePool

    /// Over a store that has run `migrations`.
    package init(_ store: Store) { pool = store.pool }

    /// The tables. A set is there as long as its last version is not `removed`; versions are never deleted, since the audit names them.
    package static let migrations: [Migration] = [
        Migration(part: "policy", name: "sets and their versions") { db in
            try db.execute(
                sql: """
                    CREATE TABLE policy_version (
                        name TEXT NOT NULL, version INTEGER NOT NULL CHECK (version > 0),
                        kind TEXT NOT NULL CHECK (kind IN ('applied', 'archived', 'removed')),
                        server TEXT, text TEXT NOT NULL, changedAt INTEGER NOT NULL, changedBy TEXT NOT NULL,
                        PRIMARY KEY (name, version)
                    ) STRICT, WITHOUT ROWID
                    """)
        }
    ]

    package func load() throws -> [PolicySetRecord] { try pool.read(Self.sets) }

    package func history(_ name: String) async throws -> [PolicyChange] {
        try await pool.read { db in
            try Row.fetchAll(db, sql: "SELECT \(Self.columns) FROM policy_version WHERE name = ? ORDER BY version DESC", arguments: [name])
                .map(Self.change)
        }
    }

    package func version(_ name: String, _ version: Int) async throws -> (change: PolicyChange, text: String)? {
        try await pool.read { db in
            try Row.fetchOne(
                db, sql: "SELECT \(Self.columns), text FROM policy_version WHERE name = ? AND version = ?", arguments: [name, version]
            ).map { (try Self.change($0), $0["text"]) }
        }
    }

    private static let columns = "version, kind, changedAt, changedBy, server, length(CAST(text AS BLOB)) AS bytes"

    private static func change(_ row: Row) throws -> PolicyChange {
        PolicyChange(
            version: row["version"], kind: try kind(row["kind"]), changedAt: row["changedAt"], changedBy: row["changedBy"],
            server: row["server"], bytes: row["bytes"])
    }

    package func change<Value: Sendable>(
        _ body: @escaping @Sendable ([PolicySetRecord], PolicyVersions) throws -> (Value, PolicyWrite?),
        committed: @escaping @Sendable ([PolicySetRecord]) throws -> Void
    ) async throws -> Value {
        let pool = self.pool
        // A task of its own, awaited at once: a caller that went away must not leave it open whether its change took place.
        return try await Task {
            try await pool.writeWithoutTransaction { db in
                var result: (Value, [PolicySetRecord])?
                try db.inTransaction(.immediate) {
                    let (value, write) = try body(try Self.sets(db)) { name in
                        try Int.fetchOne(db, sql: "SELECT max(version) FROM policy_version WHERE name = ?", arguments: [name]) ?? 0
                    }
                    if let write { try Self.insert(write, db) }
                    result = (value, try Self.sets(db))
                    return .commit
                }
                guard let result else { throw PolicyError("internal", "a change gave no result") }
                // Still on the one writer queue: the next change has not begun.
                try committed(result.1)
                return result.0
            }
        }.value
    }

    private static func insert(_ write: PolicyWrite, _ db: Database) throws {
        let change = write.change
        try db.execute(
            sql: "INSERT INTO policy_version (name, version, kind, server, text, changedAt, changedBy) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [write.name, change.version, change.kind.rawValue, change.server, write.text, change.changedAt, change.changedBy])
    }

    private static func sets(_ db: Database) throws -> [PolicySetRecord] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT name, version, kind, server, text, changedAt, changedBy FROM policy_version AS v
                WHERE kind <> 'removed' AND version = (SELECT max(version) FROM policy_version WHERE name = v.name) ORDER BY name
                """
        ).map { row in
            PolicySetRecord(
                name: row["name"], version: row["version"], status: try kind(row["kind"]) == .applied ? .active : .archived,
                server: row["server"], text: row["text"], changedAt: row["changedAt"], changedBy: row["changedBy"])
        }
    }

    /// A row that does not read is an error, never a guess: it might open what it should close.
    private static func kind(_ text: String) throws -> PolicyChange.Kind {
        guard let kind = PolicyChange.Kind(rawValue: text) else {
            throw PolicyError("internal", "a stored policy set has a state that this version does not know")
        }
        return kind
    }
}
