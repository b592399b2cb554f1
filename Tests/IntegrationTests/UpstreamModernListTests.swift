import Foundation
import PetaTestSupport
import Testing

/// Lists of the modern era (MCP reference, sections 5.7 and 13.4).
@Suite("Upstream, modern era: lists")
struct UpstreamModernListTests {
    private static let members = [
        "tools/list": "tools", "prompts/list": "prompts", "resources/list": "resources", "resources/templates/list": "resourceTemplates",
    ]

    @Test("every list says its type and how long it holds, for this caller alone, and always in the same order")
    func hints() throws {
        try UpstreamSite.run { site in
            try site.gateway.addDemo("other")
            for (method, member) in Self.members {
                let response = try site.modern(ModernRequest(method))
                let result = try #require(response.result, "\(method): \(response.text)")
                #expect(response.status == 200 && result["resultType"] as? String == "complete")
                #expect((result["ttlMs"] as? Int ?? -1) >= 0 && result["cacheScope"] as? String == "private")
                #expect((result["_meta"] as? [String: Any])?["io.modelcontextprotocol/serverInfo"] is [String: Any])
                let entries = try #require(result[member] as? [[String: Any]])
                #expect(!entries.isEmpty)
                for _ in 0..<5 { #expect(try site.modern(ModernRequest(method)).text == response.text) }
                // A legacy session sees the same things, without what its era does not have.
                let session = try site.open()
                let legacy = try #require(try session.request(method).result)
                #expect(legacy["resultType"] == nil && legacy["ttlMs"] == nil && legacy["cacheScope"] == nil)
                let key = member == "resources" ? "uri" : member == "resourceTemplates" ? "uriTemplate" : "name"
                #expect((legacy[member] as? [[String: Any]])?.map { $0[key] as? String } == entries.map { $0[key] as? String })
            }
        }
    }

    @Test("pages follow each other without a gap or a repetition; a cursor that was not given is refused")
    func pages() throws {
        try UpstreamSite.run(demo: ["--tools", "12000"]) { site in
            var names: [String] = []
            var cursor: String?
            var count = 0
            repeat {
                let request = ModernRequest("tools/list", cursor.map { #""cursor":"\#($0)""# } ?? "")
                let result = try #require(try site.modern(request).result)
                let page = try #require(result["tools"] as? [[String: Any]])
                #expect(result["resultType"] as? String == "complete" && result["cacheScope"] as? String == "private")
                names += page.compactMap { $0["name"] as? String }
                cursor = result["nextCursor"] as? String
                count += 1
            } while cursor != nil && count < 100
            #expect(count > 1 && names.count == 12_016 && Set(names).count == 12_016, "\(count) pages, \(names.count) names")
            for bad in [#""nonsense""#, #""""#, "7", "null", "{}", #""p999999""#] {
                let response = try site.modern(ModernRequest("tools/list", #""cursor":\#(bad)"#))
                #expect(response.isRefusal(400, -32602), "\(bad): \(response.status) \(response.text.prefix(200))")
            }
        }
    }

    @Test("names follow the address, and both spellings can be called")
    func names() throws {
        try UpstreamSite.run { site in
            func listed(_ path: String) throws -> [String] {
                let http = try RawHTTP(port: site.port)
                let request = ModernRequest("tools/list")
                try http.send("POST", path, request.fields(site.token), body: Array(request.body.utf8))
                return ((try http.response().result)?["tools"] as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
            }
            let safe = try listed("/mcp")
            let qualified = try listed("/mcp?names=qualified")
            #expect(safe.contains("demo__echo") && qualified.contains("demo::echo"))
            for name in ["demo__echo", "demo::echo"] { #expect(try site.modern(.call(name, #"{"text":"a"}"#)).toolText == "a") }
        }
    }

    @Test("who may use fewer servers sees fewer entries, at once when that changes")
    func rights() throws {
        try UpstreamSite.run { site in
            let alice = try site.user("alice")
            func count() throws -> Int {
                (try site.modern(ModernRequest("tools/list"), token: alice).result?["tools"] as? [Any])?.count ?? -1
            }
            #expect(try count() == 0)
            try site.gateway.expect("user", "grant", "alice", "demo")
            #expect(try count() == 16)
            try site.gateway.expect("user", "revoke", "alice", "demo")
            #expect(try count() == 0)
        }
    }
}
