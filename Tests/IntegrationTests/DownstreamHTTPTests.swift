import Foundation
import PetaTestSupport
import Testing

@Suite("HTTP servers that do what they should not")
struct DownstreamHTTPTests {
    /// bad_http.py behind a gateway.
    private struct Fixture {
        let rig: DownstreamRig
        let peer: ChildProcess
        let url: String
        let client: MCPConnection

        init(_ settings: [String: String] = [:], options: [String] = []) throws {
            rig = try DownstreamRig(settings)
            peer = try PythonPeer.start("bad_http.py")
            url = try peer.stdout.line(0)
            let added = try rig.gateway.peta(["server", "add", "bad", "--url", url] + options)
            #expect(added.status == 0)
            client = try rig.client()
            #expect(try client.callText("bad::echo", #"{"text":"first"}"#) == "first")
        }

        func calls(_ tool: String) -> Int {
            peer.stdout.lines.filter { $0 == "POST /mcp tools/call \(tool)" }.count
        }

        var handshakes: Int { peer.stdout.lines.filter { $0.contains(" initialize ") }.count }

        /// The server is as useful as before, and everything ends well.
        func finish() throws {
            #expect(try client.callText("bad::echo", #"{"text":"last"}"#) == "last")
            client.http.close()
            try rig.finish()
        }
    }

