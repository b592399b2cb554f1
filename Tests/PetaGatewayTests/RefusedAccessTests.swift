import PetaGateway
import Testing

/// Who has no token leaves a trace, and cannot fill the audit.
@Suite("Records of refused access") struct RefusedAccessTests {
    private let refused = RefusedAccess()

    @Test("of one source the first are recorded, of another too, and then it is said how many were not")
    func sources() {
        let first = (0..<1000).compactMap { _ in refused.admit("10.0.0.1", now: 50) }
        #expect(first == Array(repeating: 0, count: RefusedAccess.sourceLimit))
        #expect(refused.admit("10.0.0.2", now: 51) == 1000 - RefusedAccess.sourceLimit)
        #expect(refused.admit("10.0.0.2", now: 52) == 0)
        #expect(refused.admit("10.0.0.1", now: 50 + RefusedAccess.seconds - 1) == nil)
        #expect(refused.admit("10.0.0.1", now: 50 + RefusedAccess.seconds) == 1)
    }

    @Test("however many sources there are, no more are recorded than in all")
    func all() {
        let made = (0..<100_000).compactMap { refused.admit("2001:db8::\(String($0, radix: 16))", now: 7) }
        #expect(made.count == RefusedAccess.limit)
        #expect(refused.admit("2001:db8::", now: 7 + RefusedAccess.seconds) == 100_000 - RefusedAccess.limit)
    }
}
