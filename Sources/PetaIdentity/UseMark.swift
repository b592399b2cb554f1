import Synchronization

/// When a token was last noted as used. It outlives the principals that are rebuilt around it.
final class UseMark: Sendable {
    /// What was used of the token's rate.
    let meter = RateMeter()
    private let seconds = Atomic<Int64>(0)

    /// True when `now` (Unix seconds) is worth persisting: a minute or more after what was noted last. Only one caller gets it.
    func claim(now: Int64) -> Bool {
        let noted = seconds.load(ordering: .relaxed)
        guard now - noted >= 60 else { return false }
        return seconds.compareExchange(expected: noted, desired: now, ordering: .relaxed).exchanged
    }
}
