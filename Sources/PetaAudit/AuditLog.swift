import GRDB
package import Logging
package import PetaCrypto
package import PetaStore
import Synchronization

/// The audit log: a keyed chain of records in the database, written by one thread, before any answer is released.
///
/// Submitting is thread-safe and never blocks on the disk. What reads (``query(_:)``, ``tail(n:)``, ``verify()``) blocks.
package final class AuditLog: Sendable {
    /// What it needs in the database.
    package static let migrations = AuditSchema.migrations

    let store: Store
    let key: SecretBytes
    private let queue: AuditQueue
    let signal: CommitSignal
    private let watch: WALWatch
    private let writer: AuditWriter
    private let thread: WorkerThread
    private let checkpointer: Checkpointer
    private let lanes: [IntentLane]
    private let durability: Durability
    private let logger: Logger
    private let stopped = Mutex(false)

    /// Opens the log, recovers what a crash left in the intent ring, and starts the writer's thread. Blocks meanwhile.
    ///
    /// - Parameters:
    ///   - key: the key of the chain. With another key nothing that was written before can be verified.
    ///   - ringPath: the file of intents; replaced by a new one once what it held is in the log.
    ///   - durability: `full` syncs each commit.
    ///   - lanes: 1 to 256, one for each thread that forwards calls.
    ///   - bounds: how much may wait to be written.
    ///   - faults: for tests of what happens when the database fails.
    /// - Throws: the database's error, or ``IntentRingError``.
    package init(
        store: Store, key: SecretBytes, ringPath: String, durability: Durability, lanes: Int, bounds: AuditBounds = AuditBounds(),
        faults: AuditFaults? = nil, logger: Logger = Logger(label: "peta.audit")
    ) throws {
        self.store = store
        self.key = key
        self.logger = logger
        self.durability = durability
        let (committer, damage) = try AuditCommitter.open(store: store, key: key, faults: nil)
        if let damage {
            logger.critical("the audit log was changed from outside; see 'peta audit verify'", metadata: ["damage": "\(damage)"])
        }
        try Self.recover(ringPath, into: committer, store: store, logger: logger)
        let ring = try IntentRing(path: ringPath, lanes: lanes, headAtBoot: committer.head.seq)
        self.lanes = (0..<lanes).map { IntentLane(ring: ring, index: $0) }
        committer.faults = faults
        let queue = AuditQueue(bounds: bounds)
        let signal = CommitSignal(head: committer.head.seq)
        let watch = WALWatch()
        let writer = AuditWriter(store: store, committer: committer, queue: queue, signal: signal, watch: watch, logger: logger)
        (self.queue, self.signal, self.watch, self.writer) = (queue, signal, watch, writer)
        checkpointer = try Checkpointer(path: store.pool.path, watch: watch, logger: logger)
        do {
            // Here and not where the store opens: GRDB sets synchronous itself when it opens a connection.
            try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = \(durability.synchronous)") }
            thread = try WorkerThread(name: "audit-writer") { writer.run() }
        } catch {
            checkpointer.stop()
            committer.close()
            throw error
        }
        store.pool.writeWithoutTransaction { watch.install($0) }
    }

    deinit { stop() }

    /// Hands over a batch. Its completion is called on the writer's thread once it is committed or could not be, or right here
    /// when it is not taken because too much is waiting or the log is stopped. Thread-safe, never blocks on the disk.
    /// - Returns: false when it was not taken.
    @discardableResult
    package func submit(_ batch: AuditBatch) -> Bool {
        guard let refused = queue.push(batch) else { return true }
        batch.completion(.failure(refused))
        return false
    }

    /// Whether an answer may be released as soon as its record is in the journal. False where durability asks for a commit first,
    /// and while the writer cannot write or falls behind. Two atomic loads.
    /// - Parameter now: nanoseconds of the monotonic clock.
    package func journals(at now: Int64) -> Bool {
        durability == .journal && writer.isWritable && !queue.isBehind(at: MonotonicTime(nanoseconds: now))
    }

    /// Returns when everything that was submitted before is committed, or could not be.
    package func flush() async {
        await withCheckedContinuation { done in
            submit(AuditBatch(urgent: true) { _ in done.resume() })
        }
    }

    /// Commits one record and returns when that is done.
    ///
    /// - Throws: ``AuditFailure``.
    package func record(_ record: AuditRecord) async throws(AuditFailure) {
        let result = await withCheckedContinuation { continuation in
            let batch = AuditBatch { continuation.resume(returning: $0) }
            batch.append(record)
            submit(batch)
        }
        try result.get()
    }

    /// False from the first commit that failed until writing works again; meanwhile no call may be let in. One atomic load.
    package var isWritable: Bool { writer.isWritable }

    /// Why the last commit failed; nil while writing works.
    package var lastError: String? { writer.lastError }

    /// Records and bytes that are submitted but not committed.
    package var backlog: (records: Int, bytes: Int) { queue.load }

    /// The number of the last committed record.
    package var head: Int64 { signal.head }

    /// The intents of one thread, which becomes its owner. `i` is less than the number of lanes.
    package func lane(_ i: Int) -> IntentLane { lanes[i] }

    /// Ends the log: takes nothing more, writes what is queued, ends its threads. Blocks meanwhile.
    ///
    /// - Parameter milliseconds: how long it goes on trying when writing fails.
    ///
    /// Intents that are still down stay in their file, and become records at the next start unless their record is in the log.
    /// Call it before the store is closed and not from a completion. The second call does nothing.
    package func stop(within milliseconds: Int = 5000) {
        let first = stopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        guard first else { return }
        queue.stop(until: MonotonicTime.now().after(milliseconds: milliseconds))
        thread.join()
        store.pool.writeWithoutTransaction { watch.uninstall($0) }
        checkpointer.stop()
    }
}

