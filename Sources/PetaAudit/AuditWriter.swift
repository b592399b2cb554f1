import GRDB
import Logging
import PetaStore
import Synchronization

/// The one thread that writes the log.
///
/// It takes whatever is queued, commits it as one transaction and tells the submitters. While a commit runs more is queued,
/// so that batches grow by themselves with the load.
final class AuditWriter: Sendable {
    /// How long to wait before writing is tried again, unless something is submitted before.
    static let retryMilliseconds = 500

    private let store: Store
    private let committer: AuditCommitter
    private let queue: AuditQueue
    private let signal: CommitSignal
    private let watch: WALWatch
    private let logger: Logger
    private let writable = Atomic<Bool>(true)
    private let failure = Mutex<String?>(nil)

    init(store: Store, committer: AuditCommitter, queue: AuditQueue, signal: CommitSignal, watch: WALWatch, logger: Logger) {
        self.store = store
        self.committer = committer
        self.queue = queue
        self.signal = signal
        self.watch = watch
        self.logger = logger
    }

    /// False from the first commit that failed until one works again.
    var isWritable: Bool { writable.load(ordering: .acquiring) }

    /// Why the last commit failed; nil while writing works.
    var lastError: String? { failure.withLock { $0 } }

    /// The thread's life: returns when the queue is stopped and everything is written, or cannot be in time.
    func run() {
        var taken: [AuditBatch] = []
        var kept: [AuditBatch] = []
        var retryAt: MonotonicTime?
        while true {
            let wake = queue.take(into: &taken, deadline: retryAt)
            if !taken.isEmpty || !kept.isEmpty {
                attempt(&taken, &kept)
                retryAt = kept.isEmpty ? nil : MonotonicTime.now().after(milliseconds: Self.retryMilliseconds)
            } else if wake == .stop {
                break
            }
            guard !kept.isEmpty, let end = queue.end else { continue }
            if MonotonicTime.now() >= end {
                _ = queue.take(into: &taken, deadline: end)
                for batch in taken { batch.completion(.failure(.stopped)) }
                logger.critical("records could not be written before the end", metadata: ["batches": "\(kept.count + taken.count)"])
                break
            }
            retryAt = retryAt.map { min($0, end) }
        }
        committer.close()
        signal.stop()
    }

    private func attempt(_ taken: inout [AuditBatch], _ kept: inout [AuditBatch]) {
        // Whoever only waits for those before is told what became of them, and is nothing to keep.
        let waiting = taken.filter { $0.count == 0 }
        if !waiting.isEmpty { taken.removeAll { $0.count == 0 } }
        defer {
            let result: Result<Void, AuditFailure> = kept.isEmpty ? .success(()) : .failure(.notCommitted(reason: lastError ?? ""))
            for batch in waiting { batch.completion(result) }
        }
        if taken.isEmpty, kept.isEmpty { return queue.caughtUp() }
        do {
            let standing = try committer.settleDoubt()
            finish(kept.prefix(standing)) { $0.written?() }
            kept.removeFirst(standing)
            if kept.isEmpty, !taken.isEmpty { try committer.commit(taken) } else { try committer.commit(kept + taken) }
        } catch {
            failed(error, &taken, &kept)
            return
        }
        queue.caughtUp()
        signal.publish(head: committer.head.seq)
        if !writable.load(ordering: .relaxed) {
            failure.withLock { $0 = nil }
            writable.store(true, ordering: .releasing)
            logger.notice("the audit log can be written again")
        }
        finish(kept[...]) { $0.written?() }
        finish(taken[...]) { $0.completion(.success(())) }
        kept.removeAll()
        taken.removeAll(keepingCapacity: true)
        if watch.takeFinishDue() { store.pool.writeWithoutTransaction { Checkpointer.finish($0, watch: watch) } }
    }

    /// Nobody may take an answer for recorded: first the switch, then the answers' owners, and the records stay.
    private func failed(_ error: any Error, _ taken: inout [AuditBatch], _ kept: inout [AuditBatch]) {
        let reason = Self.text(of: error)
        failure.withLock { $0 = reason }
        if writable.exchange(false, ordering: .acquiringAndReleasing) {
            logger.error("the audit log cannot be written; calls are refused", metadata: ["reason": "\(reason)"])
        }
        for batch in taken { batch.completion(.failure(.notCommitted(reason: reason))) }
        kept.append(contentsOf: taken)
        taken.removeAll(keepingCapacity: true)
    }

    private func finish(_ batches: ArraySlice<AuditBatch>, _ tell: (AuditBatch) -> Void) {
        if batches.isEmpty { return }
        queue.release(batches)
        for batch in batches { tell(batch) }
    }

    static func text(of error: any Error) -> String {
        switch error {
        case let error as DatabaseError: error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        case let error as any OperatorError: error.message
        default: "\(error)"
        }
    }
}
