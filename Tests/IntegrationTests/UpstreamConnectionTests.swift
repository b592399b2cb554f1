import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: connections")
struct UpstreamConnectionTests {
    @Test("a head that comes byte by byte is read like any other, as is its body")
    func byteByByte() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let http = try RawHTTP(port: site.port)
            for form in [
                "Content-Length: \(UpstreamHTTPTests.ping.utf8.count)\r\n\r\n\(UpstreamHTTPTests.ping)",
                "Transfer-Encoding: chunked\r\n\r\n\(UpstreamHTTPTests.chunked(UpstreamHTTPTests.ping))",
            ] {
                let text = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(UpstreamHTTPTests.lines(session))\(form)"
                for byte in text.utf8 { try http.send([byte]) }
                #expect(try http.response().text == UpstreamHTTPTests.pong)
            }
        }
    }

    @Test("pipelined requests are answered in their order, also where one takes long and the forms are mixed")
    func pipelining() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let http = try RawHTTP(port: site.port)
            let start = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(UpstreamHTTPTests.lines(session))"
            func plain(_ body: String) -> String { "\(start)Content-Length: \(body.utf8.count)\r\n\r\n\(body)" }
            func pieces(_ body: String) -> String { "\(start)Transfer-Encoding: chunked\r\n\r\n\(UpstreamHTTPTests.chunked(body))" }
            func call(_ id: Int, _ ms: Int) -> String {
                #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"demo__sleep","arguments":{"ms":\#(ms)}}}"#
            }
            func ping(_ id: Int) -> String { #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"# }
            try http.send(plain(call(1, 300)) + plain(ping(2)) + plain(call(3, 1)) + plain(ping(4)))
            for id in 1...4 { #expect(try http.response().answer["id"] as? Int == id) }
            try http.send((5...60).map { plain(ping($0)) }.joined())
            for id in 5...60 { #expect(try http.response().answer["id"] as? Int == id) }
            try http.send(plain(call(61, 100)) + pieces(call(62, 100)) + plain(ping(63)))
            for id in 61...62 { #expect(try http.response().answer["id"] as? Int == id) }
            // An odd request is the last one of its connection (decision 0003): what follows it is not read as another.
            #expect(try http.isClosedByPeer())
        }
    }

    @Test("a refused request in a pipeline does not swallow or repeat its neighbours")
    func pipelinedRefusal() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let http = try RawHTTP(port: site.port)
            let good =
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(UpstreamHTTPTests.lines(session))Content-Length: \(UpstreamHTTPTests.ping.utf8.count)\r\n\r\n\(UpstreamHTTPTests.ping)"
            let anonymous =
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\nContent-Type: application/json\r\nContent-Length: \(UpstreamHTTPTests.ping.utf8.count)\r\n\r\n\(UpstreamHTTPTests.ping)"
            try http.send(good + anonymous + good + good.replacingOccurrences(of: "ping", with: "pong") + good)
            var statuses: [Int] = []
            var texts: [String] = []
            for _ in 0..<5 {
                let response = try http.response()
                statuses.append(response.status)
                texts.append(response.text)
            }
            #expect(statuses == [200, 401, 200, 200, 200])
            #expect([texts[0], texts[2], texts[4]] == [UpstreamHTTPTests.pong, UpstreamHTTPTests.pong, UpstreamHTTPTests.pong])
            #expect(texts[3].contains("-32601"))
        }
    }

    @Test("a client that has closed its sending half still gets its answers, then the connection is closed")
    func halfClosed() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let sleep = #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"demo__sleep","arguments":{"ms":300}}}"#
            let progress =
                #"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"demo__progress","arguments":{"steps":3,"ms":50},"_meta":{"progressToken":1}}}"#
            let start = "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(UpstreamHTTPTests.lines(session))"
            for bodies in [[UpstreamHTTPTests.ping], [sleep], [UpstreamHTTPTests.ping, sleep, UpstreamHTTPTests.ping], [progress]] {
                // Behind an odd request nothing is read (decision 0003), so several go in the plain form only.
                for plain in bodies.count > 1 ? [true] : [true, false] {
                    let http = try RawHTTP(port: site.port)
                    try http.send(
                        bodies.map {
                            plain
                                ? "\(start)Content-Length: \($0.utf8.count)\r\n\r\n\($0)"
                                : "\(start)Transfer-Encoding: chunked\r\n\r\n\(UpstreamHTTPTests.chunked($0))"
                        }
                        .joined())
                    http.endSending()
                    for body in bodies {
                        let response: HTTPResponse
                        do { response = try http.response() } catch { throw TestFailure("plain: \(plain), \(body.prefix(60)): \(error)") }
                        #expect(response.status == 200)
                        #expect(response.result != nil, "plain: \(plain), \(body.prefix(60)): \(response.text)")
                    }
                    #expect(try http.isClosedByPeer())
                }
            }
        }
    }

    /// The text, with events without their ids: those are of another stream each time.
    private static func withoutIDs(_ response: HTTPResponse) -> String {
        response.text.components(separatedBy: "\n").filter { !$0.hasPrefix("id: ") }.joined(separator: "\n")
    }

    @Test("every kind of answer is the same through the other reader as in the plain form")
    func sameAnswers() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let bodies = [
                UpstreamHTTPTests.ping, #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, #"{"jsonrpc":"2.0","id":1,"method":"nosuch"}"#,
                "nonsense",
                "[]",
                #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"x"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__blob","arguments":{"bytes":200000}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__progress","arguments":{"steps":3,"ms":1},"_meta":{"progressToken":"t"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"nosuch"}}"#,
            ]
            let fieldSets = [
                session.fields, session.fields.filter { $0.0 != "Authorization" }, session.fields.filter { $0.0 != "Mcp-Session-Id" },
                session.fields.filter { $0.0 != "Accept" }, session.fields.filter { $0.0 != "Content-Type" },
                session.fields + [("Origin", "https://evil.example")],
            ]
            let http = try RawHTTP(port: site.port)
            for fields in fieldSets {
                for body in bodies {
                    let other = try RawHTTP(port: site.port)
                    try http.send("POST", "/mcp", fields, body: Array(body.utf8))
                    try other.send(
                        "POST", "/mcp", fields + [("Transfer-Encoding", "chunked")], body: Array(UpstreamHTTPTests.chunked(body, 4000).utf8)
                    )
                    let (plain, pieces) = (try http.response(), try other.response())
                    #expect(plain.status == pieces.status, "\(body)")
                    #expect(Self.withoutIDs(plain) == Self.withoutIDs(pieces), "\(body)")
                    for name in ["content-type", "www-authenticate", "mcp-session-id"] {
                        #expect(plain[name] == pieces[name], "\(name), \(body)")
                    }
                }
            }
        }
    }

    @Test("a GET stream through the other reader carries the same events")
    func otherStream() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let http = try RawHTTP(port: site.port)
            let fields = session.fields.filter { $0.0 != "Content-Type" && $0.0 != "Accept" }.map { "\($0.0): \($0.1)\r\n" }.joined()
            try http.send(
                "GET http://127.0.0.1:\(site.port)/mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\nAccept: text/event-stream\r\n\(fields)\r\n"
            )
            let head = try http.responseHead()
            #expect(head.status == 200)
            #expect(head["content-type"]?.hasPrefix("text/event-stream") == true)
            _ = try session.call("demo__grow")
            #expect(try http.message()?["method"] as? String == "notifications/tools/list_changed")
            http.close()
            try eventually("the stream is free again") {
                let again = try RawHTTP(port: site.port)
                try again.send("GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\nAccept: text/event-stream\r\n\(fields)\r\n")
                return try again.responseHead().status == 200
            }
        }
    }
}
