import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: sessions that outlive the gateway", .serialized)
struct UpstreamRestartTests {
    private static func rest(_ stream: RawHTTP) throws -> [StreamEvent] {
        var events: [StreamEvent] = []
        while let event = try stream.event() { events.append(event) }
        return events
    }

    private static func ping(_ session: MCPConnection) throws -> Int {
        let http = try RawHTTP(port: session.port)
        try http.send("POST", "/mcp", session.fields, body: Array(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.utf8))
        return try http.response().status
    }

    private static func call(_ session: MCPConnection, _ tool: String) throws -> HTTPResponse {
        let http = try RawHTTP(port: session.port)
        let body = #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__\#(tool)","arguments":{}}}"#
        try http.send("POST", "/mcp", session.fields, body: Array(body.utf8))
        return try http.response()
    }

    @Test("a call that was under way when the gateway was killed ends with an error where its stream is resumed")
    func killedCall() throws {
        var gateway = try Gateway()
        try gateway.addDemo()
        let session = try MCPConnection.open(port: gateway.port, token: try gateway.token())
        try session.send(UpstreamResumeTests.progressCall(10_000, ms: 10, id: 42))
        _ = try session.http.responseHead()
        var seen: [StreamEvent] = []
        for _ in 0..<4 { seen.append(try #require(try session.http.event())) }
        try gateway.kill()
        for _ in 0..<2 {
            gateway = try gateway.restarted()
            let resumed = try Self.rest(try session.openStream(lastEventID: seen.last?.id))
            let steps = try UpstreamResumeTests.steps(seen + resumed)
            #expect(steps == (1..<steps.count).map { "\($0)" } + ["error"])
            #expect(resumed.last?.data.contains(#""id":42,"#) == true)
            #expect(try Self.ping(session) == 200)
            try gateway.kill()
        }
        gateway = try gateway.restarted()
        let records = try gateway.expect("audit", "tail", "-n", "100", "--json")
        #expect(records.contains(#""outcome":"stopped""#) || records.contains(#""outcome": "stopped""#), "\(records)")
        #expect(try Self.call(session, "echo").status == 200)
        try gateway.stop()
    }

    @Test("an idle session goes on after a kill: its stream is resumed, and what waited for it comes once")
    func killedIdle() throws {
        var gateway = try Gateway()
        try gateway.addDemo()
        let token = try gateway.token()
        let session = try MCPConnection.open(port: gateway.port, token: token)
        let file = gateway.data + "/sessions"
        func size() throws -> Int { try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0 }
        let stream = try session.openStream()
        _ = try stream.event()
        let empty = try size()
        #expect(try Self.call(session, "grow").status == 200)
        let start = try #require(try stream.event()?.id)
        // What is seen is written down.
        let one = try size() - empty
        let quiet = try MCPConnection.open(port: gateway.port, token: token, revision: "2025-06-18", path: "/mcp?names=qualified")
        let before = try size()
        #expect(try Self.call(session, "grow").status == 200)
        let change = try #require(try stream.event())
        #expect(change.data.contains("tools/list_changed"))
        try eventually("the change is known") { try session.request("tools/list").text.contains("extra_2") }
        // Nobody sees that the other session has it, too.
        try eventually("it is written down for both") { try size() - before >= one + one / 2 }
        try gateway.kill()
        gateway = try gateway.restarted()
        // From the beginning and from the end of what was seen.
        let early = try session.openStream(lastEventID: start)
        #expect(try early.event()?.data == "")
        #expect(try early.event() == change)
        let stayed = try session.openStream(lastEventID: change.id)
        #expect(try stayed.event()?.data == "")
        while try early.event() != nil {}
        #expect(try early.isClosedByPeer())
        // The other session never opened its stream: the change waits there, and its names are as it asked.
        let late = try quiet.openStream()
        let waited = try #require(try late.event())
        #expect(waited.data.contains("tools/list_changed"))
        try gateway.kill()
        gateway = try gateway.restarted()
        let again = try quiet.openStream()
        // The server began anew; two more tools are other than what was listed before, whenever that is looked at.
        for _ in 0..<2 { #expect(try Self.call(session, "grow").status == 200) }
        let next = try #require(try again.event())
        #expect(next.id != waited.id)
        let http = try RawHTTP(port: gateway.port)
        try http.send("POST", "/mcp", quiet.fields, body: Array(#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#.utf8))
        #expect(try http.response().text.contains("demo::echo"))
        try gateway.stop()
    }

    @Test("a session that was ended stays ended, and one of a user that is gone does not come back")
    func ended() throws {
        var gateway = try Gateway()
        let token = try gateway.token()
        let session = try MCPConnection.open(port: gateway.port, token: token)
        let other = try MCPConnection.open(port: gateway.port, token: token)
        #expect(try session.end().status == 200)
        try gateway.kill()
        gateway = try gateway.restarted()
        #expect(try Self.ping(session) == 404)
        #expect(try Self.ping(other) == 200)
        try gateway.expect("user", "add", "carol")
        let carol = try MCPConnection.open(port: gateway.port, token: try gateway.token("carol"))
        try gateway.expect("user", "disable", "carol")
        try gateway.kill()
        gateway = try gateway.restarted()
        try gateway.expect("user", "enable", "carol")
        #expect(try Self.ping(carol) == 404)
        try gateway.stop()
    }

    @Test("a stop in good order tells streams when to come again, and keeps the sessions")
    func stopped() throws {
        var gateway = try Gateway()
        try gateway.addDemo()
        let session = try MCPConnection.open(port: gateway.port, token: try gateway.token())
        _ = try session.request("logging/setLevel", #"{"level":"debug"}"#)
        let stream = try session.openStream()
        let start = try #require(try stream.event()?.id)
        #expect(try Self.call(session, "echo").status == 200)
        gateway.process.signal(SIGTERM)
        var last: StreamEvent?
        while let event = try stream.event() {
            #expect(event.data.isEmpty)
            last = event
        }
        #expect(last?.retry != nil && last?.id == nil)
        #expect(try gateway.process.wait() == .exited(0))
        gateway = try gateway.restarted()
        let resumed = try session.openStream(lastEventID: start)
        #expect(try resumed.event()?.data == "")
        #expect(try Self.call(session, "echo").status == 200)
        let worker = try RawHTTP(port: gateway.port)
        // The level that it had asked for is still its own.
        try worker.send(
            "POST", "/mcp", session.fields,
            body: Array(
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__log","arguments":{"level":"debug","message":"low"}}}"#
                    .utf8))
        #expect(try worker.response().status == 200)
        while let message = try resumed.message() {
            if (message["params"] as? [String: Any])?["data"] as? String == "low" { break }
        }
        try gateway.stop()
    }

    @Test("a session that nobody used beyond the limit does not come back; a file of sessions that is damaged or foreign harms nobody")
    func idleAndDamaged() throws {
        let directory = try TemporaryDirectory()
        let configuration = try directory.write("limits:\n  sessionIdleSeconds: 10\n", to: "peta.yaml")
        var gateway = try Gateway(arguments: ["--config", configuration], directory: directory)
        let token = try gateway.token()
        let session = try MCPConnection.open(port: gateway.port, token: token)
        try gateway.kill()
        let file = URL(fileURLWithPath: gateway.data + "/sessions")
        let whole = try Data(contentsOf: file)
        gateway = try gateway.restarted()
        #expect(try Self.ping(session) == 200)
        try gateway.kill()
        // Time itself is what is tested.
        poll(nil, 0, 10_500)
        gateway = try gateway.restarted()
        #expect(try Self.ping(session) == 404)
        try gateway.kill()
        for bad in [Data(), Data(whole.prefix(50)), whole + Data([1, 2, 3]), Data(repeating: 0x61, count: 1000), Data(whole.reversed())] {
            try bad.write(to: file)
            gateway = try gateway.restarted()
            let fresh = try MCPConnection.open(port: gateway.port, token: token)
            #expect(try Self.ping(fresh) == 200)
            #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int == 0o600)
            try gateway.kill()
        }
    }

    @Test("a session with an open stream and events that are kept for it stays within 32 KB")
    func memory() throws {
        let gateway = try Gateway()
        try gateway.addDemo()
        let token = try gateway.token()
        let worker = try MCPConnection.open(port: gateway.port, token: token)
        func log() throws { _ = try worker.call("demo__log", #"{"level":"error","message":"as long as a short message"}"#) }
        try log()
        let before = gateway.residentBytes
        var held: [(MCPConnection, RawHTTP)] = []
        for _ in 0..<300 {
            let session = try MCPConnection.open(port: gateway.port, token: token)
            held.append((session, try session.openStream()))
        }
        for _ in 0..<20 { try log() }
        for (_, stream) in held { for _ in 0..<21 { _ = try stream.event() } }
        let each = (gateway.residentBytes - before) / held.count
        print("a session with an open stream and 20 events: \(each / 1024) KiB")
        #expect(each < 32 << 10)
        try gateway.stop()
    }

    @Test("the official client goes on with its session over a kill of the gateway, and sees the call that died with it end")
    func officialClient() throws {
        var gateway = try Gateway()
        try gateway.addDemo()
        let client = try PythonPeer.start("client.py", [gateway.url, "outlive"], environment: ["PETA_TOKEN": try gateway.token()])
        #expect(try client.stdout.line(0).contains("running"))
        try gateway.kill()
        gateway = try gateway.restarted()
        let seen = try #require(try JSONSerialization.jsonObject(with: Data(try client.stdout.line(1).utf8)) as? [String: Any])
        let steps = seen["steps"] as? [Int] ?? []
        #expect(steps.count > 0 && steps == Array(1...max(1, steps.count)), "\(seen)")
        #expect(((seen["call"] as? [String: Any])?["error"] as? [String: Any])?["code"] as? Int == -32603, "\(seen)")
        #expect(seen["after"] as? String == "after", "\(seen)")
        #expect(try client.wait() == .exited(0))
        try gateway.stop()
    }

    @Test("a thousand sessions resume after a kill, and lose no event")
    func thousand() throws {
        var gateway = try Gateway()
        try gateway.addDemo()
        let token = try gateway.token()
        let file = gateway.data + "/sessions"
        func size() throws -> Int { try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0 }
        var sessions: [(session: MCPConnection, id: String)] = []
        for _ in 0..<1000 {
            let session = try MCPConnection.open(port: gateway.port, token: token)
            session.http.close()
            let stream = try session.openStream()
            sessions.append((session, try #require(try stream.event()?.id)))
        }
        let before = try size()
        #expect(try Self.call(sessions[0].session, "grow").status == 200)
        try eventually("a thousand events are written down") { try size() - before > 1000 * 120 }
        try gateway.kill()
        let began = monotonicSeconds()
        gateway = try gateway.restarted()
        let ready = monotonicSeconds() - began
        for (session, id) in sessions {
            let stream = try session.openStream(lastEventID: id)
            #expect(try stream.message()?["method"] as? String == "notifications/tools/list_changed")
            stream.close()
        }
        let all = monotonicSeconds() - began
        print("1,000 sessions resumed in \(all) s, of which the start took \(ready) s; their file has \(try size()) bytes")
        try gateway.stop()
    }
}
