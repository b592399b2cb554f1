import GRDB
import GRDBSQLite
import Logging
import PetaStore

/// Moves the write-ahead log into the database file beside the writer, on a thread and a connection of its own.
///
/// A passive checkpoint waits for nobody and nobody waits for it. What it cannot do while commits go on is
/// come to the very end; see ``finish(_:watch:)``.
final class Checkpointer: Sendable {
    private let watch: WALWatch
    private let thread: WorkerThread

    /// - Throws: when the connection or the thread cannot be had.
    init(path: String, watch: WALWatch, logger: Logger) throws {
        let connection = try Connection(path: path)
        self.watch = watch
        thread = try WorkerThread(name: "audit-chkpt") {
            while watch.waitUntilDue() {
                let (total, done) = Self.checkpoint(connection.handle)
                watch.checkpointed(total: total, done: done)
                logger.trace("checkpoint", metadata: ["pages": "\(total)", "moved": "\(done)"])
            }
        }
    }

    /// Ends the thread and waits for it.
    func stop() {
        watch.stop()
        thread.join()
    }

    /// On the writer's thread, between two commits: moves the little that the checkpoints beside it left over, so that the
    /// next commit begins the log anew. Passive too: a reader with an old snapshot makes it do less, never wait.
    static func finish(_ db: Database, watch: WALWatch) {
        guard let handle = db.sqliteConnection else { return }
        let (total, done) = checkpoint(handle)
        watch.checkpointed(total: total, done: done, byWriter: true)
    }

    private static func checkpoint(_ handle: OpaquePointer) -> (total: Int, done: Int) {
        var total: Int32 = -1
        var done: Int32 = -1
        // An error (busy: another checkpoint is at it) leaves both at -1; the watch asks again later.
        sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_PASSIVE, &total, &done)
        return (Int(total), Int(done))
    }

    /// Closed when the thread that uses it is gone.
    // Sendable: used by the checkpointer's thread alone after it was opened.
    private final class Connection: @unchecked Sendable {
        let handle: OpaquePointer

        init(path: String) throws {
            var handle: OpaquePointer?
            var code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
            // A connection that has not read anything does not know that there is a write-ahead log.
            if code == SQLITE_OK { code = sqlite3_exec(handle, "SELECT 1 FROM sqlite_schema", nil, nil, nil) }
            guard code == SQLITE_OK, let handle else {
                sqlite3_close_v2(handle)
                throw DatabaseError(resultCode: ResultCode(rawValue: code))
            }
            self.handle = handle
        }

        deinit { sqlite3_close_v2(handle) }
    }
}
