import PetaTestSupport
import Testing

@Suite("The tests' own HTTP client against the official server")
struct PeerTests {
    private func port(_ url: String) throws -> Int {
        try #require(url.split(separator: ":").last?.split(separator: "/").first.flatMap { Int($0) })
    }

    @Test("a session works with answers as JSON and as event streams", arguments: [["--json"], []])
    func session(_ arguments: [String]) throws {
        let (server, url) = try PythonPeer.httpServer(arguments)
        let session = try MCPConnection.open(port: try port(url), token: nil)
        #expect(session.session != nil)
        #expect(try session.callText("echo", #"{"text":"h\u00e9"}"#) == "h\u{e9}")
        #expect(try session.callText("big", #"{"bytes":300000}"#).utf8.count == 300_000)
        let failed = try session.request("tools/call", #"{"name":"boom","arguments":{"code":4711}}"#)
        #expect(((try failed.answer["error"]) as? [String: Any])?["code"] as? Int == 4711)
        #expect(try session.end().status == 200)
        #expect(try session.request("ping").status == 404)
        server.signal(15)
        #expect(try server.wait() == .signalled(15))
    }

    @Test("events are read one by one as they come")
    func events() throws {
        let (server, url) = try PythonPeer.httpServer()
        let session = try MCPConnection.open(port: try port(url), token: nil)
        try session.send(
            #"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"progress","arguments":{"steps":3,"ms":1},"_meta":{"progressToken":"p"}}}"#
        )
        #expect(try session.http.responseHead()["content-type"]?.hasPrefix("text/event-stream") == true)
        var data: [String] = []
        while let event = try session.http.event() { if !event.data.isEmpty { data.append(event.data) } }
        #expect(data.count == 4)
        #expect(data.last?.contains("3 steps done") == true)
        server.signal(9)
    }

    @Test("a required credential decides between 401 and 200, and reaches the tool as it was sent")
    func credentials() throws {
        let (server, url) = try PythonPeer.httpServer(["--require-header", "Authorization=Bearer right"])
        #expect(try MCPConnection(port: try port(url), token: nil).request("ping").status == 401)
        #expect(try MCPConnection(port: try port(url), token: "wrong").request("ping").status == 401)
        let session = try MCPConnection.open(port: try port(url), token: "right")
        #expect(try session.callText("whoami") == "Bearer right")
        server.signal(9)
    }

    @Test("the official client and the official server agree, old and new")
    func official() throws {
        let (server, url) = try PythonPeer.httpServer()
        for mode in ["legacy", "auto"] {
            let seen = try PythonPeer.client("call", url: url, token: "unused", arguments: ["--server", "", "--mode", mode])
            #expect(seen["protocolVersion"] as? String == (mode == "auto" ? "2026-07-28" : "2025-11-25"))
        }
        server.signal(9)
    }

    @Test("published servers start and leave with their input", arguments: ["mcp-server-time", "mcp-server-git", "mcp-server-fetch"])
    func published(_ name: String) throws {
        let server = try ChildProcess(PythonPeer.command(name), [])
        try server.writeLine(
            #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#
        )
        #expect(try server.stdout.line(0).contains(#""id":1"#))
        server.closeInput()
        #expect(try server.wait() == .exited(0))
    }
}
