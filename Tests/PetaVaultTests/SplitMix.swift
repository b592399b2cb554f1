/// A small generator with a seed, so that a failing property test fails again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// One of a list that is not empty.
    mutating func pick<T>(_ list: [T]) -> T { list[Int.random(in: list.indices, using: &self)] }

    /// A text of units from `alphabet`.
    mutating func text(_ alphabet: [String], _ count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &self)).map { _ in pick(alphabet) }.joined()
    }
}
