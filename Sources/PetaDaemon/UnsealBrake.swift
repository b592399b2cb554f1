internal import NIOCore

/// Slows down who tries passphrases: three failures are free, then each doubles the time until the next attempt, from one second up to one
/// minute. One that is right makes all forgotten.
struct UnsealBrake {
    private var failures = 0
    private var next = NIODeadline.uptimeNanoseconds(0)
    static let free = 3
    static let longest: Int64 = 60

    /// Seconds to wait before the next attempt; nil: now.
    func wait(_ now: NIODeadline) -> Int64? {
        guard now < next else { return nil }
        return max(1, ((next - now).nanoseconds + 999_999_999) / 1_000_000_000)
    }

    mutating func failed(_ now: NIODeadline) {
        failures += 1
        guard failures > Self.free else { return }
        next = now + .seconds(min(Self.longest, 1 << Int64(min(failures - Self.free - 1, 10))))
    }

    mutating func succeeded() {
        failures = 0
        next = .uptimeNanoseconds(0)
    }
}
