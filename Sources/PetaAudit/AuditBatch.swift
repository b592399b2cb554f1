/// Records that are committed together and whose fate is told once.
///
/// Filled by one thread, then handed to ``AuditLog/submit(_:)`` and not touched again by whoever filled it. Encoding happens in
/// ``append(_:)``, on the caller's thread: the writer only copies bytes.
// Sendable by handover: one thread at a time holds it, and the queue's lock orders the two.
package final class AuditBatch: @unchecked Sendable {
    struct Entry {
        let end: Int
        let time: Int64
    }

    /// How many records there are.
    package var count: Int { entries.count }

    /// Whether somebody waits for the commit. One whose records are all in the journal can gather company first.
    package private(set) var isUrgent: Bool

    /// Whether slots of the intent ring stay taken until it is committed. The ring bounds such batches, so that none is refused for its size:
    /// nobody else would ever release the slots.
    package var holdsSlots = false

    private(set) var entries: ContiguousArray<Entry> = []
    private var storage: UnsafeMutableRawBufferPointer
    private(set) var size = 0
    let completion: @Sendable (Result<Void, AuditFailure>) -> Void
    let written: (@Sendable () -> Void)?

    /// - Parameters:
    ///   - urgent: somebody waits for it even if it is empty.
    ///   - completion: called exactly once, on the writer's thread (on the submitter's when the batch was not taken). Must not block.
    ///   - written: called on the writer's thread when a batch that had failed with ``AuditFailure/notCommitted(reason:)`` is in the
    ///     log after all. Until then its intents must stay in the ring.
    package init(
        urgent: Bool = false, completion: @escaping @Sendable (Result<Void, AuditFailure>) -> Void, written: (@Sendable () -> Void)? = nil
    ) {
        isUrgent = urgent
        self.completion = completion
        self.written = written
        storage = .allocate(byteCount: 2048, alignment: 8)
    }

    deinit { storage.deallocate() }

    /// Encodes one more record, for whose commit somebody waits.
    package func append(_ record: AuditRecord) {
        isUrgent = true
        while true {
            if let count = record.encode(to: UnsafeMutableRawBufferPointer(rebasing: storage[size...])) {
                size += count
                entries.append(Entry(end: size, time: record.time))
                return
            }
            grow()
        }
    }

    /// Adds a record that is in the journal: nobody waits for its commit.
    package func append(journaled record: Journaled) {
        let json = record.json
        while storage.count - size < json.count { grow() }
        UnsafeMutableRawBufferPointer(rebasing: storage[size...]).copyMemory(from: json)
        size += json.count
        entries.append(Entry(end: size, time: record.time))
    }

    private func grow() {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: storage.count * 2, alignment: 8)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<size]))
        storage.deallocate()
        storage = larger
    }

    /// Calls `body` with each record in order. The pointers live as long as the batch.
    func forEach(_ body: (_ time: Int64, _ json: UnsafeRawBufferPointer) throws -> Void) rethrows {
        var start = 0
        for entry in entries {
            try body(entry.time, UnsafeRawBufferPointer(rebasing: storage[start..<entry.end]))
            start = entry.end
        }
    }
}
