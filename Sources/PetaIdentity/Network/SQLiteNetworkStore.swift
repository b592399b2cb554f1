import Foundation
import GRDB
package import PetaStore
import PetaWire

/// The address list in the one SQLite file.
package struct SQLiteNetworkStore: Sendable {
    /// Everything that is stored.
    struct State: Sendable {
        var mode: NetworkMode
        var entries: [NetworkEntry]
    }

    private let pool: DatabasePool

    init(_ store: Store) { pool = store.pool }

    /// The tables. The list for all has the workspace ''.
    package static let migrations: [Migration] = [
        Migration(part: "network", name: "address list") { db in
            try db.execute(
                sql: """
                    CREATE TABLE network_entry (
                        workspace TEXT NOT NULL, range TEXT NOT NULL, note TEXT NOT NULL, createdAt INTEGER NOT NULL,
                        createdBy TEXT NOT NULL, PRIMARY KEY (workspace, range)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE network_mode (
                        only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
                        mode TEXT NOT NULL CHECK (mode IN ('off', 'report', 'enforce'))
                    ) STRICT;
                    INSERT INTO network_mode (only, mode) VALUES (1, 'off');
                    """)
        }
    ]

    func load() throws -> State { try pool.read(Self.state) }

    /// Runs `body` in one transaction and stores what is different. `committed` runs after the commit and before the next change starts.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (inout State) throws -> Value, committed: @escaping @Sendable (State) -> Void
    ) async throws -> Value {
        let pool = self.pool
        // A task of its own, awaited at once: a caller that went away must not leave it open whether its change took place.
        return try await Task {
            try await pool.writeWithoutTransaction { db in
                var result: (Value, State)?
                try db.inTransaction(.immediate) {
                    let before = try Self.state(db)
                    var after = before
                    let value = try body(&after)
                    try Self.store(after, instead: before, db)
                    result = (value, after)
                    return .commit
                }
                guard let result else { throw IdentityError("internal", "a change gave no result") }
                committed(result.1)
                return result.0
            }
        }.value
    }

    private static func store(_ after: State, instead before: State, _ db: Database) throws {
        if after.mode != before.mode {
            try db.execute(sql: "UPDATE network_mode SET mode = ? WHERE only = 1", arguments: [after.mode.rawValue])
        }
        guard after.entries != before.entries else { return }
        func key(_ entry: NetworkEntry) -> String { (entry.workspace ?? "") + " \(entry.range)" }
        let kept = Dictionary(after.entries.map { (key($0), $0) }) { first, _ in first }
        for entry in before.entries where kept[key(entry)] == nil {
            try db.execute(
                sql: "DELETE FROM network_entry WHERE workspace = ? AND range = ?",
                arguments: [entry.workspace ?? "", entry.range.description])
        }
        let known = Dictionary(before.entries.map { (key($0), $0) }) { first, _ in first }
        for entry in after.entries where known[key(entry)] != entry {
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO network_entry (workspace, range, note, createdAt, createdBy) VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    entry.workspace ?? "", entry.range.description, entry.note, IdentityRow.stored(entry.createdAt), entry.createdBy,
                ])
        }
    }

    private static func state(_ db: Database) throws -> State {
        guard let text = try String.fetchOne(db, sql: "SELECT mode FROM network_mode"), let mode = NetworkMode(rawValue: text) else {
            throw IdentityError("internal", "the stored mode of the address list is one that this version does not know")
        }
        let entries = try Row.fetchAll(
            db, sql: "SELECT workspace, range, note, createdAt, createdBy FROM network_entry ORDER BY workspace, createdAt, range"
        ).map { row in
            let workspace: String = row[0]
            guard let range = AddressRange(row[1] as String) else {
                throw IdentityError("internal", "a stored range of the address list cannot be read")
            }
            return NetworkEntry(
                range: range, workspace: workspace.isEmpty ? nil : workspace, note: row[2], createdAt: IdentityRow.date(row[3]),
                createdBy: row[4])
        }
        return State(mode: mode, entries: entries)
    }
}
