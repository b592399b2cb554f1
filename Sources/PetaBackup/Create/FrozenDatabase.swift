import Glibc
package import GRDB
import GRDBSQLite
package import PetaStore

/// One moment of the database, read straight from its file while the gateway goes on writing.
///
/// For an instant, with the writer held back, every page of the write-ahead log is moved into the file and a read transaction is begun. A
/// checkpoint never writes past what a reader needs, so from then on the file is that moment, byte by byte, until the transaction ends:
/// what is written meanwhile stays in the log. Nothing is copied, no page cache but the system's is used, and no writer waits.
package struct FrozenDatabase {
    /// Answers questions about the moment.
    package let db: Database
    /// Size in bytes.
    package let size: Int64
    private let file: UnsafeMutablePointer<sqlite3_file>

    /// How long to go on trying while readers are in the way.
    private static let attempts = 1500
    /// Checkpoints that are tried while the writer waits: it waits some 20 ms at most.
    private static let looks = 20

    /// Runs `body` on one moment of a store's database, on a connection of its own. Blocks; never on an event loop.
    package static func with<Value>(
        _ store: Store, isInterrupted: () -> Bool = { false }, _ body: (FrozenDatabase) throws -> Value
    ) throws -> Value {
        var configuration = Configuration()
        configuration.label = "peta.backup"
        configuration.busyMode = .timeout(5)
        // The transaction begins inside of the writer's access and ends outside of it.
        configuration.allowsUnsafeTransactions = true
        configuration.prepareDatabase {
            try $0.execute(sql: "PRAGMA cache_size = -2000; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF")
        }
        do {
            let queue = try DatabaseQueue(path: store.pool.path, configuration: configuration)
            defer { try? queue.close() }
            return try queue.writeWithoutTransaction { db in
                try freeze(db, store, isInterrupted)
                defer { try? db.execute(sql: "ROLLBACK") }
                return try body(try FrozenDatabase(db))
            }
        } catch let error as DatabaseError {
            throw BackupError.database(reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }

    private init(_ db: Database) throws {
        self.db = db
        let page = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0
        let count = try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        size = page * count
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        let code = sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, &pointer)
        guard code == SQLITE_OK, let pointer, pointer.pointee.pMethods != nil else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
        file = pointer
    }

    /// Fills the buffer with what stands at `offset` of the file. All of it is inside of ``size``.
    package func read(_ buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        let code = file.pointee.pMethods.pointee.xRead(file, buffer.baseAddress, Int32(buffer.count), offset)
        guard code == SQLITE_OK else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "its file could not be read at byte \(offset)")
        }
    }

    private static func freeze(_ db: Database, _ store: Store, _ isInterrupted: () -> Bool) throws {
        guard let connection = db.sqliteConnection else { throw DatabaseError(resultCode: .SQLITE_MISUSE) }
        // A connection that has not read anything does not know that there is a write-ahead log.
        _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
        for _ in 0..<attempts {
            // Most of the way while everybody goes on.
            _ = isEmptied(connection)
            var isFrozen = false
            try store.pool.writeWithoutTransaction { writer in
                try writer.inTransaction(.immediate) {
                    for look in 0..<looks {
                        if look > 0 { poll(nil, 0, 1) }
                        guard isEmptied(connection) else { continue }
                        try db.execute(sql: "BEGIN")
                        _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema")
                        isFrozen = true
                        break
                    }
                    return .rollback
                }
            }
            if isFrozen { return }
            if isInterrupted() { throw BackupError.stopping }
            poll(nil, 0, 20)
        }
        throw BackupError.readersInTheWay
    }

    /// Whether all of the log is in the file now.
    private static func isEmptied(_ connection: OpaquePointer) -> Bool {
        var total: Int32 = -1
        var done: Int32 = -1
        let code = sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_PASSIVE, &total, &done)
        return code == SQLITE_OK && total >= 0 && total == done
    }
}
