import Foundation
import GRDB
import Glibc
package import PetaAdminAPI
package import PetaCrypto
package import PetaStore
import Synchronization

/// Makes backups of a running gateway, one at a time, and remembers those that were made.
package final class Backups: Sendable {
    /// The table of what was made.
    package static let migrations = BackupHistory.migrations

    private let store: Store
    private let context: BackupContext
    private let bounds: BackupBounds
    private let history: BackupHistory
    private let running = Mutex<BackupRun?>(nil)

    package init(store: Store, context: BackupContext, bounds: BackupBounds = BackupBounds()) {
        self.store = store
        self.context = context
        self.bounds = bounds
        history = BackupHistory(store: store)
    }

    /// Begins one. Whoever asked reads it with ``BackupRun/next()`` and ends it with ``settle(_:_:)``, whatever becomes of it.
    ///
    /// What other parts hold back from the database they must have written before.
    package func begin(passphrase: SecretBytes, uid: UInt32) throws -> BackupRun {
        guard passphrase.count >= BackupError.shortestPassphrase else { throw BackupError.shortPassphrase }
        let pipe = BackupPipe(places: bounds.places, stallSeconds: bounds.stallSeconds)
        let run = BackupRun(id: "bk_" + Self.identifier(), startedAt: context.clock(), uid: uid, pipe: pipe)
        try running.withLock { running in
            guard running == nil else { throw BackupError.busy }
            running = run
        }
        let thread = Thread { [self] in
            // Of this thread alone, on Linux.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, bounds.nice)
            let outcome = make(run, passphrase)
            // Whoever asked may never come for it.
            running.withLock { $0 = nil }
            run.finish(outcome)
        }
        thread.name = "backup"
        thread.start()
        return run
    }

    /// About how many bytes a backup has now.
    package var estimate: Int64 { Self.size(store.pool.path) }

    /// Ends one, and keeps what came of it. Returns when the database is let go.
    package func settle(_ run: BackupRun, _ error: (any Error)?) async throws -> BackupEntry {
        run.cancel(.abandoned)
        await run.ended()
        var entry = run.entry
        entry.endedAt = context.clock()
        if let result = run.result, error == nil {
            entry.state = "done"
            entry.bytes = result.bytes
            entry.sha256 = result.sha256
        } else {
            entry.state = "failed"
            entry.error = (error as? any OperatorError)?.message ?? "the connection of whoever asked for it was lost"
        }
        try await history.add(entry)
        return entry
    }

    /// Those that were made, the newest first; in front the one that is being made.
    package func entries() async throws -> [BackupEntry] {
        let now = running.withLock { $0 }?.entry
        let past = try await history.all()
        return (now.map { [$0] } ?? []).filter { one in !past.contains { $0.id == one.id } } + past
    }

    /// Ends the one that is being made, and returns when the database is let go.
    package func stop(_ reason: BackupError = .stopping) async {
        guard let run = running.withLock({ $0 }) else { return }
        run.cancel(reason)
        await run.ended()
    }

    private static func identifier() -> String { Random.bytes(8).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
}

extension Backups {
    /// On the backup's thread.
    private func make(_ run: BackupRun, _ passphrase: SecretBytes) -> Result<BackupRun.Result, BackupError> {
        do {
            let sealer = try BackupSealer(passphrase: passphrase)
            return .success(
                try FrozenDatabase.with(store) { frozen in
                    run.learn(databaseBytes: frozen.size)
                    try run.put(sealer.beginning())
                    let manifest = try AdminJSON.encode(try manifest(frozen, run))
                    try run.put(try manifest.withUnsafeBytes { try sealer.chunk(.manifest, $0) })
                    try run.put(try context.keys(frozen.db).withUnsafeBytes { try sealer.chunk(.keys, $0) })
                    try stream(frozen, run, sealer)
                    let end = try sealer.end()
                    return BackupRun.Result(last: end.chunk, bytes: sealer.bytes, databaseBytes: frozen.size, sha256: end.sha256)
                })
        } catch let error as BackupError {
            return .failure(error)
        } catch let error as any OperatorError {
            return .failure(.database(reason: error.message))
        } catch let error as DatabaseError {
            return .failure(.database(reason: error.message ?? "SQLite error \(error.resultCode.rawValue)"))
        } catch {
            return .failure(.database(reason: "\(error)"))
        }
    }

    private func stream(_ frozen: FrozenDatabase, _ run: BackupRun, _ sealer: BackupSealer) throws {
        let log = store.pool.path + "-wal"
        let longest = max(Self.size(log), bounds.logBytes)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: sealer.header.chunkSize, alignment: 4096)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        var courtesy = Courtesy()
        while offset < frozen.size {
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(min(Int64(buffer.count), frozen.size - offset))])
            try frozen.read(piece, at: offset)
            try run.put(try sealer.chunk(.database, UnsafeRawBufferPointer(piece)))
            offset += Int64(piece.count)
            let now = Self.size(log)
            guard now <= longest else { throw BackupError.logTooLong(bytes: now) }
            // Whoever waits too long lets the log grow, which it holds back.
            if bounds.nice > 0, now < longest / 4 { courtesy.pause() }
        }
    }

    private func manifest(_ frozen: FrozenDatabase, _ run: BackupRun) throws -> BackupManifest {
        let facts = try context.facts(frozen.db)
        var rows: [String: Int] = [:]
        for name in try String.fetchAll(frozen.db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        where !facts.uncounted.contains(name) {
            rows[name] = try Int.fetchOne(frozen.db, sql: "SELECT count(*) FROM \"\(name)\"")
        }
        return BackupManifest(
            id: run.id, createdAt: context.clock(), petaVersion: facts.petaVersion, host: facts.host, dataDirectory: store.directory,
            instance: facts.instance, schema: try Store.steps(frozen.db), audit: facts.audit, tables: rows, databaseBytes: frozen.size)
    }

    private static func size(_ path: String) -> Int64 {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_size) : 0
    }
}
