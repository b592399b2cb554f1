import PetaAdminAPI
import PetaCommands
import Testing

@Suite struct ReviewQueueTests {
    @Test("a flood of one requester delays another by one request")
    func fair() {
        var queue = ReviewQueue()
        for number in 0..<500 { queue.put(ReviewRig.entry("a\(number)", user: "alice")) }
        queue.put(ReviewRig.entry("b0", user: "bob"))
        queue.put(ReviewRig.entry("b1", user: "bob"))
        var order: [String] = []
        while let id = queue.next(), order.count < 6 {
            order.append(id)
            queue.remove(id)
        }
        #expect(order == ["a0", "b0", "a1", "b1", "a2", "a3"])
    }

    @Test("who comes back has not got a turn more for it")
    func back() {
        var queue = ReviewQueue()
        queue.put(ReviewRig.entry("a0", user: "alice"))
        queue.put(ReviewRig.entry("b0", user: "bob"))
        queue.put(ReviewRig.entry("b1", user: "bob"))
        #expect(queue.next() == "a0")
        queue.remove("a0")
        #expect(queue.next() == "b0")
        queue.remove("b0")
        queue.put(ReviewRig.entry("a1", user: "alice"))
        #expect(queue.next() == "a1")
        queue.put(ReviewRig.entry("a2", user: "alice"))
        #expect(queue.next() == "b1")
    }

    @Test("what is skipped comes after the others of its requester, and comes again")
    func skipped() {
        var queue = ReviewQueue()
        for id in ["a0", "a1", "a2"] { queue.put(ReviewRig.entry(id)) }
        var order: [String] = []
        for _ in 0..<4 {
            guard let id = queue.next() else { break }
            order.append(id)
            queue.skip(id)
        }
        #expect(order == ["a0", "a1", "a2", "a0"])
    }

    @Test("beyond its bound it holds only that something waits")
    func bounded() {
        var queue = ReviewQueue(holding: 2)
        for number in 0..<5 { queue.put(ReviewRig.entry("a\(number)")) }
        #expect(queue.count == 5 && queue.entry("a1") != nil && queue.entry("a2") == nil)
        queue.remove("a0")
        queue.put(ReviewRig.entry("a5"))
        #expect(queue.entry("a5") != nil)
        #expect(queue.groups(showing: 10).map { $0.entries.map(\.id) } == [["a1", "a5"]])
        #expect(queue.groups(showing: 10).first?.count == 5)
    }

    @Test("what is not told again is gone")
    func settle() {
        var queue = ReviewQueue()
        for id in ["a", "b", "c"] { queue.put(ReviewRig.entry(id)) }
        queue.begin()
        queue.put(ReviewRig.entry("b"))
        queue.put(ReviewRig.entry("d"))
        #expect(queue.settle().sorted() == ["a", "c"])
        #expect(queue.count == 2)
    }
}
