/// SplitMix64 (Steele, Lea, Flood, 2014): the same numbers on every machine, so that a failing property test fails again.
package struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    /// One sequence for each seed.
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A number from 0 to before `bound`.
    package mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// True so often in a hundred.
    package mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// One of a list that is not empty.
    package mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

    /// A text of units from `alphabet`.
    package mutating func text(_ alphabet: [String], _ count: ClosedRange<Int>) -> String {
        (0..<Int.random(in: count, using: &self)).map { _ in pick(alphabet) }.joined()
    }
}
