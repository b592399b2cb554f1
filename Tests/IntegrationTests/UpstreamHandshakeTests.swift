import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: handshake and sessions")
struct UpstreamHandshakeTests {
    private static func initialize(_ version: String) -> String {
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"\#(version)","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#
    }

    @Test("a known revision is echoed, an unknown one is answered with 2025-11-25")
    func negotiation() throws {
        try UpstreamSite.run(demo: nil) { site in
            let expected = [
                ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"), ("2024-11-05", "2025-11-25"),
                ("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"), ("", "2025-11-25"),
            ]
            for (asked, answered) in expected {
                let response = try MCPConnection(port: site.port, token: site.token).post(Self.initialize(asked))
                #expect(response.status == 200)
                #expect(response.result?["protocolVersion"] as? String == answered, "asked for \(asked)")
                #expect(response["content-type"]?.hasPrefix("application/json") == true)
            }
        }
    }

    @Test("the answer to initialize names the server and what it can do")
    func capabilities() throws {
        try UpstreamSite.run(demo: nil) { site in
            let connection = try MCPConnection(port: site.port, token: site.token)
            let result = try connection.initialize()
            let capabilities = try #require(result["capabilities"] as? [String: Any])
            for kind in ["tools", "prompts", "resources"] {
                #expect((capabilities[kind] as? [String: Any])?["listChanged"] as? Bool == true, "\(kind)")
            }
            #expect(capabilities["logging"] is [String: Any])
            #expect(capabilities["completions"] is [String: Any])
            #expect((result["serverInfo"] as? [String: Any])?["name"] as? String == "peta")
        }
    }

    @Test("initialize without its params is refused with -32602 and opens no session")
    func missingParams() throws {
        try UpstreamSite.run(demo: nil) { site in
            let connection = try MCPConnection(port: site.port, token: site.token)
            let broken = [
                #"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":20251125,"capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","clientInfo":{"name":"t","version":"1"}}}"#,
            ]
            for body in broken {
                let response = try connection.post(body)
                #expect(response.errorCode == -32602, "\(body): \(response.text)")
                #expect(try response.answer["id"] as? Int == 1)
                #expect(response["mcp-session-id"] == nil)
            }
            // The same connection goes on.
            #expect(try connection.post(Self.initialize("2025-11-25")).status == 200)
        }
    }

