import PetaStore
import Synchronization
import Testing

@Suite("The change feed")
struct ChangeFeedTests {
    final class Log: Sendable {
        private let entries = Mutex<[String]>([])
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock { $0 } }
    }

    @Test("announcing returns when every subscriber has applied the change, in the order of subscription")
    func waits() async {
        let feed = ChangeFeed()
        let log = Log()
        feed.subscribe { changes in
            await Task.yield()
            log.add("first \(changes.count)")
        }
        feed.subscribe { _ in log.add("second") }
        await feed.announce(.servers, .secrets)
        #expect(log.all == ["first 2", "second"])
    }

    @Test("deliveries of concurrent announcements do not overlap")
    func serial() async {
        let feed = ChangeFeed()
        let busy = Mutex(0)
        let most = Mutex(0)
        feed.subscribe { _ in
            let now = busy.withLock { count in
                count += 1
                return count
            }
            most.withLock { $0 = max($0, now) }
            for _ in 0..<5 { await Task.yield() }
            busy.withLock { $0 -= 1 }
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { await feed.announce(.identity) } }
        }
        #expect(most.withLock { $0 } == 1)
    }

    @Test("a subscriber that announces is served inside its own delivery")
    func nested() async {
        let feed = ChangeFeed()
        let log = Log()
        feed.subscribe { changes in
            log.add(changes.contains(.servers) ? "servers" : "capabilities")
            if changes.contains(.servers) {
                await feed.announce(.capabilities)
                log.add("servers done")
            }
        }
        await feed.announce(.servers)
        #expect(log.all == ["servers", "capabilities", "servers done"])
    }

    @Test("a change is delivered although the announcer was cancelled")
    func cancelled() async {
        let feed = ChangeFeed()
        let log = Log()
        feed.subscribe { _ in log.add(Task.isCancelled ? "cancelled" : "delivered") }
        let announcer = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            await feed.announce(.identity)
        }
        await announcer.value
        #expect(log.all == ["delivered"])
    }

    @Test("a part that subscribes later hears of what comes later")
    func late() async {
        let feed = ChangeFeed()
        let log = Log()
        await feed.announce(.identity)
        feed.subscribe { _ in log.add("heard") }
        await feed.announce(.identity)
        #expect(log.all == ["heard"])
    }

    @Test("a feed that is closed tells nobody, and lets go of what its subscribers hold")
    func closed() async {
        final class Holder: Sendable {
            let feed = ChangeFeed()
        }
        let log = Log()
        weak var held: Holder?
        do {
            let holder = Holder()
            held = holder
            holder.feed.subscribe { _ in
                _ = holder
                log.add("heard")
            }
            await holder.feed.announce(.identity)
            holder.feed.close()
            await holder.feed.announce(.identity)
        }
        #expect(log.all == ["heard"])
        #expect(held == nil)
    }
}
