import Glibc
package import PetaAdminAPI

/// Moments as people say them.
package enum RelativeTime {
    /// `just now`, `5 s ago`, `in 3 d`; one unit, the largest.
    package static func words(_ moment: Timestamp, now: Timestamp) -> String {
        let seconds = (now.milliseconds - moment.milliseconds) / 1000
        let amount = largest(abs(seconds))
        if seconds >= 1 { return amount + " ago" }
        return seconds <= -1 ? "in " + amount : "just now"
    }

    private static func largest(_ seconds: Int64) -> String {
        for (name, size) in [("y", Int64(31_536_000)), ("d", 86_400), ("h", 3600), ("m", 60)] where seconds >= size {
            return "\(seconds / size) \(name)"
        }
        return "\(seconds) s"
    }

    /// The time by the system's clock.
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
