import GRDB
import GRDBSQLite
import PetaCrypto

/// The writer's prepared statements, on the pool's write connection.
///
/// GRDB's own statements cost several times as much for each row. BEGIN and COMMIT stay GRDB's, since it follows transactions.
/// Use it, and ``finalize()`` it, only inside of the pool's write access.
struct AuditStatements {
    private let connection: OpaquePointer
    private let insertRow: OpaquePointer
    private let updateState: OpaquePointer

    init(_ db: Database) throws {
        guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
        self.connection = connection
        let insertRow = try Self.prepare(connection, "INSERT INTO audit(seq, time, record, mac) VALUES(?, ?, ?, ?)")
        do {
            updateState = try Self.prepare(
                connection, "INSERT OR REPLACE INTO audit_state(id, seq, time, lag, head, mac) VALUES(1, ?, ?, ?, ?, ?)")
        } catch {
            sqlite3_finalize(insertRow)
            throw error
        }
        self.insertRow = insertRow
    }

    /// Adds one row. The bytes are bound where they lie: the statement is done with them when this returns.
    func insert(seq: Int64, time: Int64, record: UnsafeRawBufferPointer, mac: SHA256Digest) throws {
        try mac.withUnsafeBytes { mac in
            sqlite3_bind_int64(insertRow, 1, seq)
            sqlite3_bind_int64(insertRow, 2, time)
            sqlite3_bind_blob(insertRow, 3, record.baseAddress, Int32(record.count), nil)
            sqlite3_bind_blob(insertRow, 4, mac.baseAddress, Int32(mac.count), nil)
            try run(insertRow)
        }
    }

    /// Writes the one state row.
    func setState(_ head: AuditHead, seal: SHA256Digest) throws {
        try head.mac.withUnsafeBytes { mac in
            try seal.withUnsafeBytes { seal in
                sqlite3_bind_int64(updateState, 1, head.seq)
                sqlite3_bind_int64(updateState, 2, head.time)
                sqlite3_bind_int64(updateState, 3, head.lag)
                sqlite3_bind_blob(updateState, 4, mac.baseAddress, Int32(mac.count), nil)
                sqlite3_bind_blob(updateState, 5, seal.baseAddress, Int32(seal.count), nil)
                try run(updateState)
            }
        }
    }

    /// Without this the connection cannot be closed.
    func finalize() {
        sqlite3_finalize(insertRow)
        sqlite3_finalize(updateState)
    }

    private func run(_ statement: OpaquePointer) throws {
        let code = sqlite3_step(statement)
        guard code != SQLITE_DONE else {
            sqlite3_reset(statement)
            return
        }
        let error = DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
        sqlite3_reset(statement)
        throw error
    }

    private static func prepare(_ connection: OpaquePointer, _ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
        }
        return statement
    }
}
