/// How long things took, in buckets that are a sixteenth of their octave wide: any share of them can be told to within 6 %, in 2.3 KiB.
struct LatencyHistogram {
    /// Values from 2^40 microseconds (12 days) on share the last bucket.
    private static let octaves = 40
    private static let bucketCount = 16 + (octaves - 4) * 16

    private var counts: [UInt32] = []
    private(set) var count: Int64 = 0
    private(set) var greatest: Int64 = 0

    /// Adds a time in microseconds.
    @inline(__always)
    mutating func add(_ microseconds: Int64) {
        if counts.isEmpty { counts = [UInt32](repeating: 0, count: Self.bucketCount) }
        let value = max(microseconds, 0)
        counts[Self.bucket(value)] &+= 1
        count += 1
        greatest = max(greatest, value)
    }

    /// The time that this share of all stayed within, in microseconds; nil where there are none.
    func percentile(_ share: Double) -> Int64? {
        guard count > 0 else { return nil }
        let rank = max(1, Int64((Double(count) * share).rounded(.up)))
        var seen: Int64 = 0
        for (bucket, number) in counts.enumerated() {
            seen += Int64(number)
            if seen >= rank { return min(Self.upper(bucket), greatest) }
        }
        return greatest
    }

    /// How many stayed within each of these times and not within the one before; one more for what is above them all.
    func split(at edges: [Int64]) -> [Int64] {
        var split = [Int64](repeating: 0, count: edges.count + 1)
        for (bucket, number) in counts.enumerated() where number > 0 {
            let value = min(Self.upper(bucket), greatest)
            split[edges.firstIndex { value <= $0 } ?? edges.count] += Int64(number)
        }
        return split
    }

    private static func bucket(_ value: Int64) -> Int {
        guard value >= 16 else { return Int(value) }
        let octave = 63 - value.leadingZeroBitCount
        guard octave < octaves else { return bucketCount - 1 }
        return 16 + (octave - 4) * 16 + Int((value >> Int64(octave - 4)) & 15)
    }

    /// The greatest value of a bucket.
    private static func upper(_ bucket: Int) -> Int64 {
        guard bucket >= 16 else { return Int64(bucket) }
        let octave = Int64((bucket - 16) / 16)
        return ((Int64((bucket - 16) % 16) + 17) << octave) - 1
    }
}