    @Test("every session has an id of its own, of visible ASCII and at least 128 bits")
    func sessionIDs() throws {
        try UpstreamSite.run(demo: nil) { site in
            var seen: Set<String> = []
            for _ in 0..<50 {
                let id = try #require(
                    try MCPConnection(port: site.port, token: site.token).post(Self.initialize("2025-11-25"))["mcp-session-id"])
                #expect(id.utf8.allSatisfy { (0x21...0x7E).contains($0) })
                #expect(id.utf8.count >= 22)
                seen.insert(id)
            }
            #expect(seen.count == 50)
        }
    }

    @Test("a request without a session id is answered with 400, POST, GET and DELETE alike")
    func sessionMissing() throws {
        try UpstreamSite.run(demo: nil) { site in
            let http = try RawHTTP(port: site.port)
            for body in [#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#] {
                try http.send("POST", "/mcp", site.plainFields(), body: Array(body.utf8))
                let response = try http.response()
                #expect(response.status == 400)
                #expect(response.errorCode == -32600)
            }
            try http.send("GET", "/mcp", site.plainFields(without: "Content-Type"))
            #expect(try http.response().status == 400)
            try http.send("DELETE", "/mcp", site.plainFields(without: "Content-Type"))
            #expect(try http.response().status == 400)
        }
    }

    @Test("another user's session, an ended one and one that never was are answered with the same bytes")
    func foreignSession() throws {
        try UpstreamSite.run { site in
            let alice = try site.open(token: try site.user("alice", grants: ["demo"]))
            let bob = try site.user("bob", grants: ["demo"])
            let live = try #require(alice.session)
            let dead = try site.open()
            let ended = try #require(dead.session)
            #expect((200...299).contains(try dead.end().status))
            let never = String(live.reversed())
            func ask(_ session: String, _ method: String, _ body: String?, _ token: String) throws -> String {
                let http = try RawHTTP(port: site.port)
                let fields = site.plainFields(token: token) + [("Mcp-Session-Id", session), ("MCP-Protocol-Version", "2025-11-25")]
                try http.send(method, "/mcp", fields, body: body.map { Array($0.utf8) })
                let response = try http.response()
                #expect(response.status == 404, "\(method) \(body ?? "")")
                return response.comparable
            }
            let requests: [(String, String?)] = [
                ("POST", #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#),
                ("POST", #"{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"a"}}}"#),
                ("POST", #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#), ("GET", nil), ("DELETE", nil),
            ]
            for (method, body) in requests {
                let unknown = try ask(never, method, body, bob)
                #expect(try ask(live, method, body, bob) == unknown)
                #expect(try ask(ended, method, body, site.token) == unknown)
                for odd in ["x", String(repeating: "a", count: 43), String(repeating: "a", count: 1000)] {
                    #expect(try ask(odd, method, body, bob) == unknown)
                }
            }
            // The attempts, DELETE among them, have not touched the session.
            #expect(try alice.request("ping").status == 200)
        }
    }

    @Test("another token of the same user may use the session")
    func otherToken() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let other = try site.gateway.token()
            let fields = session.fields.map { $0.0 == "Authorization" ? ($0.0, "Bearer \(other)") : $0 }
            #expect(try UpstreamSide(http: try RawHTTP(port: site.port), fields: fields).request("ping").status == 200)
        }
    }

    @Test("DELETE ends a session; every use after it is answered with 404")
    func deletion() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            #expect((200...299).contains(try session.end().status))
            #expect(try session.request("ping").status == 404)
            #expect(try session.post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).status == 404)
            #expect(try session.end().status == 404)
            try session.http.send("GET", "/mcp", session.fields)
            #expect(try session.http.response().status == 404)
        }
    }

    @Test("DELETE ends the calls and the stream of its session")
    func deletionEndsCalls() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let stream = try session.openStream()
            try session.send(#"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"demo__sleep","arguments":{"ms":600000}}}"#)
            let side = try site.beside(session)
            // The call is under way once a later request of the session is answered.
            #expect(try side.request("ping").status == 200)
            try side.http.send("DELETE", "/mcp", session.fields)
            #expect((200...299).contains(try side.http.response().status))
            while let event = try stream.event() { #expect(event.data.isEmpty) }
            let answer = try session.http.response()
            #expect(answer.result == nil)
            #expect(answer.errorCode != nil)
        }
    }

    @Test("a second initialize on a live session is answered with 400, and the session goes on")
    func secondInitialize() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let response = try session.post(Self.initialize("2025-11-25"))
            #expect(response.status == 400)
            #expect(response.errorCode == -32600)
            #expect(response["mcp-session-id"] == nil)
            #expect(try session.request("ping").status == 200)
        }
    }

    @Test("the version header may be absent or any legacy revision; another is answered with 400")
    func versionHeader() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let bare = session.fields.filter { $0.0 != "MCP-Protocol-Version" }
            #expect(try UpstreamSide(http: session.http, fields: bare).request("ping").status == 200)
            for version in ["2025-11-25", "2025-06-18", "2025-03-26"] {
                #expect(
                    try UpstreamSide(http: session.http, fields: bare + [("mcp-protocol-version", version)]).request("ping").status == 200)
            }
            for version in ["2024-11-05x", "abc", "2099-01-01"] {
                #expect(
                    try UpstreamSide(http: session.http, fields: bare + [("MCP-Protocol-Version", version)]).request("ping").status == 400)
            }
        }
    }

    @Test("a request with the marks of the modern era is held to it, and never opens or uses a session")
    func modernEra() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let id = try #require(session.session)
            for request in [ModernRequest("server/discover"), ModernRequest("tools/list"), .call("demo__echo", #"{"text":"a"}"#)] {
                let served = try site.modern(request.with(\.more, [("Mcp-Session-Id", id)]))
                #expect(served.status == 200 && served.result?["resultType"] as? String == "complete", "\(served.text)")
                #expect(served["mcp-session-id"] == nil)
                // Without the headers it is wrong, and no legacy request.
                for version in [nil, "2025-11-25"] {
                    let bare = try site.modern(request.with(\.version, version).with(\.more, [("Mcp-Session-Id", id)]))
                    #expect(bare.isRefusal(400, -32020), "\(bare.text)")
                }
            }
            let header = [("MCP-Protocol-Version", "2026-07-28")]
            let mixed = try UpstreamSide(http: try RawHTTP(port: site.port), fields: site.plainFields() + header).post(
                Self.initialize("2025-11-25"))
            #expect(mixed.isRefusal(400, -32602))
            #expect(mixed["mcp-session-id"] == nil)
            let http = try RawHTTP(port: site.port)
            try http.send("GET", "/mcp", site.plainFields(without: "Content-Type") + header)
            let stream = try http.response()
            #expect(stream.status == 405)
            #expect(stream["allow"] == "POST")
            #expect(try session.request("ping").status == 200)
        }
    }
}
