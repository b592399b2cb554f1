import Foundation
package import GRDB
import GRDBSQLite
package import PetaStore

/// Looks through a database file that nobody has open, as a restored one.
package enum BackupContent {
    /// Checks that it is whole and that these migrations can go on with it; then lets `inspect` look at it. Gives the steps that it lacks.
    package static func check(
        _ path: String, migrations: [Migration], isInterrupted: @escaping @Sendable () -> Bool, _ inspect: (Database) throws -> Void
    ) throws -> Int {
        var configuration = Configuration()
        configuration.label = "peta.backup.check"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -8000; PRAGMA trusted_schema = OFF")
            Interruption(isInterrupted).install(db)
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { db in
                let findings = try String.fetchAll(db, sql: "PRAGMA integrity_check(3)")
                guard findings == ["ok"] else { throw BackupError.badContent(findings.joined(separator: "; ")) }
                let steps = try Store.steps(db)
                let unknown = Store.unknown(steps, to: migrations)
                guard unknown.isEmpty else { throw BackupError.newerSchema(unknown) }
                try inspect(db)
                return migrations.count - steps.count
            }
        } catch let error as DatabaseError {
            let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
            switch error.resultCode {
            case .SQLITE_INTERRUPT: throw CancellationError()
            // It is the disk that it is looked at on, not what was backed up.
            case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
                throw BackupError.cannotWrite(path: path, reason: reason)
            case .SQLITE_NOMEM: throw BackupError.database(reason: reason)
            default: throw BackupError.badContent(reason)
            }
        }
    }

    /// Asks now and then, while a statement runs, whether it is to go on.
    private final class Interruption {
        private let isInterrupted: @Sendable () -> Bool

        init(_ isInterrupted: @escaping @Sendable () -> Bool) { self.isInterrupted = isInterrupted }

        /// Lives as long as the process: a connection is opened for one command alone.
        func install(_ db: Database) {
            sqlite3_progress_handler(
                db.sqliteConnection, 1000,
                { context in
                    guard let context else { return 0 }
                    return Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue().isInterrupted() ? 1 : 0
                }, Unmanaged.passRetained(self).toOpaque())
        }
    }
}
