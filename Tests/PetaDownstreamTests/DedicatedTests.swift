import PetaDownstream
import PetaTestSupport
import PetaWire
import Synchronization
import Testing

/// Ways to a server that one client has for itself.
@Suite("Dedicated ways") struct DedicatedTests {
    private static let client: JSON = ["roots": ["listChanged": true], "sampling": [:], "experimental": ["x": [:]], "elicitation": "no"]

    @Test("the server is told what this client can be asked, and nothing else")
    func announcing() async throws {
        let bench = try await Bench()
        try await bench.add()
        let shared = try await bench.shared()
        _ = try await bench.call(shared, "echo")
        let own = try #require(shared.dedicated(Self.client))
        #expect(own.isDedicated && !own.isConnected)
        _ = try await bench.call(own, "echo")
        let none = try #require(shared.dedicated([:]))
        _ = try await bench.call(none, "echo")
        #expect(bench.noted("announced") == ["{}", #"{"roots": {"listChanged": true}, "sampling": {}}"#, "{}"])
        #expect(bench.noted("starts").count == 3)
        #expect(bench.noted("lists").count == 1)
        #expect(await bench.servers.report("asking")?.dedicated == 2)
        try await bench.finish()
    }

    @Test("what the server asks goes to the call under way, and is refused on the shared connection, which remembers it")
    func asking() async throws {
        let bench = try await Bench()
        try await bench.add()
        let shared = try await bench.shared()
        let refused = try await bench.call(shared, "ask", #"{"method":"sampling/createMessage"}"#, reply: #""result":{}"#)
        #expect(refused.contains("-32601") && refused.contains("shared"))
        #expect(shared.asksBack)
        _ = try await bench.call(shared, "ask", #"{"method":"elicitation/create"}"#)
        let lines = try await bench.log().filter { $0.contains("it asked for") }
        #expect(lines.count == 1 && lines[0].contains("sampling/createMessage"))
        try await soon("it is remembered") {
            bench.store.all()[0].capabilities.map { String(decoding: $0, as: UTF8.self) }?.contains(#""asks":true"#) == true
        }

        let own = try #require(shared.dedicated(Self.client))
        let answered = try await bench.call(own, "ask", #"{"method":"sampling/createMessage"}"#, reply: #""result":{"model":"m"}"#)
        #expect(answered.contains(#"\"model\": \"m\""#))
        let turnedDown = try await bench.call(own, "ask", #"{"method":"sampling/createMessage"}"#)
        #expect(turnedDown.contains("-32601") && !turnedDown.contains("shared"))
        // The request for a list that the shared connection was given keeps what was learned.
        try await bench.servers.update("asking") { $0.title = "new" }
        #expect(try await bench.shared().asksBack)
        try await bench.finish()
    }

    @Test("roots that are asked for before the first call wait for it")
    func roots() async throws {
        let bench = try await Bench()
        try await bench.add(flags: ["--roots"])
        let own = try #require(try await bench.shared().dedicated(Self.client))
        _ = try await bench.call(own, "echo", reply: #""result":{"roots":[{"uri":"file:///a"}]}"#)
        try await soon("the roots have come") { bench.noted("replies").contains { $0.contains("file:///a") } }
        own.rootsChanged()
        try await soon("the change was told") { bench.noted("notes").contains("notifications/roots/list_changed") }
        try await bench.finish()
    }

    @Test("what the server tells on it belongs to this client, and its log lines carry a mark")
    func telling() async throws {
        let bench = try await Bench()
        try await bench.add(flags: ["--text", "hello from it"])
        let own = try #require(try await bench.shared().dedicated(Self.client))
        let heard: Mutex<[String]> = Mutex([])
        own.onNotification { method, params in heard.withLock { $0.append("\(method) \(String(decoding: params, as: UTF8.self))") } }
        _ = try await bench.call(own, "say", #"{"text":"for you"}"#)
        #expect(heard.withLock { $0 } == [#"notifications/message {"level": "info", "data": "for you"}"#])
        #expect(bench.told.withLock { $0 }.isEmpty)
        let lines = try await bench.log()
        #expect(lines.contains("[own 1] hello from it") && lines.contains("[own 1] info: for you") && lines.contains("[own 1] online"))
        #expect(bench.noted("lists").isEmpty)
        try await bench.finish()
    }

    @Test("it ends when it is retired, and when the server is changed, disabled or removed; a stopped one wakes again")
    func ending() async throws {
        let bench = try await Bench()
        try await bench.add()
        var shared = try await bench.shared()
        let first = try #require(shared.dedicated([:]))
        _ = try await bench.call(first, "echo")
        first.retire()
        first.retire()
        try await soon("it is closed") { !first.isConnected && first.isOver }
        await #expect(throws: DownstreamFailure.self) { try await bench.call(first, "echo") }

        let stopped = try #require(shared.dedicated([:]))
        _ = try await bench.call(stopped, "echo")
        try await bench.servers.stop("asking")
        #expect(!stopped.isConnected && !stopped.isOver)
        _ = try await bench.call(stopped, "echo")

        try await bench.servers.update("asking") { $0.title = "new" }
        #expect(stopped.isOver && !stopped.isConnected)
        #expect(shared.dedicated([:]) == nil)
        shared = try await bench.shared()
        let removed = try #require(shared.dedicated([:]))
        _ = try await bench.call(removed, "echo")
        try await bench.servers.remove("asking")
        #expect(removed.isOver && !removed.isConnected)
        await #expect(throws: DownstreamFailure.self) { try await bench.call(removed, "echo") }
        try await bench.finish()
    }

    @Test("there are at most 256 ways to one server")
    func limit() async throws {
        let bench = try await Bench()
        try await bench.add()
        let shared = try await bench.shared()
        let ways = (0..<300).compactMap { _ in shared.dedicated([:]) }
        #expect(ways.count == 256)
        ways[0].retire()
        try await soon("there is room again") { shared.dedicated([:]) != nil }
        #expect(bench.noted("starts").isEmpty)
        try await bench.finish()
    }
}
