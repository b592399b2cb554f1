import Glibc

/// The two clocks that ages are judged by, in microseconds.
package struct AuditClocks: Sendable {
    /// Since 1970; can be set.
    package var wall: @Sendable () -> Int64
    /// Since some moment; cannot be set, and goes on while the machine sleeps.
    package var boot: @Sendable () -> Int64

    package init(wall: @escaping @Sendable () -> Int64, boot: @escaping @Sendable () -> Int64) {
        self.wall = wall
        self.boot = boot
    }

    /// The system's.
    package static let system = AuditClocks(
        wall: { Timestamp.now() },
        boot: {
            var now = timespec()
            clock_gettime(CLOCK_BOOTTIME, &now)
            return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
        })
}
