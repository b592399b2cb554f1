import Foundation
import PetaWire
import TestRandom
import Testing

/// The byte-level reader of request heads: what it takes it understands completely, the rest is not its own.
@Suite("Request head") struct HeadReaderTests {

    private func outcome(_ text: String) -> RequestHead.Outcome { Array(text.utf8).withUnsafeBytes { RequestHead.read($0) } }

    private func isForeign(_ text: String) -> Bool { if case .foreign = outcome(text) { true } else { false } }

    private func head(_ text: String) -> RequestHead? { if case .head(let head) = outcome(text) { head } else { nil } }

    private func isTaken(_ text: String) -> Bool { head(text) != nil }

    private static let full =
        "POST /mcp?names=safe&x=%20 HTTP/1.1\r\nHost: 127.0.0.1:1\r\nAuthorization:  Bearer peta_x \t\r\nAccept: application/json, text/event-stream\r\n"
        + "content-type: application/json\r\nCONTENT-LENGTH: 12\r\nMcp-Session-Id: s1\r\nMCP-Protocol-Version: 2025-11-25\r\nOrigin: http://localhost\r\n"
        + "Last-Event-ID: 7\r\ntraceparent: 00-a-b-01\r\nX-Other:\r\nx-other: a\tb\r\nConnection: Keep-Alive\r\n\r\n"

    @Test("every field is found, without the blanks around it")
    func fields() {
        let text = Self.full
        let bytes = Array((text + "{\"body\":true}").utf8)
        bytes.withUnsafeBytes { buffer in
            guard case .head(let head) = RequestHead.read(buffer) else {
                Issue.record("not taken")
                return
            }
            func of(_ range: ByteRange) -> String { range.slice(of: buffer).text }
            #expect(head.method == .post && head.length == text.utf8.count && head.contentLength == 12 && head.keepAlive)
            #expect(of(head.query) == "names=safe&x=%20")
            #expect(of(head.host) == "127.0.0.1:1")
            #expect(of(head.authorization) == "Bearer peta_x")
            #expect(of(head.accept) == "application/json, text/event-stream")
            #expect(of(head.contentType) == "application/json")
            #expect(of(head.session) == "s1")
            #expect(of(head.protocolVersion) == "2025-11-25")
            #expect(of(head.origin) == "http://localhost")
            #expect(of(head.lastEventID) == "7")
            #expect(of(head.traceParent) == "00-a-b-01")
        }
    }

    @Test("GET and DELETE have no body, and the connection is closed when that is asked")
    func others() throws {
        let get = try #require(head("GET /mcp HTTP/1.1\r\nHost: a\r\nConnection: CLOSE\r\n\r\n"))
        #expect(get.method == .get && get.contentLength == nil && !get.keepAlive && get.query.isEmpty)
        #expect(head("DELETE /mcp?a HTTP/1.1\r\nHost: a\r\n\r\n")?.method == .delete)
        #expect(head("POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")?.contentLength == 0)
    }

    @Test("every beginning of a head is incomplete")
    func prefixes() throws {
        let memory = try GuardedMemory(capacity: 4096)
        let bytes = Array(Self.full.utf8)
        for count in 0..<bytes.count {
            memory.with(bytes[..<count]) { buffer in
                guard case .incomplete = RequestHead.read(buffer) else {
                    Issue.record("not incomplete at \(count)")
                    return
                }
            }
        }
    }

