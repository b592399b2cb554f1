import PetaAdminAPI

/// Where the marks of an axis are, and what is written at them.
enum ReportScale {
    /// From zero on, at most so many steps of 1, 2 or 5 times a power of ten; the last is not below `most`.
    static func counts(upTo most: Int64, steps: Int = 5) -> [Int64] {
        var size: Int64 = 1
        let factors: [Int64] = [2, 5, 10]
        var power: Int64 = 1
        var factor = 0
        while size * Int64(steps) < max(most, 1) {
            size = power * factors[factor]
            factor += 1
            if factor == factors.count {
                factor = 0
                power *= 10
            }
        }
        let count = max(1, (max(most, 1) + size - 1) / size)
        return (0...count).map { $0 * size }
    }

    /// Powers of ten around these times, in milliseconds.
    static func decades(_ values: [Double]) -> [Double] {
        let values = values.filter { $0 > 0 }
        guard let least = values.min(), let most = values.max() else { return [1, 10] }
        var marks: [Double] = []
        var mark = 0.001
        while mark * 10 <= least { mark *= 10 }
        marks.append(mark)
        while mark < most, marks.count < 12 {
            mark *= 10
            marks.append(mark)
        }
        return marks.count > 1 ? marks : [mark, mark * 10]
    }

    /// Which buckets get a label, and which: whole hours or days where the buckets have them.
    static func times(_ buckets: [AuditFigures.Bucket], size: Int64, most: Int = 8) -> [(index: Int, label: String)] {
        guard let first = buckets.first, let last = buckets.last else { return [] }
        let span = (last.start.milliseconds - first.start.milliseconds) / 1000 + size
        let steps: [Int64] = [
            1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600, 2_592_000, 7_776_000,
            31_536_000,
        ]
        let step = steps.first { $0 >= size && span / $0 <= Int64(most) } ?? 31_536_000
        let marks = buckets.enumerated().compactMap { index, bucket -> (index: Int, label: String)? in
            bucket.start.milliseconds / 1000 % step < size ? (index, label(bucket.start, step: step, span: span)) : nil
        }
        return marks.isEmpty ? [(0, label(first.start, step: step, span: span))] : marks
    }

    private static func label(_ time: Timestamp, step: Int64, span: Int64) -> String {
        let text = time.text
        let (date, clock) = (text.prefix(10).dropFirst(5), text.dropFirst(11).prefix(step < 60 ? 8 : 5))
        if step >= 2_592_000 { return String(text.prefix(7)) }
        if step >= 86_400 { return String(date) }
        return span > 86_400 && clock.hasPrefix("00:00") ? String(date) : String(clock)
    }
}
