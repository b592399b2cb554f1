/// Whether the wall clock may be believed when something is removed for its age.
///
/// The kernel has a second clock that nobody sets and that goes on while the machine sleeps. As long as both advance alike the wall clock is
/// believed; where they part somebody set it, forward or back, and for a day nothing is removed: long enough to notice. After a start there is nothing
/// to compare with but the newest record: within a day of it the clock is believed after ten minutes, else after a day.
struct ClockTrust {
    /// How far the two may part between two looks: more than any slewing, less than any age that matters. In microseconds, as all here.
    static let tolerance: Int64 = 60_000_000
    static let settling: Int64 = 600_000_000
    static let doubt: Int64 = 86_400_000_000

    /// By how much the clock was set when it was last seen to be; nil: it was not.
    private(set) var jump: Int64?
    private var believedFrom: Int64
    private var offset: Int64

    /// - Parameters:
    ///   - wall: the clock that can be set.
    ///   - boot: the one that cannot.
    ///   - newest: the time of the newest record; nil in an empty log.
    init(wall: Int64, boot: Int64, newest: Int64?) {
        offset = wall - boot
        let isNear = newest.map { abs($0 - wall) <= Self.doubt } ?? true
        believedFrom = boot + (isNear ? Self.settling : Self.doubt)
    }

    /// Looks at both clocks; true when the wall clock is believed.
    mutating func observe(wall: Int64, boot: Int64) -> Bool {
        let parted = wall - boot - offset
        offset = wall - boot
        if abs(parted) > Self.tolerance {
            jump = parted
            believedFrom = boot + Self.doubt
        }
        guard boot >= believedFrom else { return false }
        jump = nil
        return true
    }
}
