import PetaDownstream
import PetaTestSupport
import PetaWire
import Testing

/// Servers that hang, crash, or are watched.
@Suite("Recovery") struct RecoveryTests {
    @Test("three calls in a row without an answer lead to a ping, and a server that answers it is left alone")
    func alive() async throws {
        let bench = try await Bench()
        try await bench.add()
        let shared = try await bench.shared()
        _ = try await bench.call(shared, "echo")
        shared.callTimedOut()
        shared.callTimedOut()
        shared.callAnswered()
        shared.callTimedOut()
        shared.callTimedOut()
        #expect(!bench.noted("asked").contains("ping"))
        shared.callTimedOut()
        try await soon("it was asked") { bench.noted("asked").contains("ping") }
        _ = try await bench.call(shared, "echo")
        #expect(bench.noted("starts").count == 1)
        try await bench.finish()
    }

    @Test("a server that gives no sign of life is connected anew, and the call on it is lost")
    func dead() async throws {
        let bench = try await Bench()
        try await bench.add()
        let shared = try await bench.shared()
        _ = try await bench.call(shared, "echo")
        let waiting = Task { try await bench.call(shared, "deaf") }
        try await soon("the call is under way") { bench.noted("asked").isEmpty && shared.isConnected }
        try await Task.sleep(for: .milliseconds(200))
        for _ in 0..<ServerHandle.timeoutsBeforePing { shared.callTimedOut() }
        await #expect(throws: DownstreamFailure.lost("the server ended before it answered")) { try await waiting.value }
        _ = try await bench.call(shared, "echo")
        #expect(bench.noted("starts").count == 2)
        #expect(await bench.servers.report("asking")?.restarts == 1)
        try await bench.finish()
    }

    @Test("a server that nobody uses is asked for a sign of life where that is wanted, and comes back by itself")
    func interval() async throws {
        let bench = try await Bench()
        try await bench.add { $0.healthIntervalSeconds = 1 }
        let shared = try await bench.shared()
        _ = try await bench.call(shared, "echo")
        try await soon("it was asked") { bench.noted("asked").contains("ping") }
        await #expect(throws: DownstreamFailure.self) { try await bench.call(shared, "die") }
        try await soon("it came back") { bench.noted("starts").count == 2 }
        try await bench.finish()
    }

    @Test("a crash loop ends in an error that says how often, with the last lines it wrote; calls fail at once meanwhile")
    func crashLoop() async throws {
        let bench = try await Bench()
        try await bench.add { definition in
            definition.command = "/bin/sh"
            definition.args = ["-c", "echo out of paper >&2; exit 4"]
        }
        for _ in 0..<5 { await #expect(throws: ServerError.self) { try await bench.servers.start("asking") } }
        let report = try #require(await bench.servers.report("asking", tail: 50))
        #expect(report.state == .error && report.lastError?.contains("out of paper") == true)
        #expect(report.failures == 1)
        #expect(report.logTail.contains { $0.source == .stderr && $0.text == "out of paper" })
        try await bench.finish()
    }

    @Test("a program that dies at once is started once for each attempt")
    func dyingAtOnce() async throws {
        let bench = try await Bench()
        try await bench.add { definition in
            definition.command = "/bin/sh"
            definition.args = ["-c", "echo $$ >> \(bench.state.path("starts")); exit 4"]
        }
        for number in 1...4 {
            await #expect(throws: ServerError.self) { try await bench.servers.start("asking") }
            #expect(bench.noted("starts").count == number)
        }
        // Later, when the question has come and lies there unread.
        try await bench.servers.update("asking") { $0.args[1] = "echo $$ >> \(bench.state.path("starts")); sleep 0.2; exit 4" }
        await #expect(throws: ServerError.self) { try await bench.servers.start("asking") }
        #expect(bench.noted("starts").count == 5)
        try await bench.finish()
    }
}
