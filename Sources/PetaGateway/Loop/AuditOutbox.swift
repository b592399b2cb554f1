internal import NIOCore
internal import PetaAudit

/// Whoever must not answer before its record is committed. Called on the loop that submitted.
protocol AuditWaiter: AnyObject {
    /// The record is committed, or it is not and the answer must be withheld.
    func auditSettled(_ failure: AuditFailure?)
}

/// Gathers the records of one tick of an event loop into one batch, and releases what waits when it is committed.
final class AuditOutbox: @unchecked Sendable {  // Touched on `loop` only.
    /// What a batch in the writer's hands will release.
    private final class Pending: @unchecked Sendable {  // Filled and read on one loop; only carried by the writer.
        var waiters: [any AuditWaiter] = []
        var slots: [Int32] = []
    }

    private let log: AuditLog
    private let lane: IntentLane
    private let loop: any EventLoop
    private var batch: AuditBatch?
    private var pending = Pending()

    init(log: AuditLog, lane: IntentLane, loop: any EventLoop) {
        self.log = log
        self.lane = lane
        self.loop = loop
    }

    /// Adds a record; `slot` is its intent's, or -1.
    func add(_ record: AuditRecord, slot: Int32, _ waiter: any AuditWaiter) {
        let batch = batch ?? begin()
        batch.append(record)
        pending.waiters.append(waiter)
        if slot >= 0 { pending.slots.append(slot) }
    }

    private func begin() -> AuditBatch {
        let pending = Pending()
        self.pending = pending
        let loop = loop
        let lane = lane
        let made = AuditBatch { result in
            loop.execute { Self.settle(pending, result, lane) }
        } written: {
            // It had failed and was written after all: only now its intents are not needed any more.
            loop.execute { Self.release(pending, lane) }
        }
        batch = made
        loop.execute { self.flush() }
        return made
    }

    private func flush() {
        guard let full = batch else { return }
        batch = nil
        log.submit(full)
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
