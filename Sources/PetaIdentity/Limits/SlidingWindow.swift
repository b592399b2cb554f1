/// Counts requests over a window that slides: a value, told the time by whoever asks.
///
/// The window is cut into 15 slots, and one that is just leaving it counts whole until it has left. So in no stretch of the window's length
/// more than the limit is let through, wherever in it the requests stand; and whoever makes fewer in any 16/15 of it is never refused.
/// It takes 80 bytes and one addition over 16 lanes.
package struct SlidingWindow: Sendable {
    /// The newest slot is lane `newest & 15`, the one before it the lane below, and so on around.
    private var lanes = SIMD16<UInt32>(repeating: 0)
    /// The number of the newest slot since the clock began.
    private var newest: UInt64 = 0
    /// Nanoseconds of a slot; 0: nothing was counted yet.
    private var width: UInt64 = 0

    private static let slots: UInt64 = 15

    /// Nothing was counted yet.
    package init() {}

    /// Lets one more through and counts it, or tells in how many nanoseconds one more could be; nil: it is let through.
    ///
    /// - Parameter now: nanoseconds of a clock. One that goes back counts as one that stands.
    package mutating func admit(_ limit: RateLimit, now: UInt64) -> UInt64? {
        guard !limit.isNone else { return nil }
        let inside = move(limit, now)
        let used = Int(lanes.wrappedSum())
        guard used < limit.count else { return wait(for: used + 1 - limit.count, inside) }
        lanes[Int(newest & 15)] &+= 1
        return nil
    }

    /// Takes back one that was let through a moment ago and was then refused by something else.
    package mutating func giveBack() {
        let lane = Int(newest & 15)
        if lanes[lane] > 0 { lanes[lane] -= 1 }
    }

    /// True if nothing that was counted is in the window any more.
    package func isEmpty(now: UInt64) -> Bool {
        guard width > 0, lanes.wrappedSum() > 0 else { return true }
        return now / width > newest + Self.slots
    }

    /// What was counted and is not forgotten yet.
    package var count: UInt32 { lanes.wrappedSum() }

    /// Brings the slots up to the moment, and tells how far into the newest slot it lies.
    private mutating func move(_ limit: RateLimit, _ now: UInt64) -> UInt64 {
        let wanted = UInt64(limit.window.rawValue) * 1_000_000_000 / Self.slots
        guard width == wanted else {
            // Another window than before: what was counted over the old one says nothing about this one.
            lanes = SIMD16(repeating: 0)
            width = wanted
            newest = now / width
            return now % width
        }
        let slot = now / width
        guard slot > newest else { return slot == newest ? now % width : 0 }
        if slot - newest > Self.slots {
            lanes = SIMD16(repeating: 0)
        } else {
            for passed in newest + 1...slot { lanes[Int(passed & 15)] = 0 }
        }
        newest = slot
        return now % width
    }

    /// Nanoseconds until so many requests have left the window.
    private func wait(for surplus: Int, _ inside: UInt64) -> UInt64 {
        var left = surplus
        for step in UInt64(1)...16 {
            left -= Int(lanes[Int((newest &+ step) & 15)])
            if left <= 0 { return step * width - inside }
        }
        return 16 * width - inside
    }
}
