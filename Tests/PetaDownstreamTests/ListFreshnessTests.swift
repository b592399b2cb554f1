import PetaDownstream
import PetaTestSupport
import PetaWire
import Testing

/// How long lists are good.
@Suite("The freshness of lists") struct ListFreshnessTests {
    @Test("a list of whose changes nothing is told is due when its time is over, once")
    func due() {
        var lists = ListFreshness()
        #expect(lists.isDue(now: 1e9) == false)
        lists.read(["tools": 5000, "prompts": 60_000], now: 100)
        #expect(lists.isDue(now: 104.9) == false)
        #expect(lists.isDue(now: 105) && !lists.isDue(now: 105) && !lists.isDue(now: 1e9))
        lists.read(["tools": 5000], now: 106)
        #expect(!lists.isDue(now: 110.9) && lists.isDue(now: 111))
    }

    @Test("one that the server tells of is never due; when it tells no more it is")
    func told() {
        var lists = ListFreshness()
        lists.read(["tools": 5000, "prompts": 60_000], now: 0)
        lists.tells(of: ["tools"])
        #expect(lists.staleAt == 60)
        lists.tells(of: ["tools", "prompts", "resources"])
        #expect(lists.staleAt == nil && !lists.isDue(now: 1e9))
        lists.tells(of: [])
        #expect(lists.isDue(now: 5) == true)
    }

    @Test("no hint and 0 are no promise; what is less than a second or more than a day counts as that")
    func bounds() {
        var lists = ListFreshness()
        lists.read(["tools": 0, "prompts": -5], now: 0)
        #expect(lists.staleAt == nil)
        lists.read(["tools": 1], now: 0, spread: 0.9)
        #expect(lists.staleAt.map { $0 >= 1 && $0 < 1.1 } == true)
        lists.read(["tools": .max], now: 0, spread: 0.9)
        #expect(lists.staleAt == 86_400)
    }

    @Test("after a failure it is tried again when the time is over once more")
    func failing() {
        var lists = ListFreshness()
        lists.read(["tools": 1000], now: 0)
        #expect(lists.isDue(now: 1) == true)
        lists.failed(now: 1)
        #expect(!lists.isDue(now: 1.9) && lists.isDue(now: 2))
    }

    @Test("the tools of a server that tells nothing are read again in time, those of one that does are not")
    func reading() async throws {
        for (flags, grows) in [(["--untold"], true), ([], false)] {
            let bench = try await Bench()
            try await bench.add(peer: "listening_stdio.py", flags: ["--ttl", "1000"] + flags)
            try await bench.servers.start("asking")
            _ = try await bench.call(try await bench.shared(), "grow")
            let before = bench.noted("lists").count
            if grows {
                try await soon("they are read again") { bench.noted("lists").last == "5" }
                // The table knows of it.
                var names: [String] = []
                for _ in 0..<400 where !names.contains("more_4") {
                    try await Task.sleep(for: .milliseconds(5))
                    names = await bench.servers.table().flatMap(\.capabilities.tools).compactMap { $0["name"]?.string }
                }
                #expect(names.contains("more_4"))
            } else {
                try await Task.sleep(for: .seconds(5))
                #expect(bench.noted("lists").count == before)
            }
            try await bench.finish()
        }
    }
}
