import PetaDownstream
import PetaTestSupport
import Synchronization
import Testing

/// Resources that are watched at a server of the modern era, which says on its listen what it honours.
@Suite("Listening to a modern server") struct ListenTests {
    private func bench(_ flags: [String] = []) async throws -> Bench {
        let bench = try await Bench()
        try await bench.add(peer: "listening_stdio.py", flags: flags)
        return bench
    }

    @Test("a resource is watched only when the server has said so, and one that its acknowledgement leaves out is not")
    func honoured() async throws {
        let bench = try await bench(["--slow", "300"])
        try await bench.servers.start("asking")
        let begun = ContinuousClock.now
        try await bench.servers.watch("asking", "r:a")
        #expect(ContinuousClock.now - begun >= .milliseconds(250))
        await #expect(throws: DownstreamFailure.badAnswer("the server does not watch it")) {
            try await bench.servers.watch("asking", "r:quiet")
        }
        _ = try await bench.call(try await bench.shared(), "touch", #"{"uri":"r:a"}"#)
        #expect(bench.told.withLock { $0 } == [#"notifications/resources/updated {"uri":"r:a"}"#])
        try await bench.finish()
    }

    @Test("what is added while a listen is being opened goes into the next one, all of it")
    func coalescing() async throws {
        let bench = try await bench(["--slow", "200"])
        try await bench.servers.start("asking")
        let begun = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for number in 0..<50 { group.addTask { try await bench.servers.watch("asking", "r:\(number)") } }
            try await group.waitForAll()
        }
        // One behind the other, each of which takes its time: on a busy machine the additions come late, and so do the listens.
        let most = 1 + Int((ContinuousClock.now - begun) / .milliseconds(200))
        #expect(bench.noted("listens").count <= most, "\(bench.noted("listens"))")
        #expect(bench.noted("listens").last?.split(separator: " ").count == 50)
        try await bench.finish()
    }

    @Test("the old listen is ended when the new one is acknowledged, and not before")
    func handingOver() async throws {
        let bench = try await bench()
        try await bench.servers.start("asking")
        try await bench.servers.watch("asking", "r:a")
        try await bench.servers.watch("asking", "r:b")
        try await soon("the old ones were ended") { bench.noted("ended") == ["1", "1"] }
        await bench.servers.unwatch("asking", "r:a")
        try await soon("a smaller one is open") { bench.noted("ended") == ["1", "1", "1"] }
        #expect(bench.noted("listens").last == "r:b")
        try await bench.finish()
    }

    @Test("one URI that the server refuses does not spoil the others that were wanted with it")
    func spoiling() async throws {
        let bench = try await bench(["--slow", "100"])
        let kept = await withTaskGroup(of: String?.self) { group in
            for uri in ["r:a", "r:b", "r:bad", "r:c", "r:d"] {
                group.addTask { (try? await bench.servers.watch("asking", uri)).map { uri } }
            }
            return await group.reduce(into: [String]()) { $0 += [$1].compactMap { $0 } }
        }
        #expect(kept.sorted() == ["r:a", "r:b", "r:c", "r:d"])
        try await bench.finish()
    }

    @Test("a server that ends its listen is listened to again, and what may have been missed is told")
    func gap() async throws {
        let bench = try await bench()
        try await bench.servers.watch("asking", "r:a")
        _ = try await bench.call(try await bench.shared(), "end")
        try await soon("it is told") { bench.told.withLock { $0 } == [#"notifications/resources/updated {"uri":"r:a"}"#] }
        #expect(bench.noted("listens").last == "r:a")
        try await bench.finish()
    }
}
