import Synchronization

/// The bounded way from the submitters to the writer's thread.
///
/// The bounds cover everything that is not in the database yet: queued, being written, and kept after a failed commit.
///
/// What somebody waits for is taken at once; what is only to be moved from the journal waits a little for company.
// Sendable: the mutable state is touched only inside of the monitor.
final class AuditQueue: @unchecked Sendable {
    /// Records that are enough company.
    private static let crowd = 256

    enum Wake { case work, timeout, stop }

    private let monitor = Monitor()
    private let bounds: AuditBounds
    private var pending: [AuditBatch] = []
    private var records = 0
    private var bytes = 0
    private var sleeping = false
    /// When what is pending is to be taken; nil while nothing is.
    private var due: MonotonicTime?
    /// When the first of what is pending, and of what was taken and is not in the database, was queued.
    private var pendingSince: MonotonicTime?
    private var takenSince: MonotonicTime?
    /// The earlier of the two, in nanoseconds; the greatest value while there is none.
    private let oldest = Atomic<Int64>(.max)
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

    /// Whether something has been on its way to the database for longer than the bound.
    func isBehind(at now: MonotonicTime) -> Bool {
        now.nanoseconds - bounds.lead > oldest.load(ordering: .relaxed)
    }

    /// Takes the batch, or says why not. Wakes the writer only when it sleeps for too long.
    func push(_ batch: AuditBatch) -> AuditFailure? {
        var wake = false
        let now = MonotonicTime.now()
        let refused: AuditFailure? = monitor.locked {
            if stopping { return .stopped }
            let isFree = batch.holdsSlots || batch.count == 0
            if !isFree, records + batch.count > bounds.records || bytes + batch.size > bounds.bytes { return .overloaded }
            records += batch.count
            bytes += batch.size
            pending.append(batch)
            if pendingSince == nil {
                pendingSince = now
                noteOldest()
            }
            let wanted = batch.isUrgent || records >= Self.crowd ? now : now.after(nanoseconds: bounds.gathering)
            if due.map({ wanted < $0 }) ?? true {
                due = wanted
                wake = sleeping
                sleeping = false
            }
            return nil
        }
        if wake { monitor.signal() }
        return refused
    }

    /// Waits until something is queued, the deadline has come, or the queue is stopped; then moves all that is queued into
    /// `taken`, which must be empty. Once stopped, it waits for nothing but a deadline.
    func take(into taken: inout [AuditBatch], deadline: MonotonicTime?) -> Wake {
        monitor.locked {
            while !isDue {
                if stopping, deadline == nil { return .stop }
                let stoppedBefore = stopping
                let until = [deadline, due].compactMap(\.self).min()
                sleeping = true
                let inTime = monitor.wait(until: until)
                sleeping = false
                if stopping != stoppedBefore || !inTime && until == deadline { break }
            }
            swap(&pending, &taken)
            due = nil
            if takenSince == nil { takenSince = pendingSince }
            pendingSince = nil
            if stopping { return .stop }
            return taken.isEmpty ? .timeout : .work
        }
    }

    private var isDue: Bool {
        guard !pending.isEmpty else { return false }
        return stopping || due.map { $0 <= MonotonicTime.now() } ?? true
    }

    private func noteOldest() {
        oldest.store((takenSince ?? pendingSince)?.nanoseconds ?? .max, ordering: .relaxed)
    }

    /// Everything that was taken is in the database.
    func caughtUp() {
        monitor.locked {
            takenSince = nil
            noteOldest()
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
