import Foundation
import PetaWire
import TestRandom
import Testing

/// HTTP responses of servers, honest ones and others (RFC 9112).
@Suite("Response reader") struct ResponseReaderTests {
    /// What came of one response, whatever the pieces in which it arrived.
    struct Transcript: Equatable {
        var status: Int?
        var kind = ResponseReader.BodyKind.other
        var session = ""
        var keepAlive = false
        var length: Int?
        var chunked = false
        var retryAfter: Int?
        var heads = 0
        var body: [UInt8] = []
        var ended = false
        var malformed = false
        /// Bytes behind the response.
        var left: [UInt8] = []
    }

    /// Reads as a connection does: what has been read is thrown away, what was not is kept.
    static func read(_ pieces: [ArraySlice<UInt8>], headLimit: Int = 32768, closes: Bool = true) throws -> Transcript {
        let memory = try GuardedMemory(capacity: pieces.reduce(1) { $0 + $1.count })
        var reader = ResponseReader(headLimit: headLimit)
        var result = Transcript()
        var input: [UInt8] = []
        for piece in pieces {
            input += piece
            var goesOn = !result.ended && !result.malformed
            while goesOn {
                memory.with(input) { buffer in
                    var offset = 0
                    let event = reader.next(buffer, offset: &offset)
                    #expect(offset >= 0 && offset <= buffer.count)
                    switch event {
                    case .needMore: goesOn = false
                    case .head(let head): take(head, buffer, &result)
                    case .body(let range):
                        #expect(!range.isEmpty && range.lower >= 0 && range.upper <= offset)
                        result.body += range.slice(of: buffer)
                    case .end:
                        result.ended = true
                        goesOn = false
                    case .malformed:
                        result.malformed = true
                        goesOn = false
                    }
                    input.removeFirst(offset)
                }
            }
        }
        if closes, reader.endsWithConnection, !result.malformed { result.ended = true }
        if !result.malformed { result.left = input }
        return result
    }

    private static func take(_ head: ResponseReader.Head, _ buffer: UnsafeRawBufferPointer, _ result: inout Transcript) {
        result.heads += 1
        result.status = head.status
        result.kind = head.kind
        result.session = head.session.slice(of: buffer).text
        result.keepAlive = head.keepAlive
        result.length = head.contentLength
        result.chunked = head.chunked
        result.retryAfter = head.retryAfter
    }

    static func read(_ text: String, headLimit: Int = 32768) throws -> Transcript {
        try read([Array(text.utf8)[...]], headLimit: headLimit)
    }

