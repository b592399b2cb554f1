internal import Foundation

/// The clocks of the machine.
struct SystemClock: Sendable {
    /// Microseconds since 1970, as the system says.
    static func wall() -> Int64 { Int64(Date().timeIntervalSince1970 * 1e6) }

    /// Seconds below which nobody is told.
    static let tolerance: Int64 = 5

    private let wallAtStart = Self.wall()
    /// Goes on while the machine sleeps, and is never set.
    private let bootAtStart = ContinuousClock.now

    /// Seconds by which the clock was set forward (more than 0) or back since this was made.
    var setBySeconds: Int64 {
        let elapsed = Int64((ContinuousClock.now - bootAtStart) / .microseconds(1))
        return (Self.wall() - wallAtStart - elapsed) / 1_000_000
    }

    /// Whether the kernel says that something keeps it in step (adjtimex(2)); nil where it does not say.
    static func isSynchronised() -> Bool? {
        // The Glibc module leaves its header out.
        typealias Adjust = @convention(c) (UnsafeMutableRawPointer) -> Int32
        guard let symbol = dlsym(nil, "adjtimex") else { return nil }
        let adjust = unsafeBitCast(symbol, to: Adjust.self)
        // Larger than struct timex; all zero asks and changes nothing.
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 16)
        defer { buffer.deallocate() }
        buffer.initializeMemory(as: UInt8.self, repeating: 0, count: 512)
        let state = adjust(buffer)
        guard state >= 0 else { return nil }
        // TIME_ERROR: the clock is not synchronised.
        return state != 5
    }
}
