import Foundation
import PetaTestSupport
import Testing

/// What a request of the modern era must have, and what becomes of one that has not (MCP reference, sections 5.1, 5.3, 5.4 and 13.3).
@Suite("Upstream, modern era: what is refused")
struct UpstreamModernRefusalTests {
    private static let list = ModernRequest("tools/list")
    private static let echo = ModernRequest.call("demo__echo", #"{"text":"a"}"#)

    @Test("a missing or mistyped part of the envelope is refused with 400 and -32602, which names it")
    func envelope() throws {
        try UpstreamSite.run { site in
            for request in [Self.list, Self.echo, ModernRequest("server/discover"), ModernRequest("no/such/method")] {
                let wrong: [(String, String?)] = [
                    ("protocolVersion", "20260728"), ("protocolVersion", "null"), ("protocolVersion", "{}"), ("clientCapabilities", nil),
                    ("clientCapabilities", "null"), ("clientCapabilities", "[]"), ("clientCapabilities", "true"),
                    ("clientCapabilities", #""{}""#),
                ]
                for (name, value) in wrong {
                    let response = try site.modern(request.with(envelope: name, value))
                    #expect(response.isRefusal(400, -32602), "\(request.method) \(name) \(value ?? "absent"): \(response.text)")
                    #expect((response.error?["message"] as? String)?.contains("io.modelcontextprotocol/\(name)") == true)
                }
                // With a modern header, what lacks the version is refused for that and never taken for legacy.
                let without = try site.modern(request.with(envelope: "protocolVersion", nil))
                #expect(without.isRefusal(400, -32602), "\(request.method): \(without.text)")
                let bare = try site.modern(request.with(\.wholeMeta, "{}"))
                #expect(bare.isRefusal(400, -32602), "\(request.method): \(bare.text)")
            }
            for level in [#""loud""#, "3", "null", "[]"] {
                let response = try site.modern(Self.list.with(envelope: "logLevel", level))
                #expect(response.isRefusal(400, -32602), "\(level): \(response.text)")
            }
        }
    }

    @Test("a client does not have to say who it is")
    func clientInfo() throws {
        try UpstreamSite.run { site in
            for info in [nil, "null", "[]", #"{"name":7}"#, "{}"] {
                let response = try site.modern(Self.echo.with(envelope: "clientInfo", info))
                #expect(response.status == 200 && response.toolText == "a", "\(info ?? "absent"): \(response.text)")
            }
        }
    }

    @Test("a header that is missing, double or differs from the body is refused with 400 and -32020")
    func headers() throws {
        try UpstreamSite.run { site in
            let wrong: [(String, ModernRequest)] = [
                ("no version", Self.list.with(\.version, nil)), ("no method", Self.list.with(\.mcpMethod, nil)),
                ("empty method", Self.list.with(\.mcpMethod, "")), ("another method", Self.list.with(\.mcpMethod, "tools/call")),
                ("method in capitals", Self.list.with(\.mcpMethod, "Tools/List")), ("method cut", Self.list.with(\.mcpMethod, "tools/lis")),
                ("another version", Self.list.with(\.version, "2027-01-01")),
                ("version in the body alone", Self.list.with(envelope: "protocolVersion", #""2027-01-01""#)),
                ("legacy version, modern body", Self.list.with(\.version, "2025-11-25")), ("no name", Self.echo.with(\.mcpName, nil)),
                ("empty name", Self.echo.with(\.mcpName, "")), ("another name", Self.echo.with(\.mcpName, "demo__add")),
                ("name in capitals", Self.echo.with(\.mcpName, "DEMO__ECHO")), ("longer name", Self.echo.with(\.mcpName, "demo__echo1")),
                ("no prompt", ModernRequest("prompts/get", #""name":"demo__greeting""#)),
                ("another resource", ModernRequest("resources/read", #""uri":"demo::demo://readme""#, name: "demo::demo://other")),
                ("no method, unknown method", ModernRequest("no/such").with(\.mcpMethod, nil)),
            ]
            for (what, request) in wrong {
                let response = try site.modern(request)
                #expect(response.isRefusal(400, -32020), "\(what): \(response.status) \(response.text)")
                #expect(response["mcp-session-id"] == nil)
            }
            // Two lines of one of them: whoever reads one could be told another.
            for field in [("Mcp-Method", "tools/call"), ("Mcp-Name", "demo__echo"), ("MCP-Protocol-Version", "2026-07-28")] {
                let response = try site.modern(Self.echo.with(\.more, [field]))
                #expect(response.status == 400 && response.result == nil, "double \(field.0): \(response.status) \(response.text)")
            }
            let records = try site.records()
            // None of them is a call: each says what differed, and one user cannot fill the audit.
            #expect(!records.isEmpty && records.count <= 16)
            #expect(
                records.allSatisfy {
                    ["header mismatch", "bad envelope"].contains($0["rule"] as? String) && $0["outcome"] as? String == "denied"
                })
        }
    }

    @Test("a name in the header is compared after decoding it once; a wrong form is refused with -32020")
    func names() throws {
        try UpstreamSite.run { site in
            func wrapped(_ text: String) -> String { "=?base64?\(Data(text.utf8).base64EncodedString())?=" }
            func tool(_ spelled: String, _ header: String) throws -> HTTPResponse {
                try site.modern(
                    ModernRequest("tools/call", #""name":\#(spelled),"arguments":{"text":"a"}"#, name: header))
            }
            // Right ones: plain, wrapped, with spaces around it, escaped in the body.
            for (spelled, header) in [
                (#""demo__echo""#, "demo__echo"), (#""demo__echo""#, wrapped("demo__echo")), (#""demo__echo""#, "  demo__echo\t "),
                (#""demo\u005f_echo""#, "demo__echo"), (#""demo\u005f_echo""#, wrapped("demo__echo")), (#""demo::echo""#, "demo::echo"),
            ] {
                let response = try tool(spelled, header)
                #expect(response.toolText == "a", "\(spelled) \(header): \(response.text)")
            }
            let unknown = try tool(#""Köln""#, wrapped("Köln"))
            #expect(unknown.isRefusal(400, -32602), "what is right in the header is looked up: \(unknown.text)")
            let base64 = Data("demo__echo".utf8).base64EncodedString()
            for header in [
                "=?base64?\(base64.replacingOccurrences(of: "=", with: ""))?=", "=?base64?\(base64)=?=", "=?base64?####?=", "=?base64??=",
                "=?base64?\(base64)", "=?BASE64?\(base64)?=", wrapped(wrapped("demo__echo")), "=?base64?ZGVtb19fZWNobx==?=",
                "=?base64?ZGVtb19f ZWNobw==?=", base64, "demo\\u005f_echo", "demo%5F_echo",
            ] {
                let response = try tool(#""demo__echo""#, header)
                #expect(response.isRefusal(400, -32020), "\(header): \(response.status) \(response.text)")
            }
            // Only the text counts, not how the body spells it.
            #expect(try tool(#""demo\u005f_echo""#, "demo\\u005f_echo").isRefusal(400, -32020))
            let raw = try tool(#""Köln""#, "Köln")
            #expect(raw.status == 400 && raw.result == nil, "bytes outside of ASCII: \(raw.text)")
            // A name that looks like the wrapped form has to be wrapped itself.
            let odd = wrapped("x")
            #expect(try tool(#""\#(odd)""#, odd).isRefusal(400, -32020))
            #expect(try tool(#""\#(odd)""#, wrapped(odd)).isRefusal(400, -32602))
        }
    }

    @Test("a revision that nobody speaks is refused with 400 and -32022, which lists what can be spoken")
    func versions() throws {
        try UpstreamSite.run(demo: nil) { site in
            for version in ["2027-01-01", "2025-11-25", "x", "DRAFT-2026-v1"] {
                let request = Self.list.with(\.version, version).with(envelope: "protocolVersion", #""\#(version)""#)
                let response = try site.modern(request)
                #expect(response.isRefusal(400, -32022), "\(version): \(response.text)")
                let data = response.error?["data"] as? [String: Any]
                #expect(data?["supported"] as? [String] == ["2026-07-28"])
                #expect(data?["requested"] as? String == version)
            }
            // In the header alone it is held to the modern era too, whose first question is the envelope (sections 3.1 and 5.3).
            #expect(try site.modern(Self.list.with(\.version, "2027-01-01").with(\.wholeMeta, "{}")).isRefusal(400, -32602))
        }
    }

    @Test("a method that the era does not have is answered with 404 and -32601")
    func methods() throws {
        try UpstreamSite.run(demo: nil) { site in
            for method in [
                "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "initialize", "tasks/list", "tasks/result",
                "sampling/createMessage", "tools/Call", "x",
            ] {
                let response = try site.modern(ModernRequest(method))
                #expect(response.isRefusal(404, -32601), "\(method): \(response.status) \(response.text)")
                #expect(response["content-type"]?.hasPrefix("application/json") == true)
            }
        }
    }

    @Test("GET and DELETE are answered with 405 and Allow: POST")
    func otherVerbs() throws {
        try UpstreamSite.run(demo: nil) { site in
            for verb in ["GET", "DELETE"] {
                for more in [[], [("Mcp-Session-Id", "abc")]] {
                    let http = try RawHTTP(port: site.port)
                    let fields = [("Authorization", "Bearer \(site.token)"), ("Accept", "text/event-stream")]
                    try http.send(verb, "/mcp", fields + [("MCP-Protocol-Version", "2026-07-28")] + more)
                    let response = try http.response()
                    #expect(response.status == 405 && response["allow"] == "POST", "\(verb): \(response.status)")
                }
            }
        }
    }

    @Test("a notification is taken with 202; a posted response and a batch are refused with 400 and -32600")
    func kinds() throws {
        try UpstreamSite.run(demo: nil) { site in
            let meta = #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#
            func post(_ body: String, _ method: String?) throws -> HTTPResponse {
                let http = try RawHTTP(port: site.port)
                try http.send("POST", "/mcp", Self.list.with(\.mcpMethod, method).fields(site.token), body: Array(body.utf8))
                return try http.response()
            }
            for (method, params) in [("notifications/cancelled", #"{"requestId":1,\#(meta)}"#), ("notifications/initialized", "{\(meta)}")]
            {
                let response = try post(#"{"jsonrpc":"2.0","method":"\#(method)","params":\#(params)}"#, method)
                #expect(response.status == 202 && response.body.isEmpty, "\(method): \(response.text)")
            }
            for body in [
                #"{"jsonrpc":"2.0","id":1,"result":{}}"#, #"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}"#,
                #"[{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(meta)}}]"#, "[]",
                #"{"jsonrpc":"2.0","id":null,"method":"tools/list"}"#,
                #"{"id":1,"method":"tools/list"}"#, "1",
            ] {
                let response = try post(body, nil)
                #expect(response.status == 400 && response.errorCode == -32600, "\(body): \(response.status) \(response.text)")
            }
            let broken = try post("{", "tools/list")
            #expect(broken.status == 400 && broken.errorCode == -32700)
        }
    }

    @Test("initialize with any mark of the modern era opens no session")
    func initialize() throws {
        try UpstreamSite.run(demo: nil) { site in
            let old = #""protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}"#
            let modern = ModernRequest("initialize", old)
            let cases: [(String, ModernRequest, Int, Int)] = [
                ("whole", modern, 404, -32601),
                ("envelope without any header", modern.with(\.version, nil).with(\.mcpMethod, nil), 400, -32020),
                ("envelope, legacy header", modern.with(\.version, "2025-11-25"), 400, -32020),
                ("envelope, legacy header alone", modern.with(\.version, "2025-11-25").with(\.mcpMethod, nil), 400, -32020),
                ("envelope, no method header", modern.with(\.mcpMethod, nil), 400, -32020),
                ("modern header alone", modern.with(\.wholeMeta, "{}"), 400, -32602),
                ("half an envelope", modern.with(envelope: "clientCapabilities", nil), 400, -32602),
                ("half an envelope without a header", modern.with(envelope: "clientCapabilities", nil).with(\.version, nil), 400, -32602),
                ("unknown header alone", modern.with(\.wholeMeta, "{}").with(\.version, "2027-01-01"), 400, -32602),
            ]
            for (what, request, status, code) in cases {
                let response = try site.modern(request)
                #expect(response.isRefusal(status, code), "\(what): \(response.status) \(response.text)")
                #expect(response["mcp-session-id"] == nil, "\(what)")
            }
            // Routing headers on a legacy handshake mean nothing.
            let legacy = modern.with(\.wholeMeta, "{}").with(\.version, nil)
            #expect(try site.modern(legacy).status == 200)
        }
    }

    @Test("a session id on a modern request is ignored, whosever it is, and never echoed")
    func session() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            for id in [try #require(session.session), "no-such-session", String(repeating: "x", count: 2000)] {
                let request = Self.echo.with(\.more, [("Mcp-Session-Id", id), ("Last-Event-ID", "1-1")])
                let response = try site.modern(request)
                #expect(response.toolText == "a" && response["mcp-session-id"] == nil)
            }
            #expect(try site.records().allSatisfy { $0["session"] == nil })
            #expect(try session.request("ping").status == 200)
        }
    }
}
