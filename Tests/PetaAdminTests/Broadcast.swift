import Synchronization

/// Sends to every stream that is open now. Remembers how many are.
final class Broadcast<Element: Sendable>: Sendable {
    private struct State {
        var open: [Int: AsyncStream<Element>.Continuation] = [:]
        var next = 0
        var waiters: [(Int, CheckedContinuation<Void, Never>)] = []
    }
    private let state = Mutex(State())

    func send(_ element: Element) {
        for continuation in state.withLock({ Array($0.open.values) }) { continuation.yield(element) }
    }

    func stream(beginning: [Element] = [], follow: Bool = true) -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream<Element>.makeStream()
        for element in beginning { continuation.yield(element) }
        guard follow else {
            continuation.finish()
            return stream
        }
        let id = state.withLock { state in
            state.next += 1
            state.open[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in self?.close(id) }
        wake()
        return stream
    }

    /// Returns as soon as this many streams are open.
    func waitForReaders(_ count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { $0.waiters.append((count, continuation)) }
            wake()
        }
    }

    private func close(_ id: Int) {
        state.withLock { $0.open[id] = nil }
        wake()
    }

    private func wake() {
        let ready = state.withLock { state in
            let count = state.open.count
            let ready = state.waiters.filter { $0.0 == count }
            state.waiters.removeAll { $0.0 == count }
            return ready
        }
        for (_, continuation) in ready { continuation.resume() }
    }
}

/// Goes up, and may come down.
final class Flag: Sendable {
    private let up = Atomic(false)

    var isUp: Bool { up.load(ordering: .acquiring) }
    func raise(_ value: Bool = true) { up.store(value, ordering: .releasing) }
}
