import GRDB
import GRDBSQLite

/// Steps over rows of the log without copying them.
enum AuditRows {
    /// One row; the bytes are valid until the next step.
    struct Row {
        let seq: Int64
        let time: Int64
        let record: UnsafeRawBufferPointer
        let mac: UnsafeRawBufferPointer
    }

    /// Calls `body` with each row whose number lies in `range`, until it returns false.
    static func scan(
        _ db: Database, in range: ClosedRange<Int64>, order: AuditFilter.Order = .oldestFirst, _ body: (Row) throws -> Bool
    ) throws {
        let direction = order == .newestFirst ? "DESC" : "ASC"
        let sql = "SELECT seq, time, record, mac FROM audit WHERE seq BETWEEN ? AND ? ORDER BY seq \(direction)"
        guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &prepared, nil) == SQLITE_OK, let statement = prepared else {
            throw error(connection)
        }
        defer { sqlite3_finalize(statement) }
        sqlite3_bind_int64(statement, 1, range.lowerBound)
        sqlite3_bind_int64(statement, 2, range.upperBound)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                let row = Row(
                    seq: sqlite3_column_int64(statement, 0), time: sqlite3_column_int64(statement, 1),
                    record: blob(statement, 2), mac: blob(statement, 3))
                guard try body(row) else { return }
            case SQLITE_DONE: return
            default: throw error(connection)
            }
        }
    }

    /// The last number in the log; 0 when it is empty.
    static func last(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT max(seq) FROM audit") ?? 0
    }

    /// The first number whose time is not before `time`, or one more than the last. A binary search: the column never falls.
    static func first(_ db: Database, notBefore time: Int64) throws -> Int64 {
        let probe = try db.cachedStatement(sql: "SELECT seq, time FROM audit WHERE seq >= ? ORDER BY seq LIMIT 1")
        var low = try Int64.fetchOne(db, sql: "SELECT min(seq) FROM audit") ?? 1
        var high = try last(db) + 1
        while low < high {
            let middle = low + (high - low) / 2
            guard let row = try GRDB.Row.fetchOne(probe, arguments: [middle]) else {
                high = middle
                continue
            }
            let found: Int64 = row["time"]
            if found < time { low = row["seq"] + 1 } else { high = middle }
        }
        return low
    }

    private static func blob(_ statement: OpaquePointer, _ column: Int32) -> UnsafeRawBufferPointer {
        // The pointer first: SQLite says that asking for the length may then not move it.
        let bytes = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column)))
    }

    private static func error(_ connection: OpaquePointer) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)), message: String(cString: sqlite3_errmsg(connection)))
    }
}
