import Synchronization

/// What waits to be told another system. It holds so many items and so many bytes; what comes above that is dropped and counted, and nobody
/// ever waits to put something in.
package final class DeliveryQueue<Item: Sendable>: Sendable {
    private struct State {
        var items: [(item: Item, size: Int)] = []
        var bytes = 0
        var dropped: UInt64 = 0
        var untold: UInt64 = 0
    }

    private let limit: Int
    private let byteLimit: Int
    private let state = Mutex(State())
    private let arrivals: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    package init(limit: Int, bytes: Int = .max) {
        self.limit = limit
        byteLimit = bytes
        (arrivals, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes items in while there is room; the rest is dropped.
    package func put(_ items: some Sequence<Item>, size: (Item) -> Int = { _ in 1 }) {
        let wasEmpty = state.withLock { state in
            let wasEmpty = state.items.isEmpty
            for item in items {
                let size = size(item)
                if state.items.count >= limit || state.bytes + size > byteLimit {
                    state.dropped += 1
                    state.untold += 1
                } else {
                    state.items.append((item, size))
                    state.bytes += size
                }
            }
            return wasEmpty && !state.items.isEmpty
        }
        if wasEmpty { bell.yield() }
    }

    /// The first items, and how many were dropped since this was asked last.
    func take(_ most: Int) -> (items: [Item], dropped: UInt64) {
        state.withLock { state in
            let taken = state.items.prefix(most)
            state.items.removeFirst(taken.count)
            state.bytes -= taken.reduce(0) { $0 + $1.size }
            defer { if !taken.isEmpty { state.untold = 0 } }
            return (taken.map(\.item), state.untold)
        }
    }

    /// Puts back what could not be delivered before the end.
    func putBack(_ items: [Item], dropped: UInt64) {
        state.withLock { state in
            state.items.insert(contentsOf: items.map { ($0, 0) }, at: 0)
            state.untold += dropped
        }
    }

    /// Items that wait.
    package var count: Int { state.withLock { $0.items.count } }

    /// Items that found no room, since the start.
    package var dropped: UInt64 { state.withLock { $0.dropped } }

    /// Returns when there is something, or the task is cancelled.
    func arrival() async {
        guard count == 0 else { return }
        var iterator = arrivals.makeAsyncIterator()
        while !Task.isCancelled, count == 0 { guard await iterator.next() != nil else { return } }
    }
}
