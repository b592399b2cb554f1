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

    private(set) var entries: ContiguousArray<Entry> = []
    private var storage: UnsafeMutableRawBufferPointer
    private(set) var size = 0
    let completion: @Sendable (Result<Void, AuditFailure>) -> Void
    let written: (@Sendable () -> Void)?

    /// - Parameters:
    ///   - completion: called exactly once, on the writer's thread (on the submitter's when the batch was not taken). Must not block.
    ///   - written: called on the writer's thread when a batch that had failed with ``AuditFailure/notCommitted(reason:)`` is in the
    ///     log after all. Until then its intents must stay in the ring.
    package init(
        completion: @escaping @Sendable (Result<Void, AuditFailure>) -> Void, written: (@Sendable () -> Void)? = nil
    ) {
        self.completion = completion
        self.written = written
        storage = .allocate(byteCount: 2048, alignment: 8)
    }

    deinit { storage.deallocate() }

    /// Encodes one more record.
    package func append(_ record: AuditRecord) {
        while true {
            if let count = record.encode(to: UnsafeMutableRawBufferPointer(rebasing: storage[size...])) {
                size += count
                entries.append(Entry(end: size, time: record.time))
                return
            }
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: storage.count * 2, alignment: 8)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<size]))
            storage.deallocate()
            storage = larger
        }
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
