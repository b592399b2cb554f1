import Synchronization

/// How deliveries to one place go: what was delivered and lost, and whether it fails now.
package final class DeliveryHealth: Sendable {
    private struct State {
        var delivered: UInt64 = 0
        var refused: UInt64 = 0
        var abandoned: UInt64 = 0
        var failure: String?
    }

    private let state = Mutex(State())

    package init() {}

    package var delivered: UInt64 { state.withLock { $0.delivered } }
    /// What the receiver did not want.
    package var refused: UInt64 { state.withLock { $0.refused } }
    /// What was tried for long enough.
    package var abandoned: UInt64 { state.withLock { $0.abandoned } }
    /// Why the last attempt failed; nil while all is well.
    package var failure: String? { state.withLock { $0.failure } }

    func delivered(_ count: Int, refused: Int) {
        state.withLock {
            $0.delivered += UInt64(max(0, count - refused))
            $0.refused += UInt64(min(count, refused))
        }
    }

    func refused(_ count: Int) { state.withLock { $0.refused += UInt64(count) } }

    func abandoned(_ count: Int) { state.withLock { $0.abandoned += UInt64(count) } }

    /// Notes how an attempt went. True: it is another story than the one before, so worth a line in the log.
    func note(_ failure: String?) -> Bool {
        state.withLock { state in
            defer { state.failure = failure }
            return (state.failure == nil) != (failure == nil)
        }
    }
}