    @Test(
        "what has more than one reading, or is an option of HTTP, is left to the full codec",
        arguments: [
            // Framing.
            "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 1\t\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 1 2\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 1234567890123456\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\ntransfer-encoding: x\r\n\r\n", "POST /mcp HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "DELETE /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            // Lines.
            "GET /mcp HTTP/1.1\nHost: a\n\n", "GET /mcp HTTP/1.1\r\nHost: a\n\r\n", "GET /mcp HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost : a\r\n\r\n", "GET /mcp HTTP/1.1\r\n Host: a\r\n\r\n", "GET /mcp HTTP/1.1\r\nHost: a\rb\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\0\r\n\r\n", "GET /mcp HTTP/1.1\r\nHost: \u{E9}\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\u{7F}\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", "GET /mcp HTTP/1.1\r\nHost: a\r\nNothing\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\n\rx",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nA(b): c\r\n\r\n",
            // Targets, methods and versions.
            "GET http://a/mcp HTTP/1.1\r\nHost: a\r\n\r\n", "GET /mcp/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /mcpx HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET //mcp HTTP/1.1\r\nHost: a\r\n\r\n", "GET /MCP HTTP/1.1\r\nHost: a\r\n\r\n", "GET /%6dcp HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /mcp#f HTTP/1.1\r\nHost: a\r\n\r\n", "get /mcp HTTP/1.1\r\nHost: a\r\n\r\n", "PUT /mcp HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET  /mcp HTTP/1.1\r\nHost: a\r\n\r\n", "GET\t/mcp HTTP/1.1\r\nHost: a\r\n\r\n", "GET /mcp  HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /mcp HTTP/1.0\r\nHost: a\r\n\r\n", "GET /mcp HTTP/1.2\r\nHost: a\r\n\r\n", "GET /mcp\r\n\r\n",
            "\r\nGET /mcp HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /mcp?\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", "GET /mcp?a\tb HTTP/1.1\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            // Fields that stand twice, are empty, or ask for something.
            "GET /mcp HTTP/1.1\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nauthorization: b\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nMcp-Session-Id: a\r\nMcp-Session-Id: b\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nAccept: \r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", "GET /mcp HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n", "GET /mcp HTTP/1.1\r\nHost: a\r\nTrailer: x\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nConnection: close, te\r\n\r\n", "GET /mcp HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\n\r\n",
            "GET /mcp HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n\r\n",
        ])
    func foreign(text: String) {
        #expect(isForeign(text))
    }

    @Test(
        "two hosts are refused here, not left to a reader that takes one of them",
        arguments: ["Host: a\r\nHost: b\r\n", "Host: a\r\nX: y\r\nhost: a\r\n", "HOST: a\r\nHost:\r\n", "Host:\r\nHost: a\r\n"])
    func twoHosts(fields: String) {
        guard case .ambiguous = outcome("GET /mcp HTTP/1.1\r\n\(fields)\r\n") else {
            Issue.record("taken, or left to the codec")
            return
        }
    }

    @Test("an empty host is not taken")
    func emptyHost() {
        #expect(!isTaken("GET /mcp HTTP/1.1\r\nHost:\r\n\r\n"))
        #expect(!isTaken("GET /mcp HTTP/1.1\r\nHost: \t\r\n\r\n"))
    }

    @Test("a query has at most 1,024 bytes")
    func longQuery() {
        let most = String(repeating: "a", count: 1024)
        #expect(head("GET /mcp?\(most) HTTP/1.1\r\nHost: a\r\n\r\n")?.query.count == 1024)
        #expect(isForeign("GET /mcp?\(most)a HTTP/1.1\r\nHost: a\r\n\r\n"))
    }

    @Test("whatever comes, nothing behind the end is read and no range leaves the head", arguments: 0..<4)
    func fuzz(round: Int) throws {
        var random = SplitMix(seed: UInt64(round) + 900)
        let memory = try GuardedMemory(capacity: 1 << 14)
        let tokens = [
            "\r\n", "\n", "\r", ":", " ", "\t", "\0", "\u{E9}", "?", "Content-Length: 1\r\n", "Host: b\r\n", "Accept: x\r\n", "\r\n\r\n",
            "HTTP/1.1", "close",
        ]
        let all = [Array(Self.full.utf8), Array("GET /mcp HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n\r\n".utf8)]
        var counts = [0, 0, 0]
        for _ in 0..<4_000 {
            var text = random.pick(all)
            for _ in 0...random.below(2) { Mutation.apply(&text, tokens: tokens, others: all, &random) }
            memory.with(text) { buffer in
                switch RequestHead.read(buffer) {
                case .incomplete: counts[0] += 1
                case .foreign, .ambiguous: counts[1] += 1
                case .head(let head):
                    counts[2] += 1
                    let ranges = [
                        head.query, head.authorization, head.session, head.protocolVersion, head.accept, head.contentType, head.origin,
                        head.host,
                        head.lastEventID, head.traceParent,
                    ]
                    for range in ranges where range.lower < 0 || range.upper > head.length { Issue.record("\(text)") }
                    if head.length > text.count || !text[..<head.length].suffix(4).elementsEqual([13, 10, 13, 10]) {
                        Issue.record("\(text)")
                    }
                }
            }
        }
        #expect(counts.allSatisfy { $0 > 200 })
    }
}
