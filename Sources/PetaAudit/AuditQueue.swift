/// The bounded way from the submitters to the writer's thread.
///
/// The bounds cover everything that is not in the database yet: queued, being written, and kept after a failed commit.
// Sendable: the mutable state is touched only inside of the monitor.
final class AuditQueue: @unchecked Sendable {
    enum Wake { case work, timeout, stop }

    private let monitor = Monitor()
    private let bounds: AuditBounds
    private var pending: [AuditBatch] = []
    private var records = 0
    private var bytes = 0
    private var sleeping = false
    private var stopping = false
    private var endAt: MonotonicTime?

    init(bounds: AuditBounds) {
        self.bounds = bounds
        pending.reserveCapacity(256)
    }

    /// Records and bytes that are taken but not written yet.
    var load: (records: Int, bytes: Int) {
        monitor.locked { (records, bytes) }
    }

    /// Takes the batch, or says why not. Wakes the writer only when it sleeps.
    func push(_ batch: AuditBatch) -> AuditFailure? {
        var wake = false
        let refused: AuditFailure? = monitor.locked {
            if stopping { return .stopped }
            if records + batch.count > bounds.records || bytes + batch.size > bounds.bytes { return .overloaded }
            records += batch.count
            bytes += batch.size
            pending.append(batch)
            wake = sleeping
            sleeping = false
            return nil
        }
        if wake { monitor.signal() }
        return refused
    }

    /// Waits until something is queued, the deadline has come, or the queue is stopped; then moves all that is queued into
    /// `taken`, which must be empty. Once stopped, it waits for nothing but a deadline.
    func take(into taken: inout [AuditBatch], deadline: MonotonicTime?) -> Wake {
        monitor.locked {
            while pending.isEmpty {
                if stopping, deadline == nil { return .stop }
                let stoppedBefore = stopping
                sleeping = true
                let inTime = monitor.wait(until: deadline)
                sleeping = false
                if !inTime || stopping != stoppedBefore { break }
            }
            swap(&pending, &taken)
            if stopping { return .stop }
            return taken.isEmpty ? .timeout : .work
        }
    }

    /// Gives the room of records free that are written, or given up.
    func release(_ batches: some Sequence<AuditBatch>) {
        monitor.locked {
            for batch in batches {
                records -= batch.count
                bytes -= batch.size
            }
        }
    }

    /// When a stopped queue's writer shall give up what it cannot write; nil before the stop.
    var end: MonotonicTime? { monitor.locked { endAt } }

    /// Lets nothing more in and wakes the writer.
    func stop(until end: MonotonicTime) {
        monitor.locked {
            stopping = true
            endAt = end
        }
        monitor.signal()
    }
}
