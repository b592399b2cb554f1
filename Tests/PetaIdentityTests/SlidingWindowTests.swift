import PetaIdentity
import TestRandom
import Testing

@Suite("Rates over a sliding window")
struct SlidingWindowTests {
    private static let second: UInt64 = 1_000_000_000
    private static let start: UInt64 = 1_000 * 60 * second

    @Test("a rate is read as people write it, and anything else is none")
    func spelling() {
        for (text, shown) in [
            ("100/min", "100/min"), ("100", "100/min"), ("5/s", "5/s"), ("5/second", "5/s"), ("2000/h", "2000/h"), ("none", "none"),
            ("1000000/hour", "1000000/h"),
        ] { #expect(RateLimit(text)?.description == shown) }
        for text in ["", "0", "0/min", "-1/s", "+1/s", "1000001/s", "5/", "/s", "5/d", "5/s/s", "5 /s", "٣/s", "None", "1e3/s"] {
            #expect(RateLimit(text) == nil, "\(text)")
        }
        #expect(RateLimit(-5, per: .minute).isNone)
        #expect(RateLimit(.max, per: .hour).count == RateLimit.most)
    }

    @Test("as many as the limit says are let through, the next is told when to come again, and then it may")
    func limit() {
        for window in RateLimit.Window.allCases {
            var counted = SlidingWindow()
            let limit = RateLimit(10, per: window)
            var now = Self.start + 7
            for _ in 0..<10 { #expect(counted.admit(limit, now: now) == nil) }
            guard let wait = counted.admit(limit, now: now) else {
                Issue.record("the eleventh was let through")
                continue
            }
            #expect(wait <= UInt64(window.rawValue) * Self.second * 16 / 15)
            #expect(counted.admit(limit, now: now + wait - 2) != nil)
            now += wait
            #expect(counted.admit(limit, now: now) == nil)
        }
    }

    @Test("a burst at the edge of a window does not make room for a second one")
    func edges() {
        let limit = RateLimit(100, per: .minute)
        // The bursts begin at every 1/60 of a window, so also just before and just after every edge that there could be.
        for offset in 0..<60 {
            var counted = SlidingWindow()
            let first = Self.start + UInt64(offset) * Self.second - 1
            for _ in 0..<100 { #expect(counted.admit(limit, now: first) == nil) }
            for later in stride(from: UInt64(0), through: 60, by: 1) {
                #expect(counted.admit(limit, now: first + later * Self.second) != nil, "\(offset) \(later)")
            }
            #expect(counted.admit(limit, now: first + 64 * Self.second) == nil)
        }
    }

    @Test("in no stretch of the window's length more than the limit is let through, whatever comes when")
    func neverMore() {
        var random = SplitMix(seed: 7)
        for _ in 0..<50 {
            var counted = SlidingWindow()
            let limit = RateLimit(Int.random(in: 1...40, using: &random), per: .minute)
            var now = Self.start
            var admitted: [UInt64] = []
            for _ in 0..<2_000 {
                let most = random.chance(10) ? 40 * Self.second : Self.second
                now += UInt64.random(in: 0...most, using: &random)
                if counted.admit(limit, now: now) == nil { admitted.append(now) }
            }
            #expect(admitted.count > limit.count)
            for (index, moment) in admitted.enumerated() where index >= limit.count {
                #expect(moment - admitted[index - limit.count] >= 60 * Self.second)
            }
        }
    }

    @Test("who makes fewer in 16/15 of the window is never refused")
    func even() {
        for count in [1, 3, 60, 1000] {
            var counted = SlidingWindow()
            let limit = RateLimit(count, per: .minute)
            let step = 64 * Self.second / UInt64(count) + 1
            let refused = (0..<5_000).count { counted.admit(limit, now: Self.start + UInt64($0) * step) != nil }
            #expect(refused == 0, "\(count)")
        }
    }

    @Test("a refusal uses nothing up, and what is given back can be used again")
    func refusals() {
        var counted = SlidingWindow()
        let limit = RateLimit(2, per: .second)
        #expect(counted.admit(limit, now: Self.start) == nil)
        #expect(counted.admit(limit, now: Self.start) == nil)
        for _ in 0..<100 { #expect(counted.admit(limit, now: Self.start) != nil) }
        #expect(counted.admit(limit, now: Self.start + Self.second * 16 / 15 + 1) == nil)
        counted.giveBack()
        #expect(counted.count <= 2)
        var fresh = SlidingWindow()
        for _ in 0..<10 {
            #expect(fresh.admit(limit, now: Self.start) == nil)
            fresh.giveBack()
        }
        fresh.giveBack()
        #expect(fresh.count == 0)
    }

    @Test("a clock that goes back opens nothing and breaks nothing; a leap forwards empties the window")
    func clock() {
        var counted = SlidingWindow()
        let limit = RateLimit(5, per: .minute)
        for _ in 0..<5 { #expect(counted.admit(limit, now: Self.start) == nil) }
        for back in [UInt64(0), 1, Self.start - 1, Self.start - 3_600 * Self.second] { #expect(counted.admit(limit, now: back) != nil) }
        #expect(counted.isEmpty(now: 0) == false)
        #expect(counted.admit(limit, now: Self.start + 30 * Self.second) != nil)
        #expect(counted.admit(limit, now: .max / 2) == nil)
        #expect(counted.count == 1)
    }

    @Test("another limit over the same window keeps what was counted; over another window it begins anew; none counts nothing")
    func changes() {
        var counted = SlidingWindow()
        for _ in 0..<5 { _ = counted.admit(RateLimit(5, per: .minute), now: Self.start) }
        #expect(counted.admit(RateLimit(5, per: .minute), now: Self.start) != nil)
        #expect(counted.admit(RateLimit(6, per: .minute), now: Self.start) == nil)
        #expect(counted.admit(RateLimit(3, per: .minute), now: Self.start) != nil)
        #expect(counted.admit(RateLimit(1, per: .hour), now: Self.start) == nil)
        #expect(counted.admit(.none, now: Self.start) == nil)
        #expect(counted.count == 1)
    }
}
