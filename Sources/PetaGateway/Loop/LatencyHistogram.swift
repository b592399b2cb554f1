/// Times of calls in buckets that are an eighth of their power of two wide: 0 to 60 s in 240 numbers.
struct LatencyHistogram: Sendable {
    private(set) var counts = [UInt32](repeating: 0, count: 320)

    /// Counts one time, in nanoseconds.
    mutating func add(_ nanoseconds: Int64) {
        counts[Self.bucket(UInt64(max(0, nanoseconds)))] &+= 1
    }

    private static func bucket(_ value: UInt64) -> Int {
        guard value >= 8 else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        return min(319, (power - 2) * 8 + Int((value >> UInt64(power - 3)) & 7))
    }

    private static func upperBound(_ bucket: Int) -> UInt64 {
        guard bucket >= 8 else { return UInt64(bucket) }
        return (8 + UInt64(bucket % 8) + 1) << UInt64(bucket / 8 - 1)
    }

    mutating func merge(_ other: LatencyHistogram) {
        for i in counts.indices { counts[i] &+= other.counts[i] }
    }

    /// The time under which `share` of the calls stayed, in milliseconds; nil without calls.
    func percentile(_ share: Double) -> Double? {
        let total = counts.reduce(0) { $0 + Int($1) }
        guard total > 0 else { return nil }
        var left = Int((Double(total) * share).rounded(.up))
        for (bucket, count) in counts.enumerated() {
            left -= Int(count)
            if left <= 0 { return Double(Self.upperBound(bucket)) / 1e6 }
        }
        return nil
    }
}
