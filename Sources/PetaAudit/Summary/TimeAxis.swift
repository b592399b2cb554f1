/// Cuts a stretch of time into pieces whose length people know.
struct TimeAxis {
    /// In seconds.
    private static let sizes: [Int64] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 1_209_600,
        2_592_000, 7_776_000, 31_536_000,
    ]
    private static let second: Int64 = 1_000_000

    /// The first piece begins at a whole multiple of the length, at or before the stretch.
    let start: Int64
    let size: Int64
    let count: Int

    /// - Parameter most: at least 2; the greatest number of pieces.
    init(from: Int64, to: Int64, most: Int) {
        let to = max(from, to)
        var chosen = (Self.sizes.last ?? 1) * Self.second
        for size in Self.sizes where (to - from) / (size * Self.second) < Int64(most - 1) {
            chosen = size * Self.second
            break
        }
        size = chosen
        start = from - (from % chosen + chosen) % chosen
        count = min(most, Int((to - start) / chosen) + 1)
    }

    /// The piece of a time; what lies before the first or behind the last belongs to it.
    @inline(__always)
    func index(of time: Int64) -> Int { min(max(0, Int(clamping: (max(time, start) - start) / size)), count - 1) }
}
