import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: limits and clients that behave badly", .serialized)
struct UpstreamLimitTests {
    private static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
    private static let quick = "limits:\n  headerSeconds: 1\n  bodySeconds: 1\n"

    private static func head(_ site: UpstreamSite, _ session: MCPConnection, _ more: String) -> String {
        "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n" + session.fields.map { "\($0.0): \($0.1)\r\n" }.joined() + more
    }

    @Test("a body that says it is over the limit is refused with 413 before it has come")
    func largeBody() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let http = try RawHTTP(port: site.port)
            try http.send(Self.head(site, session, "Content-Length: \(5 << 20)\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,"))
            #expect(try http.response().status == 413)
            #expect(try http.isClosedByPeer())
            #expect(try session.request("ping").status == 200)
        }
    }

    @Test("a chunked body is refused with 413 as soon as it goes over the limit")
    func largeChunkedBody() throws {
        try UpstreamSite.run(demo: nil, configuration: "limits:\n  bodyBytes: 64KiB\n") { site in
            let session = try site.open()
            let http = try RawHTTP(port: site.port)
            try http.send(Self.head(site, session, "Transfer-Encoding: chunked\r\n\r\n"))
            let chunk = "2000\r\n" + String(repeating: " ", count: 0x2000) + "\r\n"
            // The end of the body is never sent.
            for _ in 0..<9 { try http.send(chunk) }
            #expect(try http.response().status == 413)
            #expect(try http.isClosedByPeer())
            #expect(try session.request("ping").status == 200)
        }
    }

    @Test("a body of exactly the limit is taken, in both forms")
    func bodyAtLimit() throws {
        try UpstreamSite.run(demo: nil, configuration: "limits:\n  bodyBytes: 65536\n") { site in
            let session = try site.open()
            let body = Self.ping + String(repeating: " ", count: 65_536 - Self.ping.utf8.count)
            #expect(try session.post(body).status == 200)
            let http = try RawHTTP(port: site.port)
            try http.send(Self.head(site, session, "Transfer-Encoding: chunked\r\n\r\n10000\r\n\(body)\r\n0\r\n\r\n"))
            #expect(try http.response().status == 200)
            let over = try RawHTTP(port: site.port)
            try over.send(Self.head(site, session, "Content-Length: 65537\r\n\r\n\(body) "))
            #expect(try over.response().status == 413)
        }
    }

    @Test("a request without a token is refused before its body has come, in both forms")
    func anonymousBody() throws {
        try UpstreamSite.run(demo: nil) { site in
            for framing in ["Content-Length: 1000000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"] {
                let http = try RawHTTP(port: site.port, limit: 5)
                try http.send(
                    "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\nContent-Type: application/json\r\nAccept: */*\r\n\(framing)")
                #expect(try http.response().status == 401, "\(framing)")
            }
        }
    }

    @Test("a head over the limit is refused with 431, whether it ends or not, in whatever form")
    func largeHead() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let long = String(repeating: "a", count: 40_000)
            let many = (0..<2000).map { "X-Field-Number-\($0): some value of some length\r\n" }.joined()
            let forms = [
                ("endless field", Self.head(site, session, "X-Long: \(long)")), ("endless fields", Self.head(site, session, many)),
                (
                    "one long field",
                    Self.head(site, session, "X-Long: \(long)\r\nContent-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)")
                ),
                ("many fields", Self.head(site, session, "\(many)Content-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)")),
                ("chunked", Self.head(site, session, "X-Long: \(long)\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
                ("health", "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: \(long)\r\n\r\n"),
            ]
            for (name, text) in forms {
                let http = try RawHTTP(port: site.port)
                // The gateway may close before all has been sent.
                try? http.send(text)
                #expect(try http.response().status == 431, "\(name)")
                #expect(try http.isClosedByPeer(), "\(name)")
            }
            let target = try site.exchange("GET /\(long) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            #expect([400, 414, 431].contains(target.status))
            #expect(try session.request("ping").status == 200)
        }
    }

    @Test("a head that does not come in time is answered with 408 and the connection closed, also when it trickles")
    func slowHead() throws {
        try UpstreamSite.run(demo: nil, configuration: Self.quick) { site in
            for start in [
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n", "P", "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n",
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n",
            ] {
                for trickle in [false, true] {
                    try Self.expectTimeout(site, start, trickle ? "a" : nil)
                }
            }
        }
    }

    @Test("a body that does not come in time is answered with 408 and the connection closed, also when it trickles")
    func slowBody() throws {
        try UpstreamSite.run(demo: nil, configuration: Self.quick) { site in
            let session = try site.open()
            try Self.expectTimeout(site, Self.head(site, session, "Content-Length: 1000\r\n\r\n{"), nil)
            try Self.expectTimeout(site, Self.head(site, session, "Content-Length: 1000\r\n\r\n{"), " ")
            try Self.expectTimeout(site, Self.head(site, session, "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"), nil)
            try Self.expectTimeout(site, Self.head(site, session, "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"), "1\r\n \r\n")
        }
    }

    /// Sends `start`, then `drip` every 200 ms, until the gateway closes.
    private static func expectTimeout(_ site: UpstreamSite, _ start: String, _ drip: String?) throws {
        let http = try RawHTTP(port: site.port, limit: patience)
        try http.send(start)
        let began = monotonicSeconds()
        var closed = false
        if let drip {
            // A closed connection shows itself by a failing send, one send later.
            while !closed && monotonicSeconds() - began < patience {
                poll(nil, 0, 200)
                do { try http.send(drip) } catch { closed = true }
            }
            #expect(closed, "it still takes bytes: \(start.suffix(40))")
        }
        guard drip == nil || closed else { return }
        // A reset may have taken the answer with it: only where nothing was sent into the closed connection it is sure.
        if drip == nil {
            do {
                #expect(try http.response().status == 408, "\(start.suffix(40))")
                #expect(try http.isClosedByPeer())
            } catch {
                Issue.record("\(start.prefix(30))…\(start.suffix(40)): \(error)")
            }
        }
    }

    @Test("a client that never reads its events is cut off, memory stays bounded, and others are served meanwhile")
    func unreadEvents() throws {
        try UpstreamSite.run(configuration: "limits:\n  writeStallSeconds: 2\n") { site in
            let worker = try site.open()
            _ = try worker.call("demo__echo", #"{"text":"warm"}"#)
            let before = site.gateway.residentBytes
            let sockets = Self.sockets(site)
            var streams: [RawHTTP] = []
            var sessions: [MCPConnection] = []
            for _ in 0..<5 {
                let session = try site.open()
                streams.append(try session.openStream())
                session.http.close()
                sessions.append(session)
            }
            let text = String(repeating: "x", count: 15_000)
            for _ in 0..<1200 {
                _ = try worker.call("demo__log", #"{"level":"error","message":"\#(text)"}"#)
            }
            #expect(
                site.gateway.residentBytes - before < 100 << 20,
                "it grew by \((site.gateway.residentBytes - before) >> 20) MiB for 5 clients")
            try eventually("the streams are cut off") { Self.sockets(site) <= sockets }
            #expect(try worker.callText("demo__echo", #"{"text":"on"}"#) == "on")
            _ = streams
        }
    }

    @Test("clients that never read large results are cut off, memory stays bounded, and others are served meanwhile")
    func unreadResults() throws {
        try UpstreamSite.run(configuration: "limits:\n  writeStallSeconds: 2\n  resultMemoryBytes: 64MiB\n") { site in
            let worker = try site.open()
            _ = try worker.call("demo__blob", #"{"bytes":8000000}"#)
            let sockets = Self.sockets(site)
            let before = site.gateway.residentBytes
            var clients: [UpstreamSide] = []
            for _ in 0..<40 {
                let side = try site.beside(worker)
                try side.http.send(
                    "POST", "/mcp", side.fields,
                    body: Array(
                        #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__blob","arguments":{"bytes":8000000}}}"#.utf8
                    ))
                clients.append(side)
            }
            var peak = 0
            let began = monotonicSeconds()
            while monotonicSeconds() - began < 2 {
                #expect(try worker.request("ping").status == 200)
                peak = max(peak, site.gateway.residentBytes)
                poll(nil, 0, 20)
            }
            #expect(peak - before < 160 << 20, "it grew by \((peak - before) >> 20) MiB")
            try eventually("the clients are cut off") { Self.sockets(site) <= sockets }
            #expect(try worker.callText("demo__echo", #"{"text":"on"}"#) == "on")
            #expect(try worker.callText("demo__blob", #"{"bytes":8000000}"#).utf8.count == 8_000_000)
            _ = clients
        }
    }

    @Test("a client that does not read the event stream of its call is cut off")
    func unreadProgress() throws {
        try UpstreamSite.run(configuration: "limits:\n  writeStallSeconds: 2\n") { site in
            let worker = try site.open()
            let sockets = Self.sockets(site)
            let side = try site.beside(worker)
            let padding = String(repeating: "t", count: 900)
            try side.http.send(
                "POST", "/mcp", side.fields,
                body: Array(
                    #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__progress","arguments":{"steps":10000,"ms":0},"_meta":{"progressToken":"\#(padding)"}}}"#
                        .utf8))
            #expect(try worker.callText("demo__echo", #"{"text":"meanwhile"}"#) == "meanwhile")
            try eventually("the client is cut off") { Self.sockets(site) <= sockets }
        }
    }

    @Test("behind the full codec too, a client that lets large events wait is cut off, and memory stays bounded")
    func unreadLargeEvents() throws {
        try UpstreamSite.run { site in
            let worker = try site.open()
            let sockets = Self.sockets(site)
            let before = site.gateway.residentBytes
            let side = try site.beside(worker)
            // Each event repeats the token.
            let padding = String(repeating: "t", count: 200_000)
            let body =
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__progress","arguments":{"steps":2000,"ms":0},"_meta":{"progressToken":"\#(padding)"}}}"#
            let chunk = String(body.utf8.count, radix: 16) + "\r\n" + body + "\r\n0\r\n\r\n"
            try side.http.send("POST", "/mcp", side.fields + [("Transfer-Encoding", "chunked")], body: Array(chunk.utf8))
            try eventually("the client is cut off") { Self.sockets(site) <= sockets }
            #expect(site.gateway.residentBytes - before < 64 << 20)
            #expect(try worker.callText("demo__echo", #"{"text":"meanwhile"}"#) == "meanwhile")
        }
    }

    @Test("an idle connection costs nothing else: a thousand of them, then all are gone")
    func idleConnections() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let before = site.gateway.residentBytes
            var idle: [RawHTTP] = []
            for _ in 0..<1000 { idle.append(try RawHTTP(port: site.port)) }
            #expect(try session.request("ping").status == 200)
            #expect(site.gateway.residentBytes - before < 32 << 20)
            idle = []
        }
    }

    @Test("10,000 bad requests leave memory and descriptors as they were")
    func badRequests() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let deep = String(repeating: "[", count: 10_000)
            let fields = session.fields
            let bodies = [
                "nonsense", "[]", "{}", #"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, deep,
                #"{"jsonrpc":"2.0","id":null,"method":"ping"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"nosuch"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"nosuch"}}"#,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\(String(repeating: "9", count: 3000))}",
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__error","arguments":{"code":1,"message":"m"}}}"#,
            ].map { Array($0.utf8) }
            let heads = [
                "POST /mcp HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 5\r\n\r\nabcde", "nonsense\r\n\r\n",
                "POST /mcp HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999999\r\n\r\n",
                "GET /nosuch HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n", "\u{16}\u{3}\u{1}",
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\nAuthorization: Bearer \(site.token)\r\n\r\nhalf",
            ]
            var client = UpstreamSide(http: session.http, fields: fields)
            func round(_ count: Int) throws {
                for index in 0..<count {
                    if index % 4 == 0 {
                        let http = try RawHTTP(port: site.port, limit: 10)
                        try http.send(heads[index / 4 % heads.count])
                        // Some say nothing until more comes: those just leave.
                        if index % 8 == 0 { http.endSending(); _ = try? http.rest() }
                        http.close()
                    } else {
                        var bad = fields
                        switch index % 7 {
                        case 0: bad = fields.map { $0.0 == "Mcp-Session-Id" ? ($0.0, "nosuch-\(index)") : $0 }
                        case 1: bad = fields.map { $0.0 == "Authorization" ? ($0.0, "Bearer peta_\(index)") : $0 }
                        case 2: bad.append(("Origin", "https://evil.example"))
                        case 3: bad = fields.filter { $0.0 != "Accept" }
                        default: break
                        }
                        try client.http.send("POST", "/mcp", bad, body: bodies[index % bodies.count])
                        let response = try client.http.response()
                        #expect((200...499).contains(response.status))
                        // A refusal that came before the body closes the connection.
                        if response["connection"] == "close" { client = try site.beside(session) }
                    }
                }
            }
            try round(1500)
            try eventually("the connections of the first round are closed") { Self.sockets(site) <= 12 }
            let memory = site.gateway.residentBytes
            let sockets = Self.sockets(site)
            let descriptors = site.gateway.descriptors.count
            try round(10_000)
            try eventually("the connections are closed") { Self.sockets(site) <= sockets }
            #expect(site.gateway.descriptors.count <= descriptors, "\(site.gateway.descriptors)")
            let after = site.gateway.residentBytes
            #expect(Double(after) < Double(memory) * 1.2, "\(memory >> 10) KiB before, \(after >> 10) KiB after")
            #expect(try client.request("ping").status == 200)
        }
    }

    private static func sockets(_ site: UpstreamSite) -> Int { site.gateway.descriptors.values.count { $0.hasPrefix("socket:") } }
}
