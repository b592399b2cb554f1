internal import NIOCore
internal import PetaAudit
internal import PetaTelemetry

/// Whoever must not answer before its record is safe. Called on the loop that submitted.
protocol AuditWaiter: AnyObject {
    /// The record is in the journal or committed, or it is not and the answer must be withheld.
    func auditSettled(_ failure: AuditFailure?)
}

/// Gathers the records of one tick of an event loop into one batch, and releases what waits for them: what is in the journal as soon as
/// the batch is handed over, the rest when it is committed.
final class AuditOutbox: @unchecked Sendable {  // Touched on `loop` only.
    /// What a batch in the writer's hands will release.
    private final class Pending: @unchecked Sendable {  // Filled and read on one loop; only carried by the writer.
        var waiters: [any AuditWaiter] = []
        var slots: [Int32] = []
    }

    private let log: AuditLog
    private let lane: IntentLane
    private let loop: any EventLoop
    private let tally: CallTally
    private var batch: AuditBatch?
    private var pending = Pending()
    private var journaled: [any AuditWaiter] = []
    private var spare: [any AuditWaiter] = []

    init(log: AuditLog, lane: IntentLane, loop: any EventLoop, tally: CallTally) {
        self.tally = tally
        self.log = log
        self.lane = lane
        self.loop = loop
    }

    /// Adds a record, and counts it; `slot` is its intent's, or -1.
    func add(_ record: AuditRecord, slot: Int32, at now: NIODeadline, _ waiter: any AuditWaiter) {
        tally.count(record)
        let batch = batch ?? begin()
        if log.journals(at: Int64(now.uptimeNanoseconds)), let written = lane.journal(record, instead: slot) {
            batch.append(journaled: written)
            batch.holdsSlots = true
            pending.slots.append(written.slot)
            journaled.append(waiter)
            return
        }
        batch.append(record)
        pending.waiters.append(waiter)
        if slot >= 0 {
            batch.holdsSlots = true
            pending.slots.append(slot)
        }
    }

    private func begin() -> AuditBatch {
        let pending = Pending()
        self.pending = pending
        let loop = loop
        let lane = lane
        let made = AuditBatch { result in
            loop.execute { Self.settle(pending, result, lane) }
        } written: {
            // It had failed and was written after all: only now its slots are not needed any more.
            loop.execute { Self.release(pending, lane) }
        }
        batch = made
        loop.execute { self.flush() }
        return made
    }

    /// The answers of what is journaled go out behind the submission: whoever has one and asks for the log finds the record in it.
    private func flush() {
        guard let full = batch else { return }
        batch = nil
        var waiters = spare
        spare = []
        swap(&waiters, &journaled)
        let taken = log.submit(full)
        // Not taken: the journal has them for the next start, but an answer must not rest on that alone.
        for waiter in waiters { waiter.auditSettled(taken ? nil : .overloaded) }
        waiters.removeAll(keepingCapacity: true)
        spare = waiters
    }

    private static func settle(_ pending: Pending, _ result: Result<Void, AuditFailure>, _ lane: IntentLane) {
        var failure: AuditFailure?
        if case .failure(let error) = result { failure = error }
        // Released before anyone is answered: an answer may bring the next call, which wants a slot.
        if failure == nil { release(pending, lane) }
        let waiters = pending.waiters
        pending.waiters = []
        for waiter in waiters { waiter.auditSettled(failure) }
    }

    private static func release(_ pending: Pending, _ lane: IntentLane) {
        for slot in pending.slots { lane.release(slot) }
        pending.slots = []
    }
}
