internal import Synchronization

/// How many bytes of large answers may be in memory at once, over all servers and clients. At the limit servers are
/// not read from until a client has taken what it was given: back-pressure, not loss.
package final class ResultBudget: Sendable {
    /// Answers up to this size are not counted.
    package static let free = 64 * 1024

    private struct State {
        var used = 0
        var waiting: [@Sendable () -> Void] = []
    }
    private let limit: Int
    private let state = Mutex(State())

    /// A budget of `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Takes `count` bytes; if they are not there, `retry` is called (on any thread) when it is worth another try.
    /// An answer larger than the whole budget is let through alone.
    package func reserve(_ count: Int, retry: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard state.used == 0 || state.used + count <= limit else {
                state.waiting.append(retry)
                return false
            }
            state.used += count
            return true
        }
    }

    /// Gives bytes back.
    package func release(_ count: Int) {
        guard count > 0 else { return }
        let waiting = state.withLock { state in
            state.used -= count
            defer { state.waiting = [] }
            return state.waiting
        }
        for retry in waiting { retry() }
    }

    /// Bytes held now.
    package var used: Int { state.withLock { $0.used } }
}
