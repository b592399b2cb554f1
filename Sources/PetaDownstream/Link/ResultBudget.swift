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
    /// Bytes.
    package let limit: Int
    private let state = Mutex(State())

    /// A budget of `limit` bytes.
    package init(limit: Int) { self.limit = limit }

    /// Takes `count` bytes for an answer that has not begun, or nil where they are not there: then `retry` is called (on
    /// any thread) when it is worth another try. An answer larger than the whole budget is let through alone.
    package func reserve(_ count: Int, retry: @escaping @Sendable () -> Void) -> BudgetShare? {
        let granted = state.withLock { state in
            guard state.used == 0 || state.used + count <= limit else {
                state.waiting.append(retry)
                return false
            }
            state.used += count
            return true
        }
        return granted ? BudgetShare(self, count) : nil
    }

    /// Takes `count` bytes for what is there already, also over the limit: whoever grows must never wait for others who
    /// grow. New answers wait meanwhile.
    package func take(_ count: Int) -> BudgetShare {
        state.withLock { $0.used += count }
        return BudgetShare(self, count)
    }

    /// True where nothing more should be read; if so, `retry` is called when that has changed.
    package func isExhausted(retry: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard state.used >= limit else { return false }
            state.waiting.append(retry)
            return true
        }
    }

    fileprivate func grow(_ count: Int) { state.withLock { $0.used += count } }

    fileprivate func release(_ count: Int) {
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

/// A part of the budget. It goes back when nobody holds the share any more, on whatever path.
public final class BudgetShare: @unchecked Sendable {  // `count` is changed only by the connection that is still gathering.
    private let budget: ResultBudget
    private var count: Int

    fileprivate init(_ budget: ResultBudget, _ count: Int) {
        self.budget = budget
        self.count = count
    }

    deinit { budget.release(count) }

    /// Makes the share as large as `total`, over the limit if need be.
    func grow(to total: Int) {
        guard total > count else { return }
        budget.grow(total - count)
        count = total
    }
}
