/// How long the lists that were read of a modern server are good, as a value (MCP reference, section 5.7). Times are seconds on any one clock.
///
/// A server that tells of changes is believed. Where it does not, a list is stale when the `ttlMs` that came with it is over, and is read
/// again. No hint, or 0, is no such promise: what has none is read at each start, as ever.
package struct ListFreshness: Sendable {
    /// A list is good for no less, and no longer, whatever the server says.
    package static let shortest = 1.0
    package static let longest = 86_400.0

    private var seconds: [String: Double] = [:]
    private var told: Set<String> = []
    private var readAt = 0.0
    private var isReading = false

    /// Nothing has been read.
    package init() {}

    /// Lists (`tools`, `prompts`, `resources`) of whose changes the server tells from here on.
    package mutating func tells(of lists: Set<String>) { told = lists }

    /// The lists have been read, with these `ttlMs`. `spread` in 0..<1 keeps many servers from being due at once.
    package mutating func read(_ hints: [String: Int], now: Double, spread: Double = 0) {
        isReading = false
        readAt = now
        seconds = hints.filter { $0.value > 0 }.mapValues { hint in
            let asked = min(max(Double(hint) / 1000, Self.shortest), Self.longest)
            return min(asked * (1 + spread / 10), Self.longest)
        }
    }

    /// They could not be read: tried again when they would have been stale again.
    package mutating func failed(now: Double) {
        isReading = false
        readAt = now
    }

    /// When they are stale; nil: not by time.
    package var staleAt: Double? {
        seconds.filter { !told.contains($0.key) }.values.min().map { readAt + $0 }
    }

    /// True, once, if they are to be read again now: `read` or `failed` follows.
    package mutating func isDue(now: Double) -> Bool {
        guard !isReading, let staleAt, now >= staleAt else { return false }
        isReading = true
        return true
    }
}
