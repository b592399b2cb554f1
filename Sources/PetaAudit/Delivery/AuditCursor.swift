import GRDB
import PetaStore

/// How far the log was delivered, kept in the database.
struct AuditCursor {
    let store: Store
    let name: String

    /// The number of the last record that was delivered. A new cursor stands at the present end: what was before can be exported.
    func load(at time: Int64) async throws -> Int64 {
        if let seq = try await store.read({ try find($0) }) { return seq }
        return try await store.write { db in
            if let seq = try find(db) { return seq }
            let last = try AuditRows.last(db)
            try save(last, time, db)
            return last
        }
    }

    func move(to seq: Int64, at time: Int64) async throws {
        try await store.write { db in try save(seq, time, db) }
    }

    private func find(_ db: Database) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT seq FROM audit_cursor WHERE name = ?", arguments: [name])
    }

    private func save(_ seq: Int64, _ time: Int64, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO audit_cursor(name, seq, updated_at) VALUES(?, ?, ?)", arguments: [name, seq, time])
    }
}
