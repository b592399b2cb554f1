import Dispatch
import PetaIdentity
import PetaWire
import Synchronization
import Testing

@Suite("What users and addresses use up")
struct MeterTests {
    private static let now: UInt64 = 5_000_000_000_000

    @Test("many threads together get what one would, to the last request")
    func threads() {
        let meter = RateMeter()
        let slots = CallSlots()
        let limit = RateLimit(10_000, per: .hour)
        let admitted = Atomic<Int>(0)
        let entered = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<5_000 {
                if meter.admit(limit, now: Self.now) == nil { admitted.wrappingAdd(1, ordering: .relaxed) }
                if slots.enter(limit: 100) { entered.wrappingAdd(1, ordering: .relaxed) }
            }
        }
        #expect(admitted.load(ordering: .relaxed) == 10_000)
        #expect(slots.count == entered.load(ordering: .relaxed) && slots.count <= 100)
        for _ in 0..<slots.count { slots.leave() }
        #expect(slots.count == 0 && slots.enter(limit: 1) && !slots.enter(limit: 1))
    }

    @Test("each address has its own rate; of IPv6 each /64, and an address of IPv4 inside IPv6 is the IPv4 address")
    func addresses() throws {
        let meters = AddressMeters()
        let limit = RateLimit(1, per: .minute)
        func admit(_ text: String) throws -> Bool { try meters.admit(#require(IPAddress(text)), limit, now: Self.now) == nil }
        #expect(try admit("192.0.2.1"))
        #expect(try !admit("::ffff:192.0.2.1"))
        #expect(try admit("192.0.2.2"))
        #expect(try admit("2001:db8::1"))
        #expect(try !admit("2001:db8::ffff:ffff:ffff:ffff"))
        #expect(try admit("2001:db8:0:1::1"))
        #expect(meters.count == 4)
        meters.giveBack(try #require(IPAddress("192.0.2.1")))
        #expect(try admit("192.0.2.1"))
    }

    @Test("of any number of addresses no more than the capacity is known, and the loudest are not forgotten")
    func bounded() throws {
        let meters = AddressMeters(capacity: 1024)
        let limit = RateLimit(10, per: .minute)
        let loud = try (1...20).map { try #require(IPAddress("192.0.2.\($0)")) }
        for address in loud { for _ in 0..<10 { _ = meters.admit(address, limit, now: Self.now) } }
        for number in 0..<50_000 {
            let address = try #require(IPAddress("2001:db8:\(String(number / 60_000, radix: 16)):\(String(number % 60_000, radix: 16))::1"))
            #expect(meters.admit(address, limit, now: Self.now) == nil)
        }
        #expect(meters.count <= 1024)
        for address in loud { #expect(meters.admit(address, limit, now: Self.now) != nil) }
        // Whose time is over goes first.
        let later = Self.now + 120_000_000_000
        for number in 0..<200 { _ = meters.admit(try #require(IPAddress("10.0.\(number).1")), limit, now: later) }
        #expect(meters.count <= 1024)
    }

    @Test("what was used outlives a change of the user, and a user that is made anew begins anew")
    func rebuilt() async throws {
        try await withIdentity { peta async throws in
            _ = try await peta.identity.addUser(id: "bob", rate: RateLimit("2/min"))
            let token = try await peta.identity.createToken(user: "bob", rate: RateLimit("1/min"))
            func principal() throws -> Principal { try #require(peta.identity.who(token)) }
            let before = try principal()
            #expect(before.allowance.userRate == RateLimit("2/min") && before.allowance.tokenRate == RateLimit("1/min"))
            _ = before.allowance.usage.meter.admit(RateLimit(1, per: .minute), now: Self.now)
            #expect(before.allowance.usage.slots.enter(limit: 1))
            var changes = UserChanges()
            changes.notes = "x"
            changes.rate = .some(RateLimit.none)
            changes.workspace = "fin"
            _ = try await peta.identity.updateUser("bob", changes)
            let after = try principal()
            #expect(after !== before && after.workspace == "fin" && after.allowance.userRate?.isNone == true)
            #expect(after.allowance.usage === before.allowance.usage && after.allowance.tokenMeter === before.allowance.tokenMeter)
            #expect(after.allowance.usage.meter.admit(RateLimit(1, per: .minute), now: Self.now) != nil)
            #expect(!after.allowance.usage.slots.enter(limit: 1))
            let reopened = try peta.reopened()
            #expect(reopened.snapshot.users["bob"]?.workspace == "fin")
            #expect(reopened.snapshot.users["bob"]?.rate == RateLimit.none)
            #expect(try await reopened.tokens(user: "bob").first?.rate == RateLimit("1/min"))
            try await peta.identity.removeUser("bob")
            _ = try await peta.identity.addUser(id: "bob")
            let anew = try await peta.identity.createToken(user: "bob")
            #expect(peta.identity.who(anew)?.allowance.usage.slots.count == 0)
        }
    }
}
