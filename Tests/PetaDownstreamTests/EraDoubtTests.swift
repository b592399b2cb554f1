import PetaDownstream
import Testing

/// Answers that no modern server gives.
@Suite("Doubts about the era") struct EraDoubtTests {
    @Test("-32022, and 400 with a code that is none of the modern era's refusals, give reason to doubt")
    func reasons() {
        for code in [-32600, -32000, -32001, -32700, nil] { #expect(EraDoubt.isReason(status: 400, code: code)) }
        for status in [200, 400, 500] { #expect(EraDoubt.isReason(status: status, code: -32022)) }
        for code in [-32602, -32603, -32020, -32021] { #expect(!EraDoubt.isReason(status: 400, code: code)) }
        for status in [200, 404, 500] { #expect(!EraDoubt.isReason(status: status, code: -32600)) }
    }

    @Test("however often there is reason, it is asked after pauses that grow up to an hour")
    func bounded() {
        var doubt = EraDoubt()
        var tests = 0
        for second in 0..<86_400 where doubt.raise(now: Double(second)) {
            tests += 1
            doubt.tested(isStill: true)
        }
        #expect(tests == 30)
    }

    @Test("who doubts while it is being asked waits for the same answer")
    func joining() {
        var doubt = EraDoubt()
        #expect(doubt.raise(now: 0) && doubt.raise(now: 0))
        doubt.tested(isStill: true)
        #expect(!doubt.raise(now: 29) && doubt.raise(now: 30))
        doubt.tested(isStill: true)
        #expect(!doubt.raise(now: 89) && doubt.raise(now: 90))
    }

    @Test("a server that did change is asked again after the first pause")
    func changed() {
        var doubt = EraDoubt()
        for now in [0.0, 30, 90] {
            #expect(doubt.raise(now: now) == true)
            doubt.tested(isStill: now < 90)
        }
        #expect(doubt.raise(now: 210) == true)
        doubt.tested(isStill: true)
        #expect(!doubt.raise(now: 239) && doubt.raise(now: 240))
    }
}
