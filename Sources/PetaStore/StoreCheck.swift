package import GRDB
import GRDBSQLite

/// Looks at a database: one that is open, or a file without taking it, also when it cannot be opened for good.
package enum StoreCheck {
    /// What a look found.
    package enum Outcome: Sendable, Equatable {
        case whole
        case damaged(String)
        /// Time was over before everything was read.
        case unfinished
    }

    /// Reads pages and checks that they hang together, for at most so long; nil: to the end. Blocks.
    ///
    /// Over a connection of the store: one that is opened for this would keep its descriptor, since SQLite cannot close it while others
    /// hold locks.
    ///
    /// - Throws: ``StoreError`` where the file cannot be read at all.
    package static func check(_ store: Store, milliseconds: Int?) throws -> Outcome {
        try outcome(store.pool.path) { try store.readSync { try findings($0, milliseconds) } }
    }

    /// The same for a file that nobody has open.
    package static func check(path: String, milliseconds: Int?) throws -> Outcome {
        try outcome(path) { try read(path) { try findings($0, milliseconds) } }
    }

    /// Steps of the schema in the file that are not among these: a newer binary made them. Blocks.
    package static func unknownSteps(path: String, known: [Migration]) throws -> [String] {
        let applied = try read(path) { db in
            try db.tableExists("grdb_migrations") ? try String.fetchSet(db, sql: "SELECT identifier FROM grdb_migrations") : []
        }
        return applied.subtracting(known.map(\.identifier)).sorted()
    }

    /// Reads a file that nobody has open, and closes it. Blocks.
    package static func read<T>(_ path: String, _ body: (Database) throws -> T) throws -> T {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        let queue: DatabaseQueue
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_NOTADB { throw StoreError.damaged(path: path, detail: error.message ?? "not a database") }
            throw StoreError.cannotOpen(path: path, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
        defer { try? queue.close() }
        return try queue.read(body)
    }

    private static func findings(_ db: Database, _ milliseconds: Int?) throws -> [String] {
        var deadline = Deadline(milliseconds)
        return try withUnsafeMutablePointer(to: &deadline) { pointer in
            sqlite3_progress_handler(db.sqliteConnection, 2000, isOver, pointer)
            defer { sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
            return try String.fetchAll(db, sql: milliseconds == nil ? "PRAGMA integrity_check(3)" : "PRAGMA quick_check(3)")
        }
    }

    private static func outcome(_ path: String, _ body: () throws -> [String]) throws -> Outcome {
        do {
            let findings = try body()
            return findings == ["ok"] ? .whole : .damaged(findings.joined(separator: "; "))
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_INTERRUPT: return .unfinished
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: return .damaged(error.message ?? "not a database")
            default: throw StoreError.cannotOpen(path: path, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
            }
        }
    }

    private struct Deadline {
        let end: ContinuousClock.Instant?

        init(_ milliseconds: Int?) { end = milliseconds.map { .now + .milliseconds($0) } }
    }

    /// For SQLite, which asks now and then whether to go on.
    private static let isOver: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { pointer in
        guard let end = pointer?.assumingMemoryBound(to: Deadline.self).pointee.end else { return 0 }
        return ContinuousClock.now > end ? 1 : 0
    }
}
