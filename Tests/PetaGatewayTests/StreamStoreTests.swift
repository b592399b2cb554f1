import PetaGateway
import Synchronization
import TestRandom
import Testing

@Suite("The memory of all kept streams") struct StreamStoreTests {
    private static let own = StreamLimits(events: 100, bytes: 10_000, seconds: 600)

    @Test("everyone has its own bounds until half is taken, then an equal share of that half; upkeep is asked for at three quarters")
    func shares() {
        let asked = Mutex(0)
        let store = StreamStore(limits: Self.own, memory: 100_000, wantsUpkeep: { asked.withLock { $0 += 1 } })
        for count in 1...5 {
            store.account(from: 0, to: 10_000)
            #expect(store.limits == Self.own, "\(count)")
        }
        store.account(from: 0, to: 10_000)
        #expect(store.limits.bytes == 50_000 / 6 && store.limits.events == Self.own.events)
        store.account(from: 0, to: 10_000)
        #expect(store.limits.bytes == 50_000 / 7 && asked.withLock { $0 } == 0)
        store.account(from: 0, to: 10_000)
        #expect(store.limits.bytes == 50_000 / 8 && asked.withLock { $0 } == 1)
        // Less is no reason to ask, and who has nothing has no share.
        for _ in 0..<3 { store.account(from: 10_000, to: 0) }
        #expect(store.limits == Self.own && asked.withLock { $0 } == 1)
    }

    @Test(
        "many sessions that are flooded stay below the bound together, and a quiet one keeps its events", arguments: [21, 22] as [UInt64])
    func flood(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let memory = 100_000
        let wanted = Mutex(false)
        let store = StreamStore(limits: Self.own, memory: memory, wantsUpkeep: { wanted.withLock { $0 = true } })
        var logs = [StreamLog](repeating: StreamLog(), count: 60)
        func change(_ index: Int, _ body: (inout StreamLog) -> Void) {
            let before = logs[index].bytes
            body(&logs[index])
            store.account(from: before, to: logs[index].bytes)
        }
        change(0) { _ = $0.append([1], to: 0, at: 0, store.limits) }
        for step in 0..<6000 {
            let message = [UInt8](repeating: 0x61, count: .random(in: 0...600, using: &random))
            change(.random(in: 1..<logs.count, using: &random)) { _ = $0.append(message, to: 0, at: 0, store.limits) }
            if wanted.withLock({ wanted in
                defer { wanted = false }
                return wanted
            }) {
                for index in logs.indices { change(index) { $0.trim(at: 0, store.limits) } }
            }
            let all = logs.reduce(0) { $0 + $1.bytes }
            try #require(all <= memory, "\(step): \(all)")
        }
        #expect(logs[0].events.map(\.message) == [[1]])
        #expect(logs.allSatisfy { !$0.events.isEmpty })
    }
}