    @Test("an answer with an error status is an error for its call alone", arguments: [400, 401, 403, 429, 500, 503])
    func status(code: Int) throws {
        let fixture = try Fixture()
        let error = try fixture.client.callError("bad::status", #"{"code":\#(code)}"#)
        #expect(error.code == -32603)
        #expect(!error.message.contains("went wrong"))
        #expect(try fixture.rig.outcomes("status") == ["error"])
        try eventually("the call came") { fixture.calls("status") == 1 }
        #expect((try fixture.rig.records().last?["error"] as? String)?.contains("\(code)") == true)
        try fixture.finish()
    }

    @Test(
        "an answer that is no answer is an error for its call alone",
        arguments: ["html", "foreign", "not_http", "silent_stream", "redirect", "endless_head"])
    func noAnswer(tool: String) throws {
        let fixture = try Fixture()
        #expect(try fixture.client.callError("bad::" + tool).code == -32603)
        #expect(try fixture.rig.outcomes(tool).count == 1)
        try fixture.finish()
        #expect(!fixture.peer.stdout.text.contains("/elsewhere"))
        if tool == "endless_head" { _ = try fixture.peer.stdout.line(containing: "the gateway hung up") }
    }

    @Test(
        "a body that is cut off is a lost call; since the tool only reads, it is tried again, twice at most",
        arguments: ["truncated", "short", "drop"])
    func cutOff(tool: String) throws {
        let fixture = try Fixture()
        #expect(try fixture.client.callError("bad::" + tool).code == -32603)
        #expect(try fixture.rig.outcomes(tool) == ["lost"])
        try eventually("the call came three times") { fixture.calls(tool) == 3 }
        try fixture.finish()
    }

    @Test("a second answer on an event stream is dropped")
    func twice() throws {
        let fixture = try Fixture()
        #expect(try fixture.client.callText("bad::twice") == "first")
        #expect(try fixture.client.callText("bad::events") == "by event")
        #expect(try fixture.rig.outcomes("twice") == ["ok"])
        try fixture.finish()
    }

    @Test("an answer that never comes is a timeout")
    func hang() throws {
        let fixture = try Fixture(options: ["--call-timeout", "1"])
        #expect(try fixture.client.callError("bad::hang").code == -32001)
        #expect(try fixture.rig.outcomes("hang") == ["timeout"])
        try fixture.finish()
    }

    @Test("an answer over limits.resultBytes is refused")
    func huge() throws {
        let fixture = try Fixture(["PETA_LIMITS_RESULT_BYTES": "65536"])
        #expect(try fixture.client.callError("bad::huge", #"{"bytes":100000}"#).message.contains("larger"))
        #expect(try fixture.client.callText("bad::huge", #"{"bytes":60000}"#).count == 60000)
        try fixture.finish()
    }

    @Test("a session that the server forgot is made anew, and the client notices nothing")
    func forgotten() throws {
        let fixture = try Fixture()
        #expect(try fixture.client.callText("bad::forget") == "forgotten")
        let before = fixture.handshakes
        #expect(try fixture.client.callText("bad::echo", #"{"text":"again"}"#) == "again")
        try eventually("one more handshake") { fixture.handshakes == before + 1 }
        #expect(try fixture.rig.outcomes("echo") == ["ok", "ok"])
        // Again at once: a server that loses its sessions often is not a crash loop.
        #expect(try fixture.client.callText("bad::forget") == "forgotten")
        #expect(try fixture.client.callText("bad::echo", #"{"text":"and again"}"#) == "and again")
        try fixture.finish()
    }

    @Test("a server that loses its sessions again and again costs calls some patience, and the gateway no processor time")
    func forgottenOften() throws {
        let fixture = try Fixture()
        let before = try Self.processorSeconds(fixture.rig.gateway.process.pid)
        for number in 0..<4 {
            _ = try? fixture.client.callText("bad::forget")
            _ = try fixture.client.request("tools/call", #"{"name":"bad::echo","arguments":{"text":"\#(number)"}}"#)
        }
        let used = try Self.processorSeconds(fixture.rig.gateway.process.pid) - before
        #expect(used < 0.5)
        try eventually("the server is used again") {
            try fixture.client.request("tools/call", #"{"name":"bad::echo","arguments":{"text":"x"}}"#).toolText == "x"
        }
        try fixture.finish()
    }

    /// Processor time that a process has used.
    private static func processorSeconds(_ pid: Int32) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
            throw TestFailure("no times in \(text)")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    @Test("many calls at the moment when the session is forgotten are all answered, after one handshake")
    func forgottenByMany() throws {
        let fixture = try Fixture()
        let clients = try (0..<20).map { _ in try fixture.rig.client() }
        #expect(try fixture.client.callText("bad::forget") == "forgotten")
        let before = fixture.handshakes
        for (number, client) in clients.enumerated() { try client.sendCall("bad::echo", #"{"text":"\#(number)"}"#) }
        for (number, client) in clients.enumerated() { #expect(try client.http.response().toolText == "\(number)") }
        try eventually("one more handshake") { fixture.handshakes == before + 1 }
        clients.forEach { $0.http.close() }
        try fixture.finish()
    }

    @Test("a server that goes away and comes back on its port is used again")
    func comesBack() throws {
        let fixture = try Fixture()
        let port = try #require(URL(string: fixture.url)?.port)
        fixture.peer.signal(SIGKILL)
        try fixture.peer.wait()
        let error = try fixture.client.callError("bad::echo")
        #expect(error.code == -32603)
        #expect(error.message.contains("bad"))
        let second = try PythonPeer.start("bad_http.py", ["--port", "\(port)"])
        _ = try second.stdout.line(0)
        #expect(try fixture.client.callText("bad::echo", #"{"text":"back"}"#) == "back")
        try fixture.finish()
        second.signal(SIGKILL)
    }

    @Test("a server that is not there when it is added says so, and works as soon as it is there")
    func addedTooEarly() throws {
        let rig = try DownstreamRig()
        let port = try Gateway.freePort()
        #expect(try rig.gateway.peta("server", "add", "late", "--url", "http://127.0.0.1:\(port)/mcp").status == 0)
        #expect((try rig.show("late")["lastError"] as? String)?.contains("connect") == true)
        let peer = try PythonPeer.start("bad_http.py", ["--port", "\(port)"])
        _ = try peer.stdout.line(0)
        try rig.gateway.expect("server", "start", "late")
        let client = try rig.client()
        #expect(try client.callText("late::echo", #"{"text":"x"}"#) == "x")
        client.http.close()
        try rig.finish()
    }

    @Test("the end of a server ends its session there")
    func endsSession() throws {
        let fixture = try Fixture()
        try fixture.rig.gateway.expect("server", "stop", "bad")
        _ = try fixture.peer.stdout.line(containing: "DELETE /mcp")
        try fixture.finish()
    }

    @Test("header values come from the vault, and fields that are the gateway's own cannot be set")
    func headers() throws {
        let rig = try DownstreamRig()
        #expect(try rig.gateway.peta("secret", "set", "key", "--stdin", stdin: "k-0123456789").status == 0)
        let peer = try PythonPeer.start("bad_http.py")
        let url = try peer.stdout.line(0)
        try rig.gateway.expect("server", "add", "bad", "--url", url, "--header", "X-Api-Key=${secret:key}", "--no-redact")
        let client = try rig.client()
        let seen = try DownstreamRig.object(try client.callText("bad::headers"))
        #expect(seen["x-api-key"] as? String == "k-0123456789")
        // The client's own credential goes nowhere.
        #expect(seen["authorization"] == nil)
        #expect(!seen.values.contains { ($0 as? String)?.contains("peta_") == true })
        // What could never work is refused before anything is stored.
        for header in ["Host=x", "Content-Length=5", "Mcp-Session-Id=x", "X-A=1\r\nX-B: 2"] {
            let result = try rig.gateway.peta("server", "add", "own", "--url", url, "--header", header)
            #expect(result.status == 64 || result.status == 65, "\(header)")
            #expect(try rig.gateway.peta("server", "remove", "own", "--yes").status == 66, "\(header)")
        }
        client.http.close()
        try rig.finish()
    }
}
