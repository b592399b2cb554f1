import Foundation
import PetaTestSupport
import Testing

/// Servers of the older HTTP transport behind the gateway: one of the official SDK, and one that does what it should not.
@Suite("HTTP+SSE servers")
struct DownstreamSSETests {
    /// bad_sse.py behind a gateway.
    private struct Fixture {
        let rig: DownstreamRig
        let peer: ChildProcess
        let url: String
        let added: RunResult

        init(_ settings: [String: String] = [:], flags: [String] = [], by option: String = "--sse") throws {
            rig = try DownstreamRig(settings)
            peer = try PythonPeer.start("bad_sse.py", flags)
            url = try peer.stdout.line(0)
            added = try rig.gateway.peta(["server", "add", "old", option, url])
        }

        /// The server is as useful as before, and everything ends well.
        func finish(_ client: MCPConnection) throws {
            #expect(try client.callText("old::echo", #"{"text":"last"}"#) == "last")
            client.http.close()
            try rig.finish()
        }
    }

    private static let server = "square_server.py"

    @Test("a server of the official SDK is reached by its event stream, also where only its URL is known", arguments: ["--sse", "--url"])
    func sdk(option: String) throws {
        let rig = try DownstreamRig()
        let peer = try PythonPeer.start(Self.server, ["--transport", "sse"])
        defer { peer.signal(SIGKILL) }
        let url = try peer.stdout.line(0)
        try rig.gateway.expect("server", "add", "web", option, url)
        let shown = try rig.show("web")
        #expect(shown["state"] as? String == "online")
        #expect(shown["kind"] as? String == (option == "--sse" ? "sse" : "http"))
        let client = try rig.client()
        #expect(try client.callText("web::echo", #"{"text":"é😀"}"#) == "é😀")
        let about = try client.request("resources/read", #"{"uri":"web::square://readme"}"#)
        #expect(about.status == 200 && about.text.contains("web::square://readme"))
        #expect(try client.request("prompts/get", #"{"name":"web__greet","arguments":{"name":"Ada"}}"#).text.contains("Ada"))
        // Many at once on one stream.
        let clients = try (0..<8).map { _ in try rig.client() }
        for (number, each) in clients.enumerated() { try each.sendCall("web::echo", #"{"text":"\#(number)"}"#) }
        for (number, each) in clients.enumerated() { #expect(try each.http.response().toolText == "\(number)") }
        for each in clients { each.http.close() }
        client.http.close()
        try rig.finish()
    }

    @Test("what comes on the stream in whatever form is read or dropped, and others are unaffected")
    func noise() throws {
        let fixture = try Fixture(["PETA_LIMITS_RESULT_BYTES": "1048576"])
        #expect(fixture.added.status == 0)
        let client = try fixture.rig.client()
        try client.sendCall("old::never")
        let other = try fixture.rig.client()
        #expect(try other.callText("old::split") == String(repeating: "é😀ü", count: 5))
        #expect(try other.callText("old::garbage") == "made a mess")
        #expect(try other.callText("old::foreign") == "yours")
        #expect(try other.callText("old::twice") == "first")
        #expect(try other.callText("old::second") == "said")
        #expect(try other.callText("old::ask") == "asked")
        try eventually("the refusal is told") {
            fixture.peer.stdout.text.contains("-32601") && fixture.peer.stdout.text.contains("this connection is shared")
        }
        for size in [1_100_000, 64 << 20] {
            #expect(try other.callError("old::wide", #"{"bytes":\#(size)}"#).code == -32603)
            #expect(try other.callText("old::echo", #"{"text":"still here"}"#) == "still here")
        }
        #expect(try other.callError("old::lines", #"{"bytes":2000000}"#).code == -32603)
        let log = try fixture.rig.gateway.expect("server", "logs", "old")
        #expect(log.contains("not a message: hello") && log.contains("over limits.resultBytes") && log.contains("a second endpoint"))
        #expect(try fixture.rig.show("old")["asks"] as? Bool == true)
        client.http.close()
        try fixture.finish(other)
    }

    @Test("a POST that is refused ends its call alone", arguments: [400, 404, 500])
    func refused(code: Int) throws {
        let fixture = try Fixture()
        let client = try fixture.rig.client()
        #expect(try client.callError("old::refuse", #"{"code":\#(code)}"#).code == -32603)
        #expect((try fixture.rig.records().last?["error"] as? String)?.contains("\(code)") == true)
        #expect(try fixture.rig.show("old")["restarts"] as? Int == 0)
        try fixture.finish(client)
    }

    @Test("the end of the stream ends every call on it, and the next call opens another")
    func end() throws {
        let fixture = try Fixture()
        let waiting = try fixture.rig.client()
        try waiting.sendCall("old::never")
        let client = try fixture.rig.client()
        #expect(try client.callText("old::echo", #"{"text":"a"}"#) == "a")
        #expect(try client.callError("old::hang_up").code == -32603)
        #expect(try waiting.http.response().text.contains("-32603"))
        #expect(try fixture.rig.outcomes("never") == ["lost"])
        waiting.http.close()
        try fixture.finish(client)
    }

    @Test(
        "an endpoint is found from the stream's URL",
        arguments: ["/a/messages", "messages", "./x/../messages?y=1", "http://127.0.0.1:{port}/a/messages"])
    func endpoint(text: String) throws {
        let fixture = try Fixture(flags: ["--endpoint", text])
        let client = try fixture.rig.client()
        try fixture.finish(client)
    }

    @Test(
        "an endpoint that would lead elsewhere is refused",
        arguments: [
            "http://127.0.0.1:1/a/messages", "https://127.0.0.1:{port}/a/messages", "//localhost:{port}/a/messages",
            "http://u@127.0.0.1:{port}/a/messages", "javascript:alert(1)", "", "/a b",
        ])
    func foreign(text: String) throws {
        let fixture = try Fixture(flags: ["--endpoint", text])
        #expect(fixture.added.status == 0)
        #expect((try fixture.rig.show("old")["lastError"] as? String)?.contains("endpoint") == true)
        #expect(fixture.peer.stdout.lines.count == 1)
        try fixture.rig.finish()
    }

    @Test("a stream that does not begin with an endpoint is none of these servers")
    func other() throws {
        let fixture = try Fixture(flags: ["--first", "message"])
        #expect((try fixture.rig.show("old")["lastError"] as? String)?.contains("does not begin with an endpoint") == true)
        try fixture.rig.finish()
    }

    @Test("a stream that never names its endpoint is given up")
    func quiet() throws {
        let fixture = try Fixture(flags: ["--quiet"])
        #expect((try fixture.rig.show("old")["lastError"] as? String)?.contains("where to post") == true)
        try fixture.rig.finish()
    }

    @Test("credentials go with the stream")
    func credentials() throws {
        let secret = "sk-\(UUID().uuidString)"
        let fixture = try Fixture(flags: ["--require-header", "X-Key=\(secret)"])
        #expect((try fixture.rig.show("old")["lastError"] as? String)?.contains("401") == true)
        #expect(try fixture.rig.gateway.peta("secret", "set", "old-key", "--stdin", stdin: secret).status == 0)
        try fixture.rig.gateway.expect("server", "update", "old", "--header", "X-Key=${secret:old-key}")
        try fixture.finish(try fixture.rig.client())
    }
}