extension AuditLog {
    /// The records that fit the filter. Scans, in bounded memory; blocks: never on an event loop.
    package func query(_ filter: AuditFilter) throws -> [StoredRecord] {
        try store.readSync { try AuditReader.query($0, filter) }
    }

    /// As ``query(_:)``, off the caller's thread, with everything that was submitted before.
    package func records(matching filter: AuditFilter) async throws -> [StoredRecord] {
        await flush()
        return try await store.read { try AuditReader.query($0, filter) }
    }

    /// Gives the records that fit to `body` one by one, off the caller's thread and with everything that was submitted before, until there
    /// were `limit` or it says false. All are of one moment, and none is held. ``AuditFilter/limit`` does not matter here.
    package func scan(
        _ filter: AuditFilter, limit: Int, _ body: @escaping @Sendable (StoredRecord) throws -> Bool
    ) async throws {
        await flush()
        try await store.read { try AuditReader.scan($0, filter, limit: limit, body) }
    }

    /// The record with this number, with everything that was submitted before.
    package func record(seq: Int64) async throws -> StoredRecord? {
        await flush()
        return try await store.read { try AuditReader.record($0, seq: seq) }
    }

    /// The record of a request, if it is among the newest ``searchDepth``. There is no index: it is looked for from the end.
    package func record(requestID: String) async throws -> StoredRecord? {
        await flush()
        return try await store.read { try AuditReader.record($0, requestID: requestID, depth: Self.searchDepth) }
    }

    /// How many records are looked through at most.
    package static let searchDepth: Int64 = 2_000_000

    /// The last `n` records in the order of the log. Blocks: never on an event loop.
    package func tail(n: Int) throws -> [StoredRecord] {
        var filter = AuditFilter()
        filter.limit = n
        return try query(filter).reversed()
    }

    /// Every record after `seq` (the present end when nil), then each one as it is committed, without gaps, until the log is
    /// stopped or the iterating task is cancelled. Holds a few hundred records at most, however slow the reader is.
    package func follow(after seq: Int64? = nil) -> AsyncStream<StoredRecord> {
        let follower = AuditFollower(store: store, signal: signal, after: seq ?? signal.head, logger: logger)
        return AsyncStream { await follower.next() }
    }

    /// Reads with the key of the chain, off the caller's thread.
    func reading<T: Sendable>(_ body: @escaping @Sendable (Database, SecretBytes) throws -> T) async throws -> T {
        try await store.read { [key] in try body($0, key) }
    }

    /// Checks the whole chain on one snapshot, in constant memory; about two seconds for a million records. Blocks.
    package func verify(against anchors: [AuditAnchor] = []) throws -> AuditVerification {
        try store.readSync { try AuditVerifier.verify($0, key: key, anchors: anchors) }
    }

    /// As ``verify(against:)``, off the caller's thread, with everything that was submitted before.
    package func verification(against anchors: [AuditAnchor] = []) async throws -> AuditVerification {
        await flush()
        return try await store.read { [key] in try AuditVerifier.verify($0, key: key, anchors: anchors) }
    }
}

extension AuditLog {
    /// How far a clock may have been set back while a call ran without its intent being recorded twice.
    private static let clockTolerance: Int64 = 60_000_000

    /// Commits the intents that the log has no record of. Done again after a crash in the middle, it adds nothing twice.
    private static func recover(_ path: String, into committer: AuditCommitter, store: Store, logger: Logger) throws {
        let recovery = IntentRecovery(path: path, logger: logger)
        if recovery.headAtBoot > committer.head.seq {
            logger.critical("the audit log ends before the last start of the gateway: an older database was put in its place")
        }
        let owed = recovery.owed
        guard let earliest = owed.map(\.time).min() else { return }
        let ids = Set(owed.compactMap(\.requestID))
        let known = try store.readSync { db in
            // A record's time is its intent's time, and the column is never before it.
            let first = max(recovery.headAtBoot + 1, try AuditRows.first(db, notBefore: earliest - clockTolerance))
            let last = try AuditRows.last(db)
            return first <= last ? try AuditReader.requestIDs(db, among: ids, in: first...last) : []
        }
        var seen = known
        let missing = owed.filter { record in record.requestID.map { seen.insert($0).inserted } ?? true }
        let batch = AuditBatch { _ in }
        for record in missing.sorted(by: { $0.time < $1.time }) { batch.append(record) }
        guard batch.count > 0 else { return }
        try committer.commit([batch])
        logger.warning("calls were on their way when the gateway ended", metadata: ["recorded": "\(batch.count)"])
    }
}
