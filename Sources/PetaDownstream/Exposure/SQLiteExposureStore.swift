internal import GRDB
package import PetaStore
package import PetaWire

/// The settings in the gateway's database.
package struct SQLiteExposureStore: ExposureStore {
    private let pool: DatabasePool

    /// Over a store that has run `migrations`.
    package init(_ store: Store) { pool = store.pool }

    /// The table.
    package static let migrations: [Migration] = [
        Migration(part: "exposure", name: "what servers expose") { db in
            try db.execute(
                sql: """
                    CREATE TABLE server_exposure (
                        server TEXT NOT NULL,
                        kind TEXT NOT NULL CHECK (kind IN ('tool', 'prompt', 'resource')),
                        name TEXT NOT NULL,
                        exposed INTEGER NOT NULL CHECK (exposed IN (0, 1)),
                        danger TEXT CHECK (danger IN ('silent', 'notify', 'approval')),
                        PRIMARY KEY (server, kind, name)
                    ) STRICT, WITHOUT ROWID
                    """)
        }
    ]

    private static let columns = "server, kind, name, exposed, danger"

    package func all() async throws -> [ExposureSetting] {
        try await pool.read { db in
            try Row.fetchAll(db, sql: "SELECT \(Self.columns) FROM server_exposure").map(Self.setting)
        }
    }

    package func change(
        _ server: String, _ target: CapabilityName, limit: Int, _ body: @escaping @Sendable (inout ExposureSetting) -> Void,
        committed: @escaping @Sendable ([ExposureSetting]) -> Void
    ) async throws {
        try await write { db in
            let key: StatementArguments = [server, target.kind.rawValue, target.name]
            let found = try Row.fetchOne(
                db, sql: "SELECT \(Self.columns) FROM server_exposure WHERE server = ? AND kind = ? AND name = ?", arguments: key
            ).map(Self.setting)
            var setting = found ?? ExposureSetting(server: server, target: target)
            body(&setting)
            try db.execute(sql: "DELETE FROM server_exposure WHERE server = ? AND kind = ? AND name = ?", arguments: key)
            if !setting.isExposed || setting.danger != nil {
                let count =
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM server_exposure WHERE server = ?", arguments: [server]) ?? 0
                guard count < limit else {
                    throw ExposureError("failed", "there are already \(limit) settings of server '\(server)', which is the limit")
                }
                try db.execute(
                    sql: "INSERT INTO server_exposure (\(Self.columns)) VALUES (?, ?, ?, ?, ?)",
                    arguments: key + [setting.isExposed, setting.danger?.rawValue])
            }
            return try Row.fetchAll(
                db, sql: "SELECT \(Self.columns) FROM server_exposure WHERE server = ?", arguments: [server]
            ).map(Self.setting)
        } committed: {
            committed($0)
        }
    }

    package func remove(_ server: String, committed: @escaping @Sendable () -> Void) async throws {
        try await write {
            try $0.execute(sql: "DELETE FROM server_exposure WHERE server = ?", arguments: [server])
        } committed: {
            committed()
        }
    }

    /// In a task of its own, awaited at once: a caller that went away must not leave it open whether its change took place.
    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value, committed: @escaping @Sendable (Value) -> Void
    ) async throws {
        let pool = self.pool
        try await Task {
            try await pool.writeWithoutTransaction { db in
                var result: Value?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                // Still on the one writer queue: the next change has not begun.
                if let result { committed(result) }
            }
        }.value
    }

    /// A row that does not read is an error, never a guess: it might open what it should close.
    private static func setting(_ row: Row) throws -> ExposureSetting {
        let danger: String? = row[4]
        guard let kind = CapabilityKind(rawValue: row[1]), danger == nil || danger.flatMap(DangerLevel.init(rawValue:)) != nil else {
            throw ExposureError("internal", "a stored setting of a server is of a kind that this version does not know")
        }
        return ExposureSetting(
            server: row[0], target: CapabilityName(kind, row[2]), isExposed: row[3], danger: danger.flatMap(DangerLevel.init(rawValue:)))
    }
}
