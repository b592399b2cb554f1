import Foundation
import PetaAudit
import Synchronization

/// What a test's faults throw.
struct TestFault: Error, CustomStringConvertible {
    let description = "a fault of the test"
}

/// A switch, a counter, and a barrier for the writer's thread.
final class Gate: Sendable {
    private let state = Mutex((failing: false, calls: 0, failAt: 0))
    private let barrier = DispatchSemaphore(value: 0)
    private let arrived = DispatchSemaphore(value: 0)

    /// Whether each commit fails.
    var isFailing: Bool {
        get { state.withLock { $0.failing } }
        set { state.withLock { $0.failing = newValue } }
    }

    /// How often ``countdown`` was asked.
    var calls: Int { state.withLock { $0.calls } }

    /// Fails each commit while the switch is on.
    var faults: AuditFaults {
        AuditFaults { [self] point in if point == .commit, isFailing { throw TestFault() } }
    }

    /// Fails at the n-th question, counted from 1, and at no other.
    func countdown(to n: Int) -> AuditFaults {
        state.withLock { $0.failAt = n }
        return AuditFaults { [self] _ in
            try state.withLock { state in
                state.calls += 1
                if state.calls == state.failAt { throw TestFault() }
            }
        }
    }

    /// Holds each transaction before it begins until ``open()``.
    var blocking: AuditFaults {
        AuditFaults { [self] point in
            guard point == .begin else { return }
            arrived.signal()
            barrier.wait()
        }
    }

    /// Waits, off the caller's task, until the writer stands at the barrier.
    func waitForWriter() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [arrived] in
                arrived.wait()
                continuation.resume()
            }
        }
    }

    /// Lets one transaction go on.
    func open() { barrier.signal() }
}

/// Collects the fates of batches and lets a test wait for them.
final class Fates: Sendable {
    private struct Waited {
        let completed: Int
        let inLog: Int
        let succeeded: Set<Int>
    }

    private struct State {
        var completed: [Int: Result<Void, AuditFailure>] = [:]
        var succeeded: Set<Int> = []
        var written: [Int] = []
        var twice: [Int] = []
        var waiter: (condition: @Sendable (Waited) -> Bool, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    /// A batch that reports here under a number; `seen` is called first, on the writer's thread.
    func batch(_ number: Int, _ records: [AuditRecord], seen: @escaping @Sendable () -> Void = {}) -> AuditBatch {
        let batch = AuditBatch(
            completion: { [self] result in
                seen()
                change { state in
                    if state.completed.updateValue(result, forKey: number) != nil { state.twice.append(number) }
                    if case .success = result { state.succeeded.insert(number) }
                }
            },
            written: { [self] in change { $0.written.append(number) } })
        for record in records { batch.append(record) }
        return batch
    }

    /// The batches that were completed with success.
    var succeeded: Set<Int> { state.withLock { $0.succeeded } }
    /// The batches that were completed with a failure, and with which.
    var failed: [Int: AuditFailure] {
        state.withLock { state in
            state.completed.compactMapValues { if case .failure(let failure) = $0 { failure } else { nil } }
        }
    }
    /// The batches that were written after having failed, in that order.
    var written: [Int] { state.withLock { $0.written } }
    /// The batches that were completed more than once.
    var twice: [Int] { state.withLock { $0.twice } }

    /// Waits until so many batches are completed.
    func wait(completed count: Int) async { await wait { $0.completed >= count } }

    /// Waits until so many batches are in the log.
    func wait(inLog count: Int) async { await wait { $0.inLog >= count } }

    /// Waits until all of these batches have succeeded.
    func wait(succeeded numbers: Set<Int>) async { await wait { numbers.isSubset(of: $0.succeeded) } }

    private func wait(_ condition: @escaping @Sendable (Waited) -> Bool) async {
        await withCheckedContinuation { continuation in
            change { $0.waiter = (condition, continuation) }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let ready: CheckedContinuation<Void, Never>? = state.withLock { state in
            body(&state)
            guard let waiter = state.waiter else { return nil }
            let waited = Waited(
                completed: state.completed.count, inLog: state.succeeded.count + state.written.count, succeeded: state.succeeded)
            guard waiter.condition(waited) else { return nil }
            state.waiter = nil
            return waiter.continuation
        }
        ready?.resume()
    }
}
