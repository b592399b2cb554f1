internal import Synchronization

/// The newest lines that a server wrote, bounded in number and length, with followers that never hold it up.
package final class ServerLog: Sendable {
    private struct State {
        var lines: [LogLine] = []
        var next = 0
        var followers: [Int: AsyncStream<LogLine>.Continuation] = [:]
        var nextFollower = 0
    }
    private let state = Mutex(State())
    private let clock: @Sendable () -> Double
    /// Lines kept.
    package static let capacity = 500
    /// Bytes kept of a line.
    package static let lineLimit = 4096

    /// An empty log. `clock` gives seconds since 1970.
    package init(clock: @escaping @Sendable () -> Double) { self.clock = clock }

    /// Adds a line. What is longer than the limit is cut.
    package func add(_ text: String, _ source: LogLine.Source) {
        var text = text
        if text.utf8.count > Self.lineLimit {
            text = String(decoding: text.utf8.prefix(Self.lineLimit), as: UTF8.self) + "…"
        }
        let line = LogLine(time: clock(), source: source, text: text)
        // Followers are told inside the lock, so that each sees the order of the log; telling one never blocks.
        state.withLock { state in
            if state.lines.count < Self.capacity {
                state.lines.append(line)
            } else {
                state.lines[state.next] = line
                state.next = (state.next + 1) % Self.capacity
            }
            for follower in state.followers.values { follower.yield(line) }
        }
    }

    /// The newest `n` lines, oldest first.
    package func tail(_ n: Int) -> [LogLine] {
        state.withLock { Array(($0.lines[$0.next...] + $0.lines[..<$0.next]).suffix(max(0, n))) }
    }

    /// The newest `n` lines and all that come; a follower that falls 1,000 lines behind loses the oldest.
    package func follow(_ n: Int) -> AsyncStream<LogLine> {
        let (stream, continuation) = AsyncStream.makeStream(of: LogLine.self, bufferingPolicy: .bufferingNewest(1000))
        let key = state.withLock { state in
            let key = state.nextFollower
            state.nextFollower += 1
            state.followers[key] = continuation
            for line in (state.lines[state.next...] + state.lines[..<state.next]).suffix(max(0, n)) { continuation.yield(line) }
            return key
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.followers.removeValue(forKey: key) }
        }
        return stream
    }

    /// Ends all followers.
    package func finish() {
        let followers = state.withLock { state in
            defer { state.followers = [:] }
            return Array(state.followers.values)
        }
        for follower in followers { follower.finish() }
    }
}
