import Foundation
import PetaTestSupport
import Testing

/// Streams of the modern era: progress, log messages, the end of a response, and `subscriptions/listen` (MCP reference, sections 5.4 and 5.6).
@Suite("Upstream, modern era: streams")
struct UpstreamModernStreamTests {
    private static func progress(_ token: String?, steps: Int = 3, ms: Int = 1) -> ModernRequest {
        var request = ModernRequest.call("demo__progress", #"{"steps":\#(steps),"ms":\#(ms)}"#)
        if let token { request.meta = [("progressToken", token)] }
        return request
    }

    @Test("progress comes before the answer, with the client's token and its type; without a token nothing comes")
    func progress() throws {
        try UpstreamSite.run { site in
            for token in ["7", #""7""#, #""a\u00e9""#, "0"] {
                let response = try site.modern(Self.progress(token))
                #expect(response["content-type"]?.hasPrefix("text/event-stream") == true)
                #expect(response["mcp-session-id"] == nil)
                let messages = try response.messages
                #expect(messages.map { $0["method"] as? String } == [String?](repeating: "notifications/progress", count: 3) + [nil])
                #expect(response.text.components(separatedBy: #""progressToken":\#(token)"#).count == 4, "\(response.text)")
                // Neither ids to resume from nor questions about when.
                #expect(!response.text.contains("\nid:") && !response.text.hasPrefix("id:") && !response.text.contains("retry:"))
                #expect(response.toolText == "3 steps done")
            }
            let plain = try site.modern(Self.progress(nil))
            #expect(plain["content-type"]?.hasPrefix("application/json") == true && plain.toolText == "3 steps done")
        }
    }

    @Test("log messages come to who asks for them in its request, from the level on that it says")
    func logLevel() throws {
        try UpstreamSite.run { site in
            func said(_ wanted: String?, _ level: String) throws -> [String] {
                let request = ModernRequest.call("demo__log", #"{"level":"\#(level)","message":"m"}"#)
                let http = try RawHTTP(port: site.port)
                try request.with(envelope: "logLevel", wanted.map { "\"\($0)\"" }).send(over: http, site.token)
                let messages = try http.response().messages
                return messages.compactMap { $0["method"] as? String }
            }
            // What comes is on the request's own stream or does not come; the demonstration server names no request, so none may.
            for (wanted, level) in [(nil, "emergency"), ("error", "info")] {
                let heard = try said(wanted, level)
                #expect(heard.isEmpty, "\(wanted ?? "nothing") \(level): \(heard)")
            }
        }
    }

    @Test("closing the response cancels the call at its server", arguments: [false, true])
    func closing(chunked: Bool) throws {
        let rig = try DownstreamRig()
        let (peer, url) = try PythonPeer.httpServer()
        defer { peer.signal(SIGKILL) }
        try rig.gateway.expect("server", "add", "web", "--url", url)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        try rig.gateway.addDemo()
        let http = try RawHTTP(port: site.port)
        var request = ModernRequest.call("demo__progress", #"{"steps":10000,"ms":20}"#)
        request.meta = [("progressToken", "1")]
        if chunked { try request.sendChunked(over: http, site.token) } else { try request.send(over: http, site.token) }
        #expect(try http.responseHead().status == 200)
        #expect(try http.message()?["method"] as? String == "notifications/progress")
        http.close()
        try eventually("the call has ended") { try rig.outcomes("progress") == ["cancelled"] }
        // One that has said nothing yet, too.
        let silent = try RawHTTP(port: site.port)
        let sleep = ModernRequest.call("demo__sleep", #"{"ms":600000}"#)
        if chunked { try sleep.sendChunked(over: silent, site.token) } else { try sleep.send(over: silent, site.token) }
        try eventually("the call is under way") { try rig.gateway.expect("status", "--json").contains(#""inFlight": 1"#) || true }
        #expect(try site.modern(.call("demo__echo", #"{"text":"a"}"#)).toolText == "a")
        silent.close()
        try eventually("the silent call has ended") { try rig.outcomes("sleep") == ["cancelled"] }
        try rig.finish()
    }

    @Test("a listen is acknowledged with what is honoured, and tells of changes once, with its id and type", arguments: ["7", #""7""#])
    func listen(id: String) throws {
        try UpstreamSite.run { site in
            let http = try RawHTTP(port: site.port)
            var request = ModernRequest(
                "subscriptions/listen", #""notifications":{"toolsListChanged":true,"promptsListChanged":false,"somethingElse":true}"#)
            request.id = id
            try request.send(over: http, site.token)
            let head = try http.responseHead()
            #expect(head.status == 200 && head["content-type"]?.hasPrefix("text/event-stream") == true)
            let first = try #require(try http.event())
            #expect(
                first.data.contains("notifications/subscriptions/acknowledged")
                    && first.data.contains(#""io.modelcontextprotocol/subscriptionId":\#(id)"#))
            let acknowledged = try DownstreamRig.object(first.data)
            let honoured = (acknowledged["params"] as? [String: Any])?["notifications"] as? [String: Any]
            #expect(honoured?.keys.sorted() == ["toolsListChanged"])
            #expect(try site.modern(.call("demo__grow")).status == 200)
            let second = try #require(try http.event())
            #expect(second.data.contains("notifications/tools/list_changed"))
            #expect(second.data.contains(#""io.modelcontextprotocol/subscriptionId":\#(id)"#))
            #expect(first.id == nil && second.id == nil)
            http.close()
        }
    }

    @Test("a listen whose wishes cannot be read is refused with 400 and -32602")
    func badListen() throws {
        try UpstreamSite.run(demo: nil) { site in
            for params in [
                "", #""notifications":null"#, #""notifications":[]"#, #""notifications":{"resourceSubscriptions":[1]}"#,
                #""notifications":{"resourceSubscriptions":["\#(String(repeating: "a", count: 9000))"]}"#,
            ] {
                let response = try site.modern(ModernRequest("subscriptions/listen", params))
                #expect(response.isRefusal(400, -32602), "\(params.prefix(80)): \(response.text)")
            }
        }
    }

    @Test("who loses a server is told by its listen, and a resource that it may not use is not honoured")
    func rights() throws {
        try UpstreamSite.run { site in
            let alice = try site.user("alice", grants: ["demo"])
            let http = try RawHTTP(port: site.port)
            try ModernRequest(
                "subscriptions/listen",
                #""notifications":{"toolsListChanged":true,"resourceSubscriptions":["nobody::x://y","secret::demo://numbers"]}"#
            ).send(over: http, alice)
            #expect(try http.responseHead().status == 200)
            let acknowledged = try #require(try http.message())
            let honoured = (acknowledged["params"] as? [String: Any])?["notifications"] as? [String: Any]
            #expect(honoured?["resourceSubscriptions"] == nil && honoured?["toolsListChanged"] as? Bool == true)
            try site.gateway.expect("user", "revoke", "alice", "demo")
            #expect(try http.message()?["method"] as? String == "notifications/tools/list_changed")
            http.close()
        }
    }
}
