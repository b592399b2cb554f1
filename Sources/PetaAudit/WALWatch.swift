import GRDB
import GRDBSQLite

/// Knows how long the write-ahead log is, and when somebody should checkpoint.
///
/// SQLite calls the hook on the write connection after each commit, whoever made it. Setting it also turns SQLite's own
/// automatic checkpoint off, which would stall the commit that happens to cross its limit.
// Sendable: the mutable state is touched only inside of the monitor.
package final class WALWatch: @unchecked Sendable {
    /// A checkpoint beside the writer is due each time the log grew by so many pages: 8 MiB.
    package static let step = 2048
    /// Above so many pages (64 MiB) the writer itself finishes a checkpoint, since a log that is written
    /// all the time never comes to the point where it may begin anew.
    package static let limit = 16_384

    private let monitor = Monitor()
    private var pages = 0
    private var dueAt = WALWatch.step
    private var finishDue = false
    private var stopped = false

    /// A log of no pages.
    package init() {}

    /// Begins to watch. Undo it with ``uninstall(_:)`` before the connection or the watch goes away.
    func install(_ db: Database) {
        guard let connection = db.sqliteConnection else { return }
        sqlite3_wal_hook(
            connection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<WALWatch>.fromOpaque(context).takeUnretainedValue().committed(pages: Int(pages))
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Gives the connection SQLite's own automatic checkpoint back.
    func uninstall(_ db: Database) {
        guard let connection = db.sqliteConnection else { return }
        sqlite3_wal_autocheckpoint(connection, 1000)
    }

    /// Blocks until a checkpoint is due; false once stopped.
    func waitUntilDue() -> Bool {
        monitor.locked {
            while !stopped, pages < dueAt { _ = monitor.wait(until: nil) }
            return !stopped
        }
    }

    /// A checkpoint moved `done` of `total` pages into the database. Total is -1 when it could not run.
    ///
    /// One of the writer asks for no other of the writer: while a reader holds the log back, each commit would pay for one.
    package func checkpointed(total: Int, done: Int, byWriter: Bool = false) {
        monitor.locked {
            // When all is moved, the next commit begins the log anew, unless a reader still needs it: committed(pages:) sees which.
            dueAt = max(pages, total) + Self.step
            finishDue = !byWriter && pages > Self.limit && (done < total || pages > total)
        }
    }

    /// Whether the writer should finish what the checkpointer could not; asked between two commits, and true once.
    package func takeFinishDue() -> Bool {
        monitor.locked {
            defer { finishDue = false }
            return finishDue
        }
    }

    /// Ends ``waitUntilDue()``.
    func stop() {
        monitor.locked { stopped = true }
        monitor.signal()
    }

    /// A commit left the log so long.
    package func committed(pages: Int) {
        let wake = monitor.locked {
            if pages < self.pages { dueAt = Self.step }
            self.pages = pages
            return pages >= dueAt
        }
        if wake { monitor.signal() }
    }

    /// Whether a checkpoint beside the writer is due.
    package var isDue: Bool { monitor.locked { pages >= dueAt } }
}
