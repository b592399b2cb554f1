import Synchronization

/// What one user or one token has used of its rate. All loops count in the same one, so that no user gets more by coming on several.
///
/// Its lock is held for some 20 ns and belongs to this user alone: calls of different users never wait for one another.
package final class RateMeter: Sendable {
    /// Empty until a limit holds, so that those without one cost nothing.
    private let window = Mutex<[SlidingWindow]>([])

    /// Nothing was used yet.
    package init() {}

    /// As ``SlidingWindow/admit(_:now:)``.
    package func admit(_ limit: RateLimit, now: UInt64) -> UInt64? {
        guard !limit.isNone else { return nil }
        return window.withLock { window in
            if window.isEmpty { window.append(SlidingWindow()) }
            return window[0].admit(limit, now: now)
        }
    }

    /// As ``SlidingWindow/giveBack()``.
    package func giveBack() {
        window.withLock { window in if !window.isEmpty { window[0].giveBack() } }
    }
}
