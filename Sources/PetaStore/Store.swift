internal import Dispatch
package import GRDB
import Synchronization

/// The one SQLite database of a data directory: `<directory>/peta.db`, in WAL mode, held by one process at a time.
///
/// Reads run side by side on their own connections; there is one writer. ``readSync(_:)`` and ``writeSync(_:)`` block
/// their thread: never call them on an event loop.
package final class Store: Sendable {
    /// The connections, for what needs GRDB itself.
    package let pool: DatabasePool
    /// The directory, as given.
    package let directory: String
    private let lock: DirectoryLock
    private let isClosed = Mutex(false)

    /// Up to this many bytes the file is checked in full at each start; above it, on demand by ``check()``.
    /// The check reads every page, which would make starting with a long audit log take seconds.
    package static let checkedAtOpen = 64 << 20

    /// The write-ahead log keeps at most so many bytes of the disk when all of it is in the database.
    private static let keptLog = 256 << 20

    /// Opens the database, and creates directory and file when they are not there.
    ///
    /// - Parameters:
    ///   - directory: made with mode 0700, as is what is missing above it.
    ///   - migrations: the steps of all parts, in order; those that have not run yet are run, each in one transaction.
    ///   - durability: what a commit promises when the power fails.
    ///   - willCommit: called before each commit; throwing makes the commit fail. For tests of what happens then.
    ///   - beforeOpening: called with the directory locked and no file of it open: puts in order what was interrupted there.
    /// - Throws: ``StoreError``, and what `beforeOpening` throws.
    package init(
        directory: String, migrations: [Migration], durability: Durability = .normal,
        willCommit: (@Sendable () throws -> Void)? = nil, beforeOpening: (String) throws -> Void = { _ in }
    ) throws {
        try DataDirectory.prepare(directory)
        let path = directory + "/peta.db"
        let lock = try DirectoryLock(directory: directory)
        try beforeOpening(directory)
        try DataDirectory.prepareFile(path)
        let pool = try Self.openPool(path)
        do {
            try Self.setUp(pool, path: path, migrations: migrations, durability: durability)
        } catch {
            try? pool.close()
            throw error
        }
        if let willCommit { pool.add(transactionObserver: CommitHook(willCommit), extent: .databaseLifetime) }
        self.directory = directory
        self.lock = lock
        self.pool = pool
    }

    /// What tells this data directory from every other on the machine, over restarts.
    package var identity: String { lock.identity }

    /// Reads a consistent snapshot, off the caller's thread.
    package func read<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await pool.read(body)
    }

    /// Runs `body` in a transaction that is committed when it returns and rolled back when it throws.
    package func write<T: Sendable>(_ body: @escaping @Sendable (Database) throws -> T) async throws -> T {
        try await pool.write(body)
    }

    /// As ``read(_:)``, blocking: never on an event loop.
    package func readSync<T>(_ body: (Database) throws -> T) throws -> T {
        try pool.read(body)
    }

    /// As ``write(_:)``, blocking: never on an event loop.
    package func writeSync<T>(_ body: (Database) throws -> T) throws -> T {
        try pool.write(body)
    }

    /// Reads every page and checks that the database is whole. Takes about a second for each gigabyte.
    ///
    /// - Throws: ``StoreError/damaged(path:detail:)``.
    package func check() throws {
        try Self.quickCheck(pool, path: pool.path)
    }

    /// Closes the connections and gives the directory free. Do it when nothing else uses the store; again, it does nothing.
    ///
    /// - Throws: when a connection is still busy; the lock is kept then, and closing may be tried again.
    package func close() throws {
        try isClosed.withLock { closed in
            guard !closed else { return }
            // GRDB closes the writer before the readers, which may not checkpoint: the log would stay behind, and with it
            // whatever a copy of the database file alone then lacks. When this fails, the next start reads the log.
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            try pool.close()
            closed = true
        }
        lock.release()
    }
}

extension Store {
    private static func openPool(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "peta.store"
        // Above the default, libdispatch asks for a priority that only root gets, and complains on standard error.
        configuration.qos = .default
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF")
        }
        return try translating(path) { try DatabasePool(path: path, configuration: configuration) }
    }

    private static func setUp(_ pool: DatabasePool, path: String, migrations: [Migration], durability: Durability) throws {
        try translating(path) {
            // Only here: GRDB sets synchronous to NORMAL itself, after its prepareDatabase.
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = \(durability.synchronous)")
                // A checkpoint every 1,000 pages, the default, shows as pauses of about 10 ms in busy writing.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 16000")
                // A log that grew while a reader held it back, as a backup does, is cut to this when it begins anew.
                try db.execute(sql: "PRAGMA journal_size_limit = \(keptLog)")
            }
            if DataDirectory.size(path) <= checkedAtOpen { try quickCheck(pool, path: path) }
            try migrate(pool, migrations)
        }
    }

    private static func migrate(_ pool: DatabasePool, _ migrations: [Migration]) throws {
        var migrator = DatabaseMigrator()
        var known: Set<String> = []
        for migration in migrations {
            let step = migration.identifier
            guard known.insert(step).inserted else {
                throw StoreError.migrationFailed(step: step, reason: "it is listed twice")
            }
            migrator.registerMigration(step) { db in
                do {
                    try migration.apply(db)
                } catch {
                    throw StoreError.migrationFailed(step: step, reason: "\(error)")
                }
            }
        }
        let unknown = try pool.read { try migrator.appliedIdentifiers($0) }.subtracting(known)
        guard unknown.isEmpty else { throw StoreError.newerSchema(found: unknown.sorted()) }
        try migrator.migrate(pool)
    }

    private static func quickCheck(_ pool: DatabasePool, path: String) throws {
        let findings = try translating(path) { try pool.read { try String.fetchAll($0, sql: "PRAGMA quick_check(3)") } }
        guard findings == ["ok"] else { throw StoreError.damaged(path: path, detail: findings.joined(separator: "; ")) }
    }

    /// Turns SQLite's "this is not a database" and "this is broken" into ours.
    private static func translating<T>(_ path: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: throw StoreError.damaged(path: path, detail: error.message ?? "not a database")
            default: throw StoreError.cannotOpen(path: path, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
            }
        }
    }
}
