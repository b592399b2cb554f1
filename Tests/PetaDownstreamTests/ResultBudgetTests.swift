import PetaDownstream
import Synchronization
import TestRandom
import Testing

/// How much of large answers may be in memory.
@Suite("Result budget") struct ResultBudgetTests {
    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)
        var count: Int { value.load(ordering: .relaxed) }
        func add() { value.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Holds shares until it is told to let them go.
    private struct Shelf {
        var shares: [(count: Int, share: BudgetShare)] = []
        var sum: Int { shares.reduce(0) { $0 + $1.count } }
    }

    @Test("what does not fit waits, and everybody who waits is called once when room comes")
    func waiting() {
        let budget = ResultBudget(limit: 100)
        let calls = Counter()
        var first = budget.reserve(60) { calls.add() }
        var second = budget.reserve(40) { calls.add() }
        #expect(first != nil && second != nil && budget.used == 100)
        for _ in 0..<3 { #expect(budget.reserve(1) { calls.add() } == nil) }
        #expect(calls.count == 0)
        first = nil
        #expect(calls.count == 3 && budget.used == 40)
        second = nil
        #expect(calls.count == 3 && budget.used == 0)
    }

    @Test("an answer larger than everything passes, but alone")
    func large() {
        let budget = ResultBudget(limit: 100)
        let calls = Counter()
        var share = budget.reserve(1_000) { calls.add() }
        #expect(share != nil)
        #expect(budget.reserve(1) { calls.add() } == nil)
        share = nil
        #expect(calls.count == 1)
        share = budget.reserve(1) { calls.add() }
        #expect(share != nil && budget.reserve(1_000) { calls.add() } == nil)
    }

    @Test("what grows never waits, and new answers wait for it")
    func growing() {
        let budget = ResultBudget(limit: 100)
        let calls = Counter()
        var shelf = Shelf()
        for _ in 0..<3 { shelf.shares.append((80, budget.take(80))) }
        #expect(budget.used == 240)
        #expect(budget.reserve(1) { calls.add() } == nil)
        #expect(budget.isExhausted { calls.add() })
        shelf.shares.removeLast()
        #expect(calls.count == 2 && budget.used == 160)
        #expect(budget.isExhausted { calls.add() })
        shelf.shares.removeAll()
        #expect(calls.count == 3 && budget.used == 0)
        #expect(!budget.isExhausted { calls.add() })
    }

    @Test("a share goes back once, however many hold it")
    func sharing() {
        let budget = ResultBudget(limit: 100)
        var one = budget.reserve(70) {}
        var other = one
        #expect(one === other)
        one = nil
        #expect(budget.used == 70)
        other = nil
        #expect(budget.used == 0)
    }

    @Test("a retry may ask again at once")
    func again() {
        let budget = ResultBudget(limit: 10)
        let taken = Mutex<BudgetShare?>(nil)
        var share = budget.reserve(10) {}
        #expect(budget.reserve(7) { taken.withLock { $0 = budget.reserve(7) {} } } == nil)
        #expect(share != nil)
        share = nil
        #expect(taken.withLock { $0 } != nil && budget.used == 7)
    }

    @Test("in any order of taking and giving back the limit holds, and nobody is forgotten", arguments: 0..<8)
    func anyOrder(round: Int) {
        var numbers = SplitMix(seed: UInt64(round))
        let limit = 1_000
        let budget = ResultBudget(limit: limit)
        let woken = Mutex<[Int]>([])
        var shelf = Shelf()
        var asleep: [Int] = []
        var problems = 0
        for id in 0..<3_000 {
            if Bool.random(using: &numbers) || shelf.shares.isEmpty {
                let count = Int.random(in: 1...(id % 50 == 0 ? 1_500 : 400), using: &numbers)
                if let share = budget.reserve(count, retry: { woken.withLock { $0.append(id) } }) {
                    if !shelf.shares.isEmpty, shelf.sum + count > limit { problems += 1 }
                    shelf.shares.append((count, share))
                } else {
                    if shelf.sum + count <= limit { problems += 1 }
                    asleep.append(id)
                }
            } else {
                shelf.shares.remove(at: Int.random(in: shelf.shares.indices, using: &numbers))
                if woken.withLock({ $0 }) != asleep { problems += 1 }
                asleep = []
                woken.withLock { $0 = [] }
            }
            if budget.used != shelf.sum { problems += 1 }
        }
        #expect(problems == 0)
    }

    @Test("many at once never hold more than the limit, and all get their turn")
    func concurrent() async {
        let limit = 1_000
        let budget = ResultBudget(limit: limit)
        let done = Counter()
        let tooMuch = Counter()
        await withTaskGroup(of: Void.self) { group in
            for n in 0..<200 {
                group.addTask {
                    while true {
                        let (waiting, feed) = AsyncStream.makeStream(of: Void.self)
                        if let share = budget.reserve(50 + n, retry: { feed.finish() }) {
                            if budget.used > limit { tooMuch.add() }
                            await Task.yield()
                            withExtendedLifetime(share) { done.add() }
                            break
                        }
                        for await _ in waiting {}
                    }
                }
            }
        }
        #expect(done.count == 200 && tooMuch.count == 0 && budget.used == 0)
    }
}
