/// Durations in classic buckets, as Prometheus counts them.
package struct DurationBuckets: Sendable, Equatable {
    /// Upper bounds in microseconds for calls: from half a millisecond, which a small one takes through the gateway, to five minutes.
    package static let calls: [Int64] = [
        500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 30_000_000,
        60_000_000, 300_000_000,
    ]

    /// For what people do: from a second to a day.
    package static let people: [Int64] = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400].map { $0 * 1_000_000 }

    /// Rising.
    package let bounds: [Int64]
    /// One number for each bound, and one for what is longer than all; each counted once.
    package private(set) var counts: [UInt64]
    /// Microseconds.
    package private(set) var sum: UInt64 = 0

    package init(_ bounds: [Int64] = calls) {
        self.bounds = bounds
        counts = [UInt64](repeating: 0, count: bounds.count + 1)
    }

    /// Counts one duration. A clock that went backwards counts as no time.
    @inline(__always)
    package mutating func add(_ microseconds: Int64) {
        let time = max(0, microseconds)
        var at = 0
        while at < bounds.count, bounds[at] < time { at += 1 }
        counts[at] &+= 1
        sum &+= UInt64(time)
    }

    /// Adds the numbers of another with the same bounds.
    package mutating func merge(_ other: DurationBuckets) {
        for at in counts.indices { counts[at] &+= other.counts[at] }
        sum &+= other.sum
    }

    package var count: UInt64 { counts.reduce(0, &+) }
}
