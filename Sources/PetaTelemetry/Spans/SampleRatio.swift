package import PetaWire

/// Which traces that begin here are recorded. The trace id decides, as in other implementations of this sampler, so that all who look at it
/// decide alike.
package struct SampleRatio: Sendable {
    private let bound: UInt64

    /// - Parameter ratio: 0 to 1.
    package init(_ ratio: Double) {
        bound = ratio >= 1 ? .max : ratio > 0 ? UInt64(ratio * 0x1p63) : 0
    }

    package func takes(_ trace: TraceContext) -> Bool { trace.low >> 1 < bound }
}
