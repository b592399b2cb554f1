import Foundation
import PetaTestSupport
import Testing

/// Traces that come, are made and are passed on, and the spans of calls.
@Suite("Traces of calls")
struct TraceTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parent = "00-\(trace)-00f067aa0ba902b7-01"

    /// What the server was told, over HTTP and over a pipe.
    private static func rig(_ settings: [String: String] = [:]) throws -> (DownstreamRig, ChildProcess) {
        let rig = try DownstreamRig(settings)
        let (server, url) = try PythonPeer.listening("tracing_server.py")
        try rig.gateway.expect("server", "add", "web", "--url", url)
        let line = try PythonPeer.commandLine("tracing_server.py", ["--stdio"])
        #expect(try rig.gateway.peta(["server", "add", "pipe", "--"] + line).status == 0)
        return (rig, server)
    }

    private static func call(
        _ client: MCPConnection, _ tool: String, meta: String = "", fields: [(String, String)] = []
    ) throws -> [String: Any] {
        let body = #"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"\#(tool)","arguments":{}\#(meta)}}"#
        try client.http.send("POST", "/mcp", client.fields + fields, body: Array(body.utf8))
        let response = try client.http.response()
        guard let text = response.toolText else { throw TestFailure("\(response.status) \(response.text)") }
        return try DownstreamRig.object(text)
    }

    private static func end(_ rig: DownstreamRig, _ server: ChildProcess, _ client: MCPConnection) throws {
        client.http.close()
        for id in ["web", "pipe"] { try rig.gateway.expect("server", "remove", id, "--yes") }
        server.signal(SIGTERM)
        try rig.finish()
    }

    @Test("a trace that came is in the audit and goes on as it came; one that did not is in the audit alone")
    func received() throws {
        let (rig, server) = try Self.rig()
        let client = try rig.client()
        let fields = [("traceparent", Self.parent), ("tracestate", "rojo=1"), ("tracestate", "congo=2")]
        let web = try Self.call(client, "web::trace", fields: fields)
        #expect(web["traceparent"] as? [String] == [Self.parent])
        #expect(web["tracestate"] as? [String] == ["rojo=1,congo=2"])
        #expect(web["meta"] is NSNull)
        let pipe = try Self.call(client, "pipe::trace", fields: fields)
        #expect(pipe["meta"] as? [String: String] == ["traceparent": Self.parent, "tracestate": "rojo=1,congo=2"])
        // The client's own word goes before that of whoever stands between, and stays where it stands.
        let other = "00-00000000000000000000000000000abc-00f067aa0ba902b7-00"
        let meta = #","_meta":{"traceparent":"\#(other)","tracestate":"a=\"b\"","x/y":1}"#
        let both = try Self.call(client, "web::trace", meta: meta, fields: fields)
        #expect(both["traceparent"] as? [String] == [other] && both["tracestate"] as? [String] == [#"a="b""#])
        #expect(
            (both["meta"] as? [String: Any])?["traceparent"] as? String == other && (both["meta"] as? [String: Any])?["x/y"] as? Int == 1)
        // None: nothing is passed on, but the audit can name it.
        let none = try Self.call(client, "web::trace")
        #expect(none["traceparent"] as? [String] == [] && none["meta"] is NSNull)
        let records = try rig.records().filter { $0["tool"] as? String == "trace" }
        let ids = records.compactMap { $0["traceId"] as? String }
        #expect(ids.prefix(3) == [Self.trace, Self.trace, "00000000000000000000000000000abc"])
        #expect(ids.count == 4 && ids[3].wholeMatch(of: /[0-9a-f]{32}/) != nil && !ids.prefix(3).contains(ids[3]))
        try Self.end(rig, server, client)
    }

    @Test("a trace that is none begins anew, and no request is refused for it")
    func invalid() throws {
        let (rig, server) = try Self.rig(["PETA_TRACE_PROPAGATE": "always"])
        let client = try rig.client()
        for fields in [
            [("traceparent", "00-\(Self.trace)-0000000000000000-01"), ("tracestate", "a=1")], [("traceparent", "")],
            [("traceparent", Self.parent.uppercased())], [("traceparent", Self.parent), ("traceparent", Self.parent)],
            [("traceparent", "ff-\(Self.trace)-00f067aa0ba902b7-01")], [("tracestate", "a=1")],
        ] {
            let told = try Self.call(client, "web::trace", fields: fields)
            let passed = try #require((told["traceparent"] as? [String])?.first, "\(fields)")
            #expect(passed.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]/) != nil && !passed.contains(Self.trace))
            #expect(told["tracestate"] as? [String] == [])
            #expect(try rig.records().last?["traceId"] as? String == String(passed.split(separator: "-")[1]))
        }
        // A list of vendors that is none goes, the trace stays.
        let half = try Self.call(client, "pipe::trace", fields: [("traceparent", Self.parent), ("tracestate", "A=1")])
        #expect(half["meta"] as? [String: String] == ["traceparent": Self.parent])
        try Self.end(rig, server, client)
    }

    @Test("told not to, the gateway passes nothing on by itself")
    func off() throws {
        let (rig, server) = try Self.rig(["PETA_TRACE_PROPAGATE": "off"])
        let client = try rig.client()
        for server in ["web", "pipe"] {
            let told = try Self.call(client, "\(server)::trace", fields: [("traceparent", Self.parent)])
            #expect(told["traceparent"] as? [String] == [] && told["meta"] is NSNull)
        }
        #expect(try rig.records().last?["traceId"] as? String == Self.trace)
        try Self.end(rig, server, client)
    }

    // MARK: spans

    /// The spans that a collector has, as soon as there are so many.
    private static func spans(_ collector: ChildProcess, _ count: Int) throws -> [[String: Any]] {
        var found: [[String: Any]] = []
        try eventually("\(count) spans were exported") {
            found = try collector.stdout.lines.dropFirst().map(DownstreamRig.object).filter { $0["status"] as? Int == 200 }.flatMap {
                line in
                #expect((line["problems"] as? [String])?.isEmpty == true, "\(line)")
                #expect(line["path"] as? String == "/v1/traces")
                let resources = (line["body"] as? [String: Any])?["resourceSpans"] as? [[String: Any]] ?? []
                return resources.flatMap { $0["scopeSpans"] as? [[String: Any]] ?? [] }.flatMap { $0["spans"] as? [[String: Any]] ?? [] }
            }
            return found.count >= count
        }
        return found
    }

    private static func attribute(_ span: [String: Any], _ key: String) -> String? {
        let all = span["attributes"] as? [[String: Any]] ?? []
        let value = all.first { $0["key"] as? String == key }?["value"] as? [String: Any]
        return (value?["stringValue"] ?? value?["intValue"]) as? String
    }

    @Test("each call is a span below its caller's, with its server's below it; the server is told of that one")
    func exported() throws {
        let collector = try PythonPeer.start("collector.py", ["--fail", "1"])
        let (rig, server) = try Self.rig([
            "PETA_OTLP_ENDPOINT": try collector.stdout.line(0), "PETA_OTLP_HEADERS": "x-key=${secret:otlp}",
        ])
        try rig.gateway.expect("secret", "set", "otlp", "--stdin", stdin: "collector-key")
        let client = try rig.client()
        let told = try Self.call(client, "web::trace", fields: [("traceparent", Self.parent), ("tracestate", "rojo=1")])
        _ = try client.request("tools/call", #"{"name":"web::broken","arguments":{}}"#)
        _ = try client.callError("web::nothing")
        // The server that was not sampled by its caller is not exported, and the server is told so.
        let unsampled = try Self.call(client, "pipe::trace", fields: [("traceparent", "00-\(Self.trace)-00f067aa0ba902b7-00")])
        let meta = try #require((unsampled["meta"] as? [String: String])?["traceparent"])
        #expect(meta.hasPrefix("00-\(Self.trace)-") && meta.hasSuffix("-00") && !meta.contains("00f067aa0ba902b7"))
        let spans = try Self.spans(collector, 5)
        #expect(spans.count == 5)
        let own = try #require(spans.first { $0["traceId"] as? String == Self.trace && $0["kind"] as? Int == 2 })
        let down = try #require(spans.first { $0["traceId"] as? String == Self.trace && $0["kind"] as? Int == 3 })
        #expect(own["parentSpanId"] as? String == "00f067aa0ba902b7" && own["name"] as? String == "tools/call web::trace")
        #expect(down["parentSpanId"] as? String == own["spanId"] as? String && own["traceState"] as? String == "rojo=1")
        #expect(told["traceparent"] as? [String] == ["00-\(Self.trace)-\(down["spanId"] ?? "")-01"])
        #expect(Self.attribute(own, "peta.server") == "web" && Self.attribute(own, "gen_ai.tool.name") == "trace")
        #expect(own["status"] == nil && Self.attribute(own, "peta.outcome") == "ok")
        let broken = try #require(spans.first { $0["name"] as? String == "tools/call web::broken" && $0["kind"] as? Int == 2 })
        #expect((broken["status"] as? [String: Any])?["code"] as? Int == 2 && broken["parentSpanId"] == nil)
        let denied = try #require(spans.first { Self.attribute($0, "peta.outcome") == "denied" })
        #expect(denied["name"] as? String == "tools/call" && denied["status"] == nil)
        // The record of each call leads to its trace.
        let recorded = try rig.records().compactMap { $0["traceId"] as? String }
        #expect(Set(spans.compactMap { $0["traceId"] as? String }).isSubset(of: recorded))
        // Secrets go along in header fields, and nowhere else.
        let lines = try collector.stdout.lines.dropFirst().map(DownstreamRig.object)
        #expect(lines.allSatisfy { ($0["headers"] as? [String: String])?["x-key"] == "collector-key" })
        #expect(!rig.gateway.log.contains("collector-key"))
        collector.signal(SIGTERM)
        try Self.end(rig, server, client)
    }

    @Test("of the traces that begin here the share that was asked for is exported; what a person decides is a span too")
    func waited() throws {
        let collector = try PythonPeer.start("collector.py")
        let url = try collector.stdout.line(0)
        for ratio in ["0", "1"] {
            try UpstreamSite.run(
                configuration: UpstreamSite.holding(20, "  selfApproval: true\notlp:\n  endpoint: \(url)\n  ratio: \(ratio)\n")
            ) { site in
                let session = try site.open()
                try site.askFor("add")
                try session.sendCall("demo::add", #"{"a":1,"b":2}"#)
                #expect(try site.decide(try site.waiting()) == 200)
                #expect(try session.http.response().status == 200)
                session.http.close()
            }
        }
        let spans = try Self.spans(collector, 3)
        #expect(spans.count == 3)
        #expect(Set(spans.compactMap { $0["name"] as? String }) == ["tools/call demo::add", "approval"])
        let own = try #require(spans.first { $0["kind"] as? Int == 2 })
        let wait = try #require(spans.first { $0["kind"] as? Int == 1 })
        #expect(wait["parentSpanId"] as? String == own["spanId"] as? String)
        #expect(Self.attribute(wait, "peta.approval_id")?.isEmpty == false)
        collector.signal(SIGTERM)
    }

    @Test("a collector that is away costs no call; what it missed is counted, told and delivered when it is back")
    func away() throws {
        let port = try Gateway.freePort()
        let collector = try PythonPeer.start("collector.py", ["--fail", "2"])
        let rig = try DownstreamRig([
            "PETA_OTLP_ENDPOINT": try collector.stdout.line(0) + "/", "PETA_METRICS_LISTEN": "127.0.0.1:\(port)",
        ])
        try rig.gateway.addDemo("demo")
        let client = try rig.client()
        for _ in 0..<3 { _ = try client.callText("demo::echo", #"{"text":"x"}"#) }
        try eventually("the gateway tells that it fails") {
            try rig.gateway.expect("status").contains("spans cannot be delivered") || rig.gateway.log.contains("delivered again")
        }
        #expect(try Self.spans(collector, 6).count == 6)
        try eventually("it tells that it works again") { rig.gateway.log.contains("spans are delivered again") }
        let read = try MetricsTests.metrics(port)
        #expect(read.sum("peta_spans_total", ["result": "delivered"]) == 6 && read.sum("peta_spans_failing") == 0)
        #expect(try !rig.gateway.expect("status").contains("spans cannot be delivered"))
        client.http.close()
        collector.signal(SIGTERM)
        try rig.finish()
    }
}
