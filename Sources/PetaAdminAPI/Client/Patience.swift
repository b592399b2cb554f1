import Glibc

/// What ends the waits of a client before an answer does.
struct Patience {
    /// A descriptor; readable means that nobody waits any more.
    let interrupt: Int32?
    private let limit: Int64?
    private let deadline: Int64?

    init(interrupt: Int32? = nil, limitMilliseconds: Int64? = nil) {
        self.interrupt = interrupt
        limit = limitMilliseconds
        deadline = limitMilliseconds.map { Self.now() + $0 }
    }

    var isLimited: Bool { deadline != nil }

    /// What poll(2) is to wait; -1 is for ever.
    func milliseconds(_ timeoutSeconds: Int?) -> Int32 {
        let own = deadline.map { max(0, $0 - Self.now()) }
        guard let timeoutSeconds else { return own.map { Int32(clamping: $0) } ?? -1 }
        return Int32(clamping: min(Int64(timeoutSeconds) * 1000, own ?? .max))
    }

    /// Nothing came within that time.
    func exhausted(_ path: String, _ timeoutSeconds: Int?) -> AdminError {
        let time = limit.map { "\($0) ms" } ?? "\(timeoutSeconds ?? 0) seconds"
        return AdminError(.tryAgain, "the gateway at \(path) did not answer within \(time)")
    }

    static let interrupted = AdminError(.failed, "interrupted")

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
