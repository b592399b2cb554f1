import Foundation
import PetaTestSupport
import Testing

/// Requests of the modern era that are served: what results have, and what survives on the way (MCP reference, sections 5.1 to 5.4).
@Suite("Upstream, modern era: calls")
struct UpstreamModernCallTests {
    private static let serverInfo = "io.modelcontextprotocol/serverInfo"

    @Test("server/discover tells revision, capabilities and how long that holds")
    func discover() throws {
        try UpstreamSite.run(demo: nil) { site in
            let response = try site.modern(ModernRequest("server/discover"))
            let result = try #require(response.result)
            #expect(response.status == 200)
            #expect(result["resultType"] as? String == "complete")
            #expect(result["supportedVersions"] as? [String] == ["2026-07-28"])
            let can = try #require(result["capabilities"] as? [String: [String: Any]])
            #expect(Set(can.keys) == ["tools", "prompts", "resources", "logging", "completions"])
            #expect(can["resources"]?["subscribe"] as? Bool == true && can["resources"]?["listChanged"] as? Bool == true)
            #expect(can["tools"]?["listChanged"] as? Bool == true && can["prompts"]?["listChanged"] as? Bool == true)
            #expect((result["ttlMs"] as? Int ?? -1) >= 0 && result["cacheScope"] as? String == "private")
            #expect(((result["_meta"] as? [String: Any])?[Self.serverInfo] as? [String: Any])?["name"] as? String == "peta")
            #expect(result["serverInfo"] == nil)
        }
    }

