import GRDB
import GRDBSQLite

/// Looks at a database file without taking it: also while a gateway uses it, also when none can be opened.
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
    /// - Throws: ``StoreError`` where the file cannot be read at all.
    package static func check(path: String, milliseconds: Int?) throws -> Outcome {
        let queue = try open(path)
        defer { try? queue.close() }
        do {
            let findings = try queue.read { db -> [String] in
                var deadline = Deadline(milliseconds)
                return try withUnsafeMutablePointer(to: &deadline) { pointer in
                    sqlite3_progress_handler(db.sqliteConnection, 2000, isOver, pointer)
                    defer { sqlite3_progress_handler(db.sqliteConnection, 0, nil, nil) }
                    return try String.fetchAll(db, sql: milliseconds == nil ? "PRAGMA integrity_check(3)" : "PRAGMA quick_check(3)")
                }
            }
            return findings == ["ok"] ? .whole : .damaged(findings.joined(separator: "; "))
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_INTERRUPT: return .unfinished
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: return .damaged(error.message ?? "not a database")
            default: throw StoreError.cannotOpen(path: path, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
            }
        }
    }

    /// Steps of the schema in the file that are not among these: a newer binary made them. Blocks.
    package static func unknownSteps(path: String, known: [Migration]) throws -> [String] {
        let queue = try open(path)
        defer { try? queue.close() }
        let applied = try queue.read { db in
            try db.tableExists("grdb_migrations") ? try String.fetchSet(db, sql: "SELECT identifier FROM grdb_migrations") : []
        }
        return applied.subtracting(known.map(\.identifier)).sorted()
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_NOTADB { throw StoreError.damaged(path: path, detail: error.message ?? "not a database") }
            throw StoreError.cannotOpen(path: path, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
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
