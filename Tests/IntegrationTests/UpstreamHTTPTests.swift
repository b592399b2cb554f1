import Foundation
import PetaTestSupport
import Testing

/// RFC 9110 and RFC 9112: what is taken is answered as in the plain form, what two readers could take for different
/// requests is refused and the connection closed.
@Suite("Upstream: HTTP/1.1")
struct UpstreamHTTPTests {
    static let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
    static let pong = #"{"jsonrpc":"2.0","id":1,"result":{}}"#

    /// The field lines of a session's request, without Host and length.
    static func lines(_ session: MCPConnection) -> String { session.fields.map { "\($0.0): \($0.1)\r\n" }.joined() }

    static func chunked(_ body: String, _ size: Int = 7) -> String {
        var rest = Substring(body)
        var text = ""
        while !rest.isEmpty {
            let part = rest.prefix(size)
            text += String(part.utf8.count, radix: 16) + "\r\n" + part + "\r\n"
            rest = rest.dropFirst(size)
        }
        return text + "0\r\n\r\n"
    }

    /// A form that has to be answered as the plain form, on a connection that then goes on.
    private static func accept(_ name: Comment, closes: Bool = true, _ text: (_ fields: String, _ host: String, _ length: Int) -> String)
        throws
    {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let host = "127.0.0.1:\(site.port)"
            for afterPlain in [false, true] {
                let http = try RawHTTP(port: site.port)
                if afterPlain {
                    try http.send("POST", "/mcp", session.fields, body: Array(ping.utf8))
                    #expect(try http.response().text == pong, name)
                }
                try http.send(text(lines(session), host, ping.utf8.count))
                let response = try http.response()
                #expect(response.status == 200, name)
                #expect(response.text == pong, name)
                #expect(response["content-type"]?.hasPrefix("application/json") == true, name)
                // An odd request is the last one of its connection (decision 0003).
                guard closes else { continue }
                #expect(response["connection"]?.lowercased() == "close", name)
                #expect(try http.isClosedByPeer(), name)
            }
        }
    }

    /// A form that is refused with one of these statuses, and the connection closed without taking what follows for a request.
    private static func refuse(_ statuses: Set<Int>, _ text: (_ fields: String, _ host: String) -> String) throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let http = try RawHTTP(port: site.port)
            let smuggled =
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(lines(session))Content-Length: \(ping.utf8.count)\r\n\r\n\(ping)"
            try http.send(text(lines(session), "127.0.0.1:\(site.port)") + smuggled)
            let name = String(text("", "HOST").prefix(160).map { $0.isASCII && ($0.asciiValue ?? 0) >= 32 ? $0 : "~" })
            let response = try http.response()
            #expect(statuses.contains(response.status), "\(name): \(response.status) \(response.text)")
            do {
                let rest = try http.rest()
                #expect(rest.isEmpty, "\(name): \(String(decoding: rest.prefix(300), as: UTF8.self))")
            } catch {
                Issue.record("\(name): the connection stays open: \(error)")
            }
            #expect(try session.request("ping").status == 200)
        }
    }

    @Test("a chunked body")
    func chunkedBody() throws {
        try Self.accept("chunked") { fields, host, _ in
            "POST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)Transfer-Encoding: chunked\r\n\r\n\(Self.chunked(Self.ping))"
        }
        try Self.accept("CHUNKED") { fields, host, _ in
            "POST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)transfer-encoding: Chunked\r\n\r\n\(Self.chunked(Self.ping, 1))"
        }
    }

    @Test("a chunked body with extensions and trailers")
    func trailers() throws {
        try Self.accept("trailers") { fields, host, length in
            "POST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                + String(length, radix: 16).uppercased()
                + ";a=b;c=\"d\"\r\n\(Self.ping)\r\n0;e\r\nX-Sum: 1\r\nAuthorization: Bearer evil\r\n\r\n"
        }
    }

    @Test("Upgrade: h2c is passed over")
    func upgrade() throws {
        try Self.accept("h2c") { fields, host, length in
            "POST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: \(length)\r\n\r\n\(Self.ping)"
        }
        try Self.accept("websocket") { fields, host, length in
            "POST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: \(length)\r\n\r\n\(Self.ping)"
        }
    }

    @Test("a target in absolute form")
    func absoluteForm() throws {
        try Self.accept("absolute") { fields, host, length in
            "POST http://\(host)/mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)Content-Length: \(length)\r\n\r\n\(Self.ping)"
        }
    }

    @Test("the host of an absolute target goes before the field Host")
    func absoluteHost() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let response = try site.exchange(
                "POST http://evil.example/mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(Self.lines(session))Content-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)"
            )
            #expect([400, 403, 421].contains(response.status))
        }
    }

    @Test("fields in any case, with blanks around their values, and many unknown ones")
    func plainVariations() throws {
        try Self.accept("blanks") { fields, host, length in
            "POST /mcp HTTP/1.1\r\nHOST:\(host)\r\n\(fields)content-LENGTH:\t \(length)\r\nX-Empty:\r\nX-Text: \u{E9}\r\n\r\n\(Self.ping)"
        }
        try Self.accept("many", closes: false) { fields, host, length in
            "POST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)" + (0..<60).map { "X-Field-\($0): value\r\n" }.joined()
                + "Content-Length: \(length)\r\n\r\n\(Self.ping)"
        }
        try Self.accept("keep-alive", closes: false) { fields, host, length in
            "POST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)Connection: Keep-Alive\r\nContent-Length: \(length)\r\n\r\n\(Self.ping)"
        }
        try Self.accept("query", closes: false) { fields, host, length in
            "POST /mcp?names=safe&x=%20 HTTP/1.1\r\nHost: \(host)\r\n\(fields)Content-Length: \(length)\r\n\r\n\(Self.ping)"
        }
        try Self.accept("empty line first") { fields, host, length in
            "\r\nPOST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)Content-Length: \(length)\r\n\r\n\(Self.ping)"
        }
    }

    @Test("HTTP/1.0 is answered and the connection closed")
    func oldVersion() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let http = try RawHTTP(port: site.port)
            try http.send(
                "POST /mcp HTTP/1.0\r\nHost: 127.0.0.1:\(site.port)\r\n\(Self.lines(session))Content-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)"
            )
            let response = try http.response()
            #expect(response.status == 200)
            #expect(response.text == Self.pong)
            #expect(response["transfer-encoding"] == nil)
            #expect(try http.isClosedByPeer())
        }
    }

    @Test("Connection: close is obeyed")
    func connectionClose() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            for value in ["close", "Close", "keep-alive, close"] {
                let http = try RawHTTP(port: site.port)
                try http.send("POST", "/mcp", session.fields + [("Connection", value)], body: Array(Self.ping.utf8))
                let response = try http.response()
                #expect(response.text == Self.pong)
                #expect(response["connection"]?.lowercased() == "close", "\(value)")
                #expect(try http.isClosedByPeer(), "\(value)")
            }
        }
    }

    @Test("Expect: 100-continue is answered before the body comes")
    func expectContinue() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            for _ in 0..<2 {
                let http = try RawHTTP(port: site.port, limit: 5)
                try http.send(
                    "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(Self.lines(session))Expect: 100-continue\r\nContent-Length: \(Self.ping.utf8.count)\r\n\r\n"
                )
                #expect(String(decoding: try http.bytes(until: "\r\n\r\n"), as: UTF8.self).hasPrefix("HTTP/1.1 100 "))
                try http.send(Self.ping)
                #expect(try http.response().text == Self.pong)
            }
            // A client need not wait.
            let http = try RawHTTP(port: site.port, limit: 5)
            try http.send(
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(Self.lines(session))Expect: 100-continue\r\nContent-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)"
            )
            #expect(try http.response().text == Self.pong)
        }
    }

    @Test("Expect: 100-continue without a token, or with a body over the limit, is answered with the final status at once")
    func expectRefused() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let head =
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nExpect: 100-continue\r\n"
            let anonymous = try RawHTTP(port: site.port, limit: 5)
            try anonymous.send(head + "Content-Length: 100\r\n\r\n")
            #expect(String(decoding: try anonymous.bytes(until: "\r\n"), as: UTF8.self).hasPrefix("HTTP/1.1 401"))
            let large = try RawHTTP(port: site.port, limit: 5)
            try large.send(
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(Self.lines(session))Expect: 100-continue\r\nContent-Length: 999999999\r\n\r\n"
            )
            #expect(String(decoding: try large.bytes(until: "\r\n"), as: UTF8.self).hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test("an unknown expectation is answered with 417, or passed over")
    func unknownExpectation() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let response = try site.exchange(
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(Self.lines(session))Expect: tea\r\nContent-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)"
            )
            #expect(response.status == 417 || response.text == Self.pong)
        }
    }

    @Test("Content-Length together with Transfer-Encoding is refused")
    func lengthAndChunked() throws {
        for (first, second) in [("Content-Length: 5", "Transfer-Encoding: chunked"), ("Transfer-Encoding: chunked", "Content-Length: 5")] {
            try Self.refuse([400]) { "POST /mcp HTTP/1.1\r\nHost: \($1)\r\n\($0)\(first)\r\n\(second)\r\n\r\n\(Self.chunked(Self.ping))" }
        }
    }

    @Test(
        "a Content-Length that conflicts or is no number is refused",
        arguments: [
            ["5", "6"], ["36", "35"], ["5, 6"], ["-1"], ["+36"], ["0x24"], ["36x"], ["3 6"], [""], ["99999999999999999999999"], ["3.6e1"],
            ["36,"],
        ])
    func badLength(values: [String]) throws {
        try Self.refuse([400, 413]) { fields, host in
            "POST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)" + values.map { "Content-Length: \($0)\r\n" }.joined() + "\r\n\(Self.ping)"
        }
    }

    @Test("the same Content-Length twice is refused, or taken once")
    func repeatedLength() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let length = Self.ping.utf8.count
            for lengths in ["Content-Length: \(length)\r\nContent-Length: \(length)\r\n", "Content-Length: \(length), \(length)\r\n"] {
                let http = try RawHTTP(port: site.port)
                try http.send("POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(Self.lines(session))\(lengths)\r\n\(Self.ping)")
                let response = try http.response()
                if response.status == 400 {
                    #expect(try http.isClosedByPeer())
                } else {
                    #expect(response.text == Self.pong)
                }
            }
        }
    }

    @Test(
        "a transfer coding other than chunked alone is refused",
        arguments: [
            "identity", "gzip, chunked", "chunked, identity", "xchunked", "chunked, chunked", "chunked\r\nTransfer-Encoding: identity",
            "\u{b}chunked",
        ])
    func badCoding(coding: String) throws {
        try Self.refuse([400, 501]) {
            "POST /mcp HTTP/1.1\r\nHost: \($1)\r\n\($0)Transfer-Encoding: \(coding)\r\n\r\n\(Self.chunked(Self.ping))"
        }
    }

    @Test("Transfer-Encoding in HTTP/1.0 is refused, or the connection closed behind it")
    func oldChunked() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let http = try RawHTTP(port: site.port)
            try http.send(
                "POST /mcp HTTP/1.0\r\nHost: 127.0.0.1:\(site.port)\r\nConnection: keep-alive\r\n\(Self.lines(session))Transfer-Encoding: chunked\r\n\r\n\(Self.chunked(Self.ping))"
            )
            let response = try http.response()
            #expect(response.status == 400 || response.text == Self.pong)
            #expect(try http.isClosedByPeer())
        }
    }

    @Test(
        "a broken chunk is refused",
        arguments: [
            "zz\r\nabc\r\n", "-1\r\n", "ffffffffffffffffff\r\n", " 3\r\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "\r\n",
            "3\nabc\n0\n\n",
        ])
    func badChunks(text: String) throws {
        try Self.refuse([400, 413]) { "POST /mcp HTTP/1.1\r\nHost: \($1)\r\n\($0)Transfer-Encoding: chunked\r\n\r\n\(text)" }
    }

    @Test("a blank before a colon is refused")
    func blankBeforeColon() throws {
        for field in ["Content-Length : 5", "X-Field : 1", "Transfer-Encoding : chunked", "Host : a", " X: 1"] {
            try Self.refuse([400]) {
                "POST /mcp HTTP/1.1\r\n\(field)\r\nHost: \($1)\r\n\($0)Content-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)"
            }
        }
    }

    @Test("characters that no field may hold are refused")
    func badFields() throws {
        for field in ["X-N\u{0}: 1", "X-N: a\u{0}b", "X-N: a\rb", "X N: 1", "X-N\u{E9}: 1", ": 1", "X-N", "X@N: 1", "X-N: a\u{7F}b\u{1}"] {
            try Self.refuse([400]) {
                "POST /mcp HTTP/1.1\r\nHost: \($1)\r\n\(field)\r\n\($0)Content-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)"
            }
        }
    }

    @Test("a folded field is refused, or read as one line")
    func folding() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let fields = Self.lines(session).replacingOccurrences(
                of: "application/json, text/event-stream", with: "application/json,\r\n\ttext/event-stream")
            let http = try RawHTTP(port: site.port)
            try http.send(
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(fields)Content-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)"
            )
            let response = try http.response()
            if response.status == 400 { #expect(try http.isClosedByPeer()) } else { #expect(response.text == Self.pong) }
        }
    }

    @Test(
        "a folded length or coding never hides a request",
        arguments: ["Content-Length:\r\n 36", "Content-Length: 3\r\n 6", "X: 1\r\n Content-Length: 5", "Transfer-Encoding:\r\n chunked"])
    func foldedFraming(field: String) throws {
        try Self.refuse([400]) { fields, host in "POST /mcp HTTP/1.1\r\nHost: \(host)\r\n\(fields)\(field)\r\n\r\n" }
    }

    @Test("lines that end with a bare LF are refused, or read as lines")
    func bareLF() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let whole =
                "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:\(site.port)\r\n\(Self.lines(session))Content-Length: \(Self.ping.utf8.count)\r\n\r\n"
            let mixed = whole.replacingOccurrences(of: "\r\nContent-Length", with: "\nContent-Length")
            for head in [whole.replacingOccurrences(of: "\r\n", with: "\n"), mixed] {
                let http = try RawHTTP(port: site.port)
                try http.send(head + Self.ping)
                let response = try http.response()
                if response.status == 400 { #expect(try http.isClosedByPeer()) } else { #expect(response.text == Self.pong) }
            }
        }
    }

    @Test("a request without Host, with an empty one, or with two, is refused")
    func hosts() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let host = "Host: 127.0.0.1:\(site.port)\r\n"
            for hosts in ["", "Host:\r\n", host + "Host: evil.example\r\n", "Host: evil.example\r\n" + host, host + host] {
                let response = try site.exchange(
                    "POST /mcp HTTP/1.1\r\n\(hosts)\(Self.lines(session))Content-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)")
                #expect(response.status == 400 || hosts == "Host:\r\n" && response.status == 403, "\(hosts)")
            }
        }
    }

    @Test("what is no request line is refused")
    func requestLine() throws {
        for line in [
            "POST  /mcp HTTP/1.1", "POST /mcp  HTTP/1.1", "POST /mcp", "POST /mcp HTTP/2.0", "POST /mcp HTTP/1.1x", "POST /mcp http/1.1",
            "/mcp POST HTTP/1.1",
            "POST /m cp HTTP/1.1", "P\u{0}ST /mcp HTTP/1.1", "\u{16}\u{3}\u{1}\u{2}\u{0}", "PRI * HTTP/2.0", "POST mcp HTTP/1.1",
            "POST /mcp HTTP/11", " POST /mcp HTTP/1.1",
        ] {
            try UpstreamSite.run(demo: nil) { site in
                let session = try site.open()
                let http = try RawHTTP(port: site.port, limit: 8)
                try http.send(
                    "\(line)\r\nHost: 127.0.0.1:\(site.port)\r\n\(Self.lines(session))Content-Length: \(Self.ping.utf8.count)\r\n\r\n\(Self.ping)"
                )
                let name = line.unicodeScalars.map { $0.value < 32 ? "~" : String($0) }.joined()
                do {
                    let response = try http.response()
                    #expect([400, 404, 405, 501, 505].contains(response.status), "\(name): \(response.status)")
                    #expect(response.text != Self.pong, "\(name)")
                } catch { Issue.record("\(name): \(error)") }
                #expect(try session.request("ping").status == 200, "\(name)")
            }
        }
    }
}