    @Test("calls need no session; ids come back with their type; the connection goes on")
    func calls() throws {
        try UpstreamSite.run { site in
            let http = try RawHTTP(port: site.port)
            for id in ["1", #""1""#, "0", "-7", "9007199254740993", #""""#, #""a\u00e9\n""#, #""日本""#] {
                try ModernRequest.call("demo__echo", #"{"text":"a"}"#, id: id).send(over: http, site.token)
                let response = try http.response()
                #expect(response.text.hasPrefix(#"{"jsonrpc":"2.0","id":\#(id),"result":{"#), "\(response.text)")
                #expect(response.toolText == "a")
                #expect(response["mcp-session-id"] == nil)
            }
            for bad in ["null", "1.5", "true", "{}", "[1]"] {
                try ModernRequest.call("demo__echo", #"{"text":"a"}"#, id: bad).send(over: http, site.token)
                let response = try http.response()
                #expect(response.status == 400 && response.errorCode == -32600, "\(bad): \(response.text)")
            }
            let failed = try site.modern(.call("demo__fail", #"{"message":"no"}"#))
            #expect(failed.status == 200 && failed.result?["isError"] as? Bool == true)
            let error = try site.modern(.call("demo__error", #"{"code":4711,"message":"no"}"#))
            #expect(error.errorCode == 4711)
            let records = try site.records()
            #expect(records.filter { $0["outcome"] as? String == "ok" }.count == 8)
            #expect(records.allSatisfy { ($0["client"] as? String ?? $0["clientName"] as? String ?? "t").hasPrefix("t") })
        }
    }

    @Test("a tool that is unknown, denied or of a hidden server gets the same bytes but for the id")
    func unknown() throws {
        try UpstreamSite.run { site in
            try site.gateway.addDemo("secret")
            let alice = try site.user("alice", grants: ["demo"])
            func bytes(_ request: ModernRequest, _ token: String) throws -> String { try site.modern(request, token: token).comparable }
            let never = try bytes(.call("demo__none"), alice)
            #expect(never.hasPrefix("400\n") && never.contains("-32602"))
            for tool in ["secret__echo", "secret::echo", "nobody__echo", "demo::none", "x"] {
                #expect(try bytes(.call(tool), alice) == never, "\(tool)")
            }
            #expect(try bytes(.call("demo__none", "{}", id: "7"), alice).replacingOccurrences(of: #""id":7"#, with: #""id":1"#) == never)
            // The same for somebody to whom the other is there, so the difference is the right.
            #expect(try site.modern(.call("secret__echo", #"{"text":"a"}"#)).toolText == "a")
            func prompt(_ name: String) -> ModernRequest { ModernRequest("prompts/get", #""name":"\#(name)""#, name: name) }
            let noPrompt = try bytes(prompt("demo__none"), alice)
            #expect(noPrompt.hasPrefix("400\n") && noPrompt.contains("-32602"))
            for name in ["secret__greeting", "secret::greeting", "x"] { #expect(try bytes(prompt(name), alice) == noPrompt, "\(name)") }
            for uri in ["secret::demo://readme", "demo::demo://none", "x://y", "nobody::x"] {
                let response = try site.modern(ModernRequest("resources/read", #""uri":"\#(uri)""#, name: uri), token: alice)
                #expect(response.isRefusal(400, -32602), "\(uri): \(response.text)")
                #expect((response.error?["data"] as? [String: Any])?["uri"] as? String == uri, "\(uri): \(response.text)")
            }
            let denied = try site.records().filter { $0["server"] as? String == "secret" && $0["decision"] as? String == "deny" }
            #expect(denied.count >= 3)
        }
    }

    @Test("resources are read with cache hints, never for others than who asked")
    func resources() throws {
        try UpstreamSite.run { site in
            let uri = "demo::demo://readme"
            let response = try site.modern(ModernRequest("resources/read", #""uri":"\#(uri)""#, name: uri))
            let result = try #require(response.result)
            #expect(result["resultType"] as? String == "complete")
            #expect(result["ttlMs"] as? Int == 0 && result["cacheScope"] as? String == "private")
            #expect((result["contents"] as? [[String: Any]])?.first?["uri"] as? String == uri)
        }
    }

    @Test("results survive byte for byte; what the era has is put in once")
    func bytes() throws {
        let rig = try DownstreamRig()
        try #require(try rig.addBad().status == 0)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        func say(_ raw: String, last: Bool = false) throws -> String {
            let text = String(decoding: try JSONSerialization.data(withJSONObject: [raw]), as: UTF8.self).dropFirst().dropLast()
            return try site.modern(.call("bad__say", #"{"raw":\#(text),"last":\#(last)}"#)).text
        }
        let version = try #require(
            try site.modern(ModernRequest("server/discover")).text.components(separatedBy: #""version":""#).last?.components(
                separatedBy: "\""
            ).first)
        let info = #""io.modelcontextprotocol/serverInfo":{"name":"peta","title":"Peta","version":"\#(version)"}"#
        let odd =
            #""content":[],"x": {"n":1.0,"m":1e2,"k":12345678901234567890,"z":-0,"u":null,"t":true,"s":"\u00e9\/"} ,"structuredContent":[1,2.50]"#
        for last in [false, true] {
            // Nothing of its own: type and server are put in, in front.
            #expect(
                try say("{\(odd)}", last: last)
                    == #"{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","_meta":{\#(info)},\#(odd)}}"#)
            // It says the type itself.
            #expect(
                try say(#"{"resultType":"complete",\#(odd)}"#, last: last)
                    == #"{"jsonrpc":"2.0","id":1,"result":{"_meta":{\#(info)},"resultType":"complete",\#(odd)}}"#)
            // Its own members of _meta stay, and who it says it is gives way.
            let meta = #"{"a/b":[1.0],"io.modelcontextprotocol/serverInfo":{"name":"bad","version":"1"}}"#
            let made = try say(#"{"_meta":\#(meta),\#(odd)}"#, last: last)
            #expect(made.contains(#""a/b":[1.0]"#) && made.contains(info) && !made.contains(#""bad""#) && made.contains(odd), "\(made)")
            #expect(made.components(separatedBy: "resultType").count == 2)
            #expect(try say("{}", last: last) == #"{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","_meta":{\#(info)}}}"#)
        }
        for kind in [#""task""#, #""other""#, "7", "null", #""input_required""#] {
            let made = try say(#"{"resultType":\#(kind),"content":[]}"#)
            #expect(made.contains("-32603") && !made.contains(#""result":"#), "\(kind): \(made)")
        }
        try rig.finish()
    }

    @Test("large results arrive whole, whether their id stands before or behind them")
    func large() throws {
        let rig = try DownstreamRig()
        try #require(try rig.addBad().status == 0)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        for last in [false, true] {
            for size in [16_000, 17_000, 1 << 20] {
                for extra in ["", #","_meta":{"k":1}"#, #","resultType":"complete""#] {
                    let filler = String(repeating: "0123456789abcdef", count: size / 16)
                    for raw in [#"{"content":[{"type":"text","text":"\#(filler)"}]\#(extra)}"#] {
                        let text = String(decoding: try JSONSerialization.data(withJSONObject: [raw]), as: UTF8.self).dropFirst().dropLast()
                        let response = try site.modern(.call("bad__say", #"{"raw":\#(text),"last":\#(last)}"#))
                        #expect(response.toolText == filler, "\(size) \(extra) last: \(last)")
                        #expect(response.result?["resultType"] as? String == "complete")
                        let meta = response.result?["_meta"] as? [String: Any]
                        #expect(meta?[Self.serverInfo] != nil && (extra.contains("_meta") ? meta?["k"] as? Int == 1 : true))
                    }
                }
            }
        }
        try rig.finish()
    }

    @Test("a legacy server sees nothing of the envelope, and all else as the client spelled it")
    func requestBytes() throws {
        let rig = try DownstreamRig()
        try #require(try rig.addBad().status == 0)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        var request = ModernRequest(
            "tools/call",
            #""x":[1.0, 1e2,12345678901234567890,null],"name":"bad__line","arguments":{"k":1.0,"z":-0,"e":"\u00e9\/","n":null}"#,
            name: "bad__line")
        request.meta = [
            ("progressToken", #""p""#), ("a.b/c", "[1.50]"),
            ("traceparent", #""00-\#(String(repeating: "a", count: 32))-\#(String(repeating: "b", count: 16))-01""#),
        ]
        let line = try #require(try site.modern(request.with(envelope: "logLevel", #""debug""#)).toolText)
        #expect(line.contains(#""x":[1.0, 1e2,12345678901234567890,null]"#) && line.contains(#""name":"line""#), "\(line)")
        #expect(line.contains(#""arguments":{"k":1.0,"z":-0,"e":"\u00e9\/","n":null}"#))
        #expect(line.contains(#""a.b/c":[1.50]"#) && line.contains("traceparent"))
        #expect(!line.contains("io.modelcontextprotocol/"), "\(line)")
        #expect(!line.contains(#""p""#))
        try rig.finish()
    }
}
