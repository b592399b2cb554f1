import Synchronization

/// Tells those who follow the log that there is more in it.
final class CommitSignal: Sendable {
    private struct State {
        var head: Int64
        var stopped = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state: Mutex<State>

    init(head: Int64) { state = Mutex(State(head: head)) }

    /// The last committed sequence number.
    var head: Int64 { state.withLock { $0.head } }

    /// True once nothing more will come.
    var isStopped: Bool { state.withLock { $0.stopped } }

    /// A commit reached `head`.
    func publish(head: Int64) {
        wake { $0.head = head }
    }

    /// Nothing more will come.
    func stop() {
        wake { $0.stopped = true }
    }

    /// Returns when the head is beyond `seq`, the log is stopped, or the task is cancelled.
    func wait(beyond seq: Int64) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Asked again inside of the lock: what happened before is seen here, what comes later finds the waiter.
                let waits = state.withLock { state in
                    guard state.head <= seq, !state.stopped, !Task.isCancelled else { return false }
                    state.waiters[id] = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            if state.waiters.isEmpty { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiters.removeAll() }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }
}
