import PetaDownstream
import PetaTestSupport
import Synchronization
import Testing

/// Resources that somebody wants to hear of.
@Suite("Watched resources") struct WatchTests {
    @Test("a watched resource is subscribed to once, its updates are told, and it is given up when nobody wants it")
    func watching() async throws {
        let bench = try await Bench()
        try await bench.add()
        try await bench.servers.watch("asking", "asking:a")
        try await bench.servers.watch("asking", "asking:a")
        #expect(bench.noted("subscribed") == ["+asking:a"])
        _ = try await bench.call(try await bench.shared(), "touch", #"{"uri":"asking:a"}"#)
        #expect(bench.told.withLock { $0 } == [#"notifications/resources/updated {"uri": "asking:a"}"#])
        await bench.servers.unwatch("asking", "asking:a")
        await bench.servers.unwatch("asking", "asking:a")
        #expect(bench.noted("subscribed") == ["+asking:a", "-asking:a"])
        try await bench.finish()
    }

    @Test("what the server refuses to have watched is an error with its words")
    func refusing() async throws {
        let bench = try await Bench()
        try await bench.add()
        await #expect(throws: DownstreamFailure.badAnswer("resources/subscribe was refused: not this one")) {
            try await bench.servers.watch("asking", "asking:forbidden")
        }
        await #expect(throws: DownstreamFailure.self) { try await bench.servers.watch("nobody", "asking:a") }
        try await bench.finish()
    }

    @Test("a server that is lost while something of it is watched comes back by itself and is subscribed to again")
    func losing() async throws {
        let bench = try await Bench()
        try await bench.add()
        try await bench.servers.watch("asking", "asking:a")
        try await bench.servers.watch("asking", "asking:b")
        await #expect(throws: DownstreamFailure.self) { try await bench.call(try await bench.shared(), "die") }
        try await soon("it came back") { bench.noted("subscribed") == ["+asking:a", "+asking:b", "+asking:a", "+asking:b"] }
        try await soon("what may have been missed is told") { bench.told.withLock { $0.count } == 2 }
        try await bench.finish()
    }

    @Test("who watches a server that is changed watches the new one; one that is stopped stays stopped until it is needed")
    func changing() async throws {
        let bench = try await Bench()
        try await bench.add()
        try await bench.servers.watch("asking", "asking:a")
        try await bench.servers.update("asking") { $0.title = "new" }
        try await soon("it is watched anew") { bench.noted("subscribed").count == 2 }
        try await bench.servers.stop("asking")
        #expect(await bench.servers.report("asking")?.state == .offline)
        _ = try await bench.call(try await bench.shared(), "echo")
        try await soon("it is watched again") { bench.noted("subscribed").count == 3 }
        try await bench.finish()
    }

    @Test("a watched server does not fall asleep")
    func staying() async throws {
        let bench = try await Bench()
        try await bench.add { $0.idleTimeoutSeconds = 1 }
        try await bench.servers.watch("asking", "asking:a")
        try await Task.sleep(for: .seconds(5))
        #expect(await bench.servers.report("asking")?.state == .online)
        await bench.servers.unwatch("asking", "asking:a")
        var state = ServerState.online
        for _ in 0..<200 where state == .online {
            try await Task.sleep(for: .milliseconds(50))
            state = try #require(await bench.servers.report("asking")?.state)
        }
        #expect(state == .sleeping)
        try await bench.finish()
    }

    @Test("what is given up while its server is being changed is not watched at the new one")
    func changingAndGivingUp() async throws {
        let bench = try await Bench()
        try await bench.add()
        for round in 0..<10 {
            let (kept, dropped) = ("asking:k\(round)", "asking:d\(round)")
            try await bench.servers.watch("asking", kept)
            try await bench.servers.watch("asking", dropped)
            async let change: Void = bench.servers.update("asking") { $0.title = "\(round)" }
            // Sooner or later in the change.
            for _ in 0..<(round * 20) { await Task.yield() }
            await bench.servers.unwatch("asking", dropped)
            try await change
            try await soon("it is watched anew") { bench.noted("subscribed").count { $0 == "+\(kept)" } == 2 }
            let last = bench.noted("subscribed").last { $0.hasSuffix(dropped) }
            let others = bench.noted("subscribed").count { $0 == "+\(dropped)" }
            #expect(others == 1 || last == "-\(dropped)", "round \(round)")
            await bench.servers.unwatch("asking", kept)
        }
        try await bench.finish()
    }

    @Test("a server that is added or removed is told as another one")
    func turnover() async throws {
        let bench = try await Bench()
        let seen = Mutex<[String]>([])
        bench.servers.onTurnover { id in seen.withLock { $0.append(id) } }
        try await bench.add()
        try await bench.servers.update("asking") { $0.title = "new" }
        try await bench.servers.remove("asking")
        #expect(seen.withLock { $0 } == ["asking", "asking"])
        try await bench.finish()
    }
}
