/// Random ids of traces and spans without a system call for each (xoshiro256**). They keep no secret: whoever sees some can tell the next.
package struct TraceRandom: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Seeded by the system.
    package init() {
        var system = SystemRandomNumberGenerator()
        self.init(seed: (system.next(), system.next(), system.next(), system.next() | 1))
    }

    /// - Parameter seed: not all zero.
    package init(seed: (UInt64, UInt64, UInt64, UInt64)) { state = seed }

    package mutating func next() -> UInt64 {
        func rotate(_ value: UInt64, _ by: UInt64) -> UInt64 { value << by | value >> (64 - by) }
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    /// An id of a span.
    package mutating func span() -> UInt64 {
        while true {
            let id = next()
            if id != 0 { return id }
        }
    }

    /// A new trace, with no span yet above it.
    package mutating func trace(isSampled: Bool) -> TraceContext {
        TraceContext(
            high: next(), low: next(), span: span(), flags: TraceContext.random | (isSampled ? TraceContext.sampled : 0))
    }
}
