import PetaAdminAPI
import Synchronization

/// How far long work has come: one line on a terminal's standard error that is written over, and nothing elsewhere.
final class ProgressLine: Sendable {
    private let console: Console
    private let verb: String
    private let state: Mutex<State>

    private struct State {
        var total: Int64
        var shownAt: Int64 = 0
        var isShown = false
    }

    /// - Parameter total: bytes in all; 0 where nobody knows.
    init(_ console: Console, _ verb: String, total: Int64 = 0) {
        self.console = console
        self.verb = verb
        state = Mutex(State(total: total))
    }

    func expect(_ total: Int64) { state.withLock { $0.total = total } }

    /// So many bytes are done.
    func show(_ done: Int64) {
        guard console.isErrorTerminal else { return }
        let now = SteadyClock.milliseconds()
        let total = state.withLock { state -> Int64? in
            guard now - state.shownAt >= 100 else { return nil }
            (state.shownAt, state.isShown) = (now, true)
            return state.total
        }
        guard let total else { return }
        let of = total >= done && total > 0 ? " of \(Amount.bytes(total)), \(done * 100 / total) %" : ""
        _ = Console.write(
            Array("\r\u{1B}[K\(DisplayWidth.fit("\(verb) \(Amount.bytes(done))\(of)", (console.width ?? 80) - 1))".utf8), to: console.errors
        )
    }

    /// Takes the line away.
    func end() {
        let isShown = state.withLock { state in
            defer { state.isShown = false }
            return state.isShown
        }
        if isShown { _ = Console.write(Array("\r\u{1B}[K".utf8), to: console.errors) }
    }
}
