import GRDB
import Logging
import PetaStore

/// One who follows the log: reads it by number whenever a commit has made it longer.
///
/// The writer never waits for a follower and a slow one loses nothing, since what it has not read yet stays where it is.
actor AuditFollower {
    /// The most records held at once.
    static let page = 256

    private let store: Store
    private let signal: CommitSignal
    private let logger: Logger
    private var last: Int64
    private var buffer: ArraySlice<StoredRecord> = []

    init(store: Store, signal: CommitSignal, after seq: Int64, logger: Logger) {
        self.store = store
        self.signal = signal
        self.logger = logger
        last = seq
    }

    /// The next record; nil when the log was stopped and is read to its end, when the task is cancelled, or when it cannot be read.
    func next() async -> StoredRecord? {
        while true {
            if let record = buffer.popFirst() { return record }
            if Task.isCancelled { return nil }
            // Asked before reading: what is committed after this makes the wait below return at once.
            let stopped = signal.isStopped
            let head = signal.head
            do {
                buffer = try await read()[...]
            } catch {
                if !Task.isCancelled { logger.warning("a follower cannot read the audit log", metadata: ["error": "\(error)"]) }
                return nil
            }
            if !buffer.isEmpty { continue }
            if stopped { return nil }
            // Never below the head: rows that somebody removed must not make this spin.
            await signal.wait(beyond: max(last, head))
        }
    }

    private func read() async throws -> [StoredRecord] {
        var filter = AuditFilter()
        filter.afterSeq = last
        filter.limit = Self.page
        filter.order = .oldestFirst
        let records = try await store.read { [filter] db in try AuditReader.query(db, filter) }
        if let newest = records.last { last = max(last, newest.seq) }
        return records
    }
}