    static let samples: [(name: String, text: String)] = [
        ("length", "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 11\r\n\r\nhello world"),
        ("pipelined", "HTTP/1.1 200 OK\r\ncontent-length:2\r\nMCP-Session-Id: a-b\r\n\r\nokHTTP/1.1 500"),
        ("empty", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        ("no reason", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n"),
        (
            "chunked",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n"
                + "5\r\nhello\r\n1;name=\"a;b\"\r\n \r\n00A \t;x\r\n0123456789\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\nrest"
        ),
        ("no chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n"),
        ("crlf inside", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\r\n0\r\n\r\n0\r\n\r\n"),
        ("until close", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n\r\nmore"),
        ("old", "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc"),
        ("old, kept", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc"),
        (
            "interim",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\nMcp-Session-Id: s\r\n\r\nx"
        ),
        ("no content", "HTTP/1.1 204 No Content\r\n\r\nHTTP"),
        ("not modified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\nrest"),
        ("busy", "HTTP/1.1 503 Busy\r\nRetry-After: 17\r\nContent-Length: 1\r\n\r\nx"),
        ("obs-text", "HTTP/1.1 200 D\u{E9}j\u{E0}\r\nServer: \u{E9}\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx"),
    ]

    @Test("a response is the same at whatever place it is cut", arguments: samples.map(\.text))
    func everySplit(text: String) throws {
        let bytes = Array(text.utf8)
        let whole = try Self.read([bytes[...]])
        #expect(whole.ended && !whole.malformed && whole.heads == 1)
        for cut in 0...bytes.count {
            #expect(try Self.read([bytes[..<cut], bytes[cut...]]) == whole, "cut at \(cut)")
        }
        #expect(try Self.read(bytes.indices.map { bytes[$0...$0] }) == whole)
        for first in stride(from: 0, to: bytes.count, by: 3) {
            for second in stride(from: first, to: bytes.count, by: 2) {
                #expect(
                    try Self.read([bytes[..<first], bytes[first..<second], bytes[second...]]) == whole, "cut at \(first) and \(second)")
            }
        }
    }

    @Test("the samples mean what they say")
    func meanings() throws {
        var all: [String: Transcript] = [:]
        for sample in Self.samples { all[sample.name] = try Self.read(sample.text) }
        func body(_ name: String) -> String { String(decoding: all[name]?.body ?? [], as: UTF8.self) }
        #expect(body("length") == "hello world" && all["length"]?.kind == .json && all["length"]?.keepAlive == true)
        #expect(body("pipelined") == "ok" && all["pipelined"]?.session == "a-b")
        #expect(all["pipelined"]?.left == Array("HTTP/1.1 500".utf8))
        #expect(all["empty"]?.status == 202 && all["empty"]?.keepAlive == false && body("empty").isEmpty)
        #expect(all["no reason"]?.status == 404)
        #expect(body("chunked") == "hello 0123456789" && all["chunked"]?.kind == .eventStream && all["chunked"]?.left == Array("rest".utf8))
        #expect(body("no chunk").isEmpty && all["no chunk"]?.chunked == true)
        #expect(body("crlf inside") == "\r\n0\r\n")
        #expect(body("until close") == "{\"a\":1}\r\n\r\nmore" && all["until close"]?.keepAlive == false)
        #expect(all["old"]?.keepAlive == false && all["old, kept"]?.keepAlive == true)
        #expect(all["interim"]?.status == 200 && all["interim"]?.session == "s" && body("interim") == "x")
        #expect(body("no content").isEmpty && all["no content"]?.left == Array("HTTP".utf8))
        #expect(body("not modified").isEmpty && all["not modified"]?.left == Array("rest".utf8))
        #expect(all["busy"]?.retryAfter == 17)
    }

    @Test(
        "what frames a body in two ways, or in none, is malformed",
        arguments: [
            "Content-Length: 1\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 1",
            "Content-Length: 1\r\nContent-Length: 2",
            "Content-Length: 1, 1", "Content-Length: +1", "Content-Length: -1", "Content-Length: 0x1", "Content-Length: 1 1",
            "Content-Length:",
            "Content-Length: 1a", "Content-Length: 9999999999999999", "Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: identity",
            "Transfer-Encoding:", "Transfer-Encoding: xchunked", "Content-Encoding: gzip\r\nContent-Length: 1",
        ])
    func framing(fields: String) throws {
        #expect(try Self.read("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\nx").malformed)
    }

    @Test(
        "a head that is not as it should be is malformed",
        arguments: [
            "HTTP/1.1 200 OK\nContent-Length: 0\n\n\r\n\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 200 OK\r\nA\r\n\r\n", "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n", "HTTP/1.1 200 OK\r\nA(: b\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\u{E9}: b\r\n\r\n",
            "HTTP/2 200 OK\r\n\r\n", "HTTP/1.2 200 OK\r\n\r\n", "HTTP/0.9 200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
            "HTTP/1.1  200 OK\r\n\r\n",
            "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
            "HTTP/1.1 -20 OK\r\n\r\n",
            "HTTP/1.1\r\n\r\n", "\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 No\r\n\r\n",
        ])
    func heads(text: String) throws {
        #expect(try Self.read(text).malformed)
    }

    @Test("a status that HTTP does not have is malformed", arguments: ["600", "700", "999"])
    func foreignStatus(status: String) throws {
        #expect(try Self.read("HTTP/1.1 \(status) X\r\nContent-Length: 0\r\n\r\n").malformed)
    }

    @Test(
        "a chunk that is not as it should be is malformed",
        arguments: [
            "\r\n", "g\r\n", "-1\r\n", "+1\r\n", "0x1\r\na", " 1\r\na", "1,\r\na", "123456789\r\n", "ffffffffffffffff1\r\n", "\r\n\r\n",
            ";x\r\n",
            "1\r\nab\r\n", "1\r\na\n\r\n", "1\r\na\r\r", "2\r\na\r\n0\r\n\r\n", "5\r\nhelloX\r\n",
        ])
    func chunks(text: String) throws {
        #expect(try Self.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + text).malformed)
    }

    @Test("a chunk size ends with CRLF, not with LF alone")
    func bareLF() throws {
        let result = try Self.read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n")
        #expect(result.malformed && result.body.isEmpty)
    }

    @Test("a response that breaks off has no end", arguments: samples.filter { $0.name != "until close" }.map(\.text))
    func truncated(text: String) throws {
        let whole = try Self.read(text)
        let end = text.utf8.count - whole.left.count
        for count in 0..<end {
            let part = try Self.read([Array(text.utf8)[..<count]])
            #expect(!part.ended && !part.malformed, "\(count)")
        }
    }

    @Test("a head that is too long is malformed however it arrives")
    func longHead() throws {
        let long = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: " + String(repeating: "x", count: 1000) + "\r\n\r\n"
        #expect(try Self.read(long, headLimit: 2000).ended)
        let bytes = Array(long.utf8)
        #expect(try Self.read(bytes.indices.map { bytes[$0...$0] }, headLimit: 500).malformed)
        #expect(try Self.read(long, headLimit: 500).malformed, "all at once")
        #expect(try Self.read(String(long.dropLast(4)), headLimit: 500).malformed)
    }

    @Test("a chunk size and trailers that never end are malformed")
    func endless() throws {
        let start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try Self.read(start + "1;" + String(repeating: "x", count: 5000)).malformed)
        #expect(try Self.read(start + "0\r\nA: " + String(repeating: "x", count: 5000), headLimit: 1000).malformed)
    }

    @Test("a line that is too long is malformed also when it comes in one piece")
    func longLines() throws {
        let start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        let long = String(repeating: "x", count: 5000)
        #expect(try Self.read(start + "1;\(long)\r\na\r\n0\r\n\r\n").malformed)
        #expect(try Self.read(start + "0\r\nA: \(long)\r\n\r\n", headLimit: 1000).malformed)
    }

    @Test("trailers and interim responses are bounded in number")
    func flood() throws {
        let start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(try Self.read(start + "0\r\n" + String(repeating: "a: b\r\n", count: 300) + "\r\n", headLimit: 1000).malformed)
        let interim = String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 101)
        #expect(try Self.read(interim + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", headLimit: 1000).malformed)
    }

    @Test(
        "a connection that is to be closed is not kept",
        arguments: ["close", "Close", "close, x-other", "x-other, close", "keep-alive, close"])
    func closing(value: String) throws {
        #expect(try !Self.read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: \(value)\r\n\r\n").keepAlive)
    }

    @Test("a kind of body is told from its type alone")
    func kinds() throws {
        func kind(_ type: String) throws -> ResponseReader.BodyKind {
            try Self.read("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nContent-Length: 0\r\n\r\n").kind
        }
        for type in [
            "application/json", "Application/JSON", "application/json;charset=utf-8", "application/json ; a=b", "application/json\t;a=b",
        ] {
            #expect(try kind(type) == .json, "\(type)")
        }
        #expect(try kind("text/event-stream; charset=utf-8") == .eventStream)
        for type in ["application/jsonx", "xapplication/json", "text/html", "application/json-seq", "", ";application/json"] {
            #expect(try kind(type) == .other, "\(type)")
        }
    }

    @Test("whatever comes, nothing is read that is not there, and pieces change nothing", arguments: 0..<6)
    func fuzz(round: Int) throws {
        var random = SplitMix(seed: UInt64(round) + 600)
        let tokens = [
            "\r\n", "\n", "\r", ":", " ", "\0", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "0\r\n", "ffffffff\r\n",
            "7fffffffffffffff\r\n", "chunked",
            "HTTP/1.1 100 \r\n\r\n", "\r\n\r\n", ";", "Connection: close\r\n", "\u{E9}", "\t", "1",
        ]
        let all = Self.samples.map { Array($0.text.utf8) }
        var broken = 0
        var ended = 0
        for _ in 0..<400 {
            var text = random.pick(all)
            for _ in 0...random.below(3) { Mutation.apply(&text, tokens: tokens, others: all, &random) }
            let whole = try Self.read([text[...]])
            if whole.malformed { broken += 1 }
            if whole.ended { ended += 1 }
            let cut = random.below(text.count + 1)
            let split = try Self.read([text[..<cut], text[cut...]])
            // A malformed end may hold back less or more of the body; where it is seen does not change.
            if whole.malformed || split.malformed {
                #expect(whole.malformed == split.malformed, "\(text) at \(cut)")
            } else {
                #expect(split == whole, "\(text) at \(cut)")
            }
            let single = try Self.read(text.indices.map { text[$0...$0] })
            #expect(single.malformed == whole.malformed && (single.malformed || single == whole), "\(text)")
        }
        #expect(broken > 40 && ended > 40)
    }
}
