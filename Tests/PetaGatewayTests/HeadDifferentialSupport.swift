import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import PetaWire
import TestRandom

/// What the byte-level reader makes of bytes, with its ranges as text.
enum OwnReading {
    case incomplete, foreign, ambiguous
    case head(RequestHead, fields: [(name: String, value: String?)], query: String)

    static func read(_ bytes: [UInt8]) -> OwnReading {
        bytes.withUnsafeBytes { buffer in
            switch RequestHead.read(buffer) {
            case .incomplete: return .incomplete
            case .foreign: return .foreign
            case .ambiguous: return .ambiguous
            case .head(let head):
                func of(_ range: ByteRange) -> String? { range.isEmpty ? nil : range.slice(of: buffer).text }
                return .head(
                    head,
                    fields: [
                        ("host", of(head.host)), ("authorization", of(head.authorization)), ("mcp-session-id", of(head.session)),
                        ("mcp-protocol-version", of(head.protocolVersion)), ("accept", of(head.accept)),
                        ("content-type", of(head.contentType)),
                        ("origin", of(head.origin)), ("last-event-id", of(head.lastEventID)),
                        ("content-length", nil), ("transfer-encoding", nil), ("te", nil), ("trailer", nil), ("expect", nil),
                        ("upgrade", nil),
                        ("content-encoding", nil),
                    ], query: of(head.query) ?? "")
            }
        }
    }
}

/// What the full codec makes of the same bytes.
struct CodecReading {
    var heads: [HTTPRequestHead] = []
    /// Bytes of body that came with each head.
    var bodies: [Int] = []
    var ends = 0
    var refused = false

    static func read(_ pieces: [[UInt8]]) -> CodecReading {
        var reading = CodecReading()
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
        for piece in pieces where !reading.refused {
            do { try channel.writeInbound(ByteBuffer(bytes: piece)) } catch { reading.refused = true }
            while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .head(let head):
                    reading.heads.append(head)
                    reading.bodies.append(0)
                case .body(let bytes): reading.bodies[reading.bodies.count - 1] += bytes.readableBytes
                case .end: reading.ends += 1
                }
            }
        }
        _ = try? channel.finish(acceptAlreadyClosed: true)
        return reading
    }
}

/// Heads as clients send them, and as attackers do.
enum RandomHead {
    static let lines = [
        "POST /mcp HTTP/1.1", "POST /mcp?names=safe HTTP/1.1", "GET /mcp HTTP/1.1", "DELETE /mcp HTTP/1.1",
        "POST /mcp?a=b&c=%20;/?:@!$'()*+,=~ HTTP/1.1",
    ]
    static let oddLines = [
        "POST /mcp HTTP/1.0", "GET /mcp/ HTTP/1.1", "GET http://a/mcp HTTP/1.1", "post /mcp HTTP/1.1", "PUT /mcp HTTP/1.1",
        "GET /mcp?#x HTTP/1.1", "GET /mcp? HTTP/1.1",
        "GET /mcp?a#b#c HTTP/1.1", "GET /mcp?\"<>\\^`{|} HTTP/1.1", "GET /mcp?%00%zz HTTP/1.1", "GET /mcp HTTP/2.0", "GET /mcp",
        "CONNECT a:1 HTTP/1.1", "OPTIONS * HTTP/1.1",
        "POST /mcp?" + String(repeating: "q", count: 1024) + " HTTP/1.1", "POST /mcp?" + String(repeating: "q", count: 1025) + " HTTP/1.1",
        "GET  /mcp HTTP/1.1",
        "GET /mcp HTTP/1.1 ", "SOURCE /mcp HTTP/1.1", "GET /mcp ICE/1.0",
    ]
    static let fields = [
        "Accept: application/json, text/event-stream", "Content-Type: application/json", "Authorization: Bearer peta_abc",
        "Mcp-Session-Id: 0123",
        "MCP-Protocol-Version: 2025-11-25", "User-Agent: x/1 (a; b)", "X-Empty:", "X-Tab:\ta\tb\t", "Origin: http://localhost:1",
        "Last-Event-ID: 1",
        "traceparent: 00-a-b-01", "Connection: keep-alive", "Accept-Encoding: gzip, br", "X-Long: " + String(repeating: "v", count: 300),
        "!#$%&'*+-.^_`|~: odd name",
        "Cookie: a=b; c=d", "ACCEPT-LANGUAGE: *", "Via: 1.1 a, 1.0 b", "Forwarded: for=1.2.3.4",
    ]
    static let oddFields = [
        "Content-Length: 5", "Content-Length: 0", "content-length: 05", "CONTENT-LENGTH: 5, 5", "Content-Length: 5 ", "Content-Length:\t5",
        "Content-Length: +5", "Content-Length: -1",
        "Content-Length: 99999999999999999999", "Content-Length: 0x5", "Content-Length: ", "Content-Length : 5", "Content_Length: 5",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: identity", "transfer-encoding:\tchunked", "Transfer-Encoding : chunked", "Transfer_Encoding: chunked",
        "TE: trailers", "Trailer: x",
        "Expect: 100-continue", "Upgrade: websocket", "Upgrade: h2c", "Connection: close", "Connection: Close",
        "Connection: close, keep-alive", "Connection: upgrade",
        "Connection: keep-alive, Upgrade", "Connection:", "connection: KEEP-ALIVE", "Proxy-Connection: close",
        "Proxy-Connection: keep-alive", "Keep-Alive: timeout=5",
        "Host: b", "Host:", "Host: a b", "Authorization: other", " folded: x", "\tfolded", "NoColon", ": empty", "Sp ace: x",
        "X-Obs: \u{E9}", "X-Nul: a\0b", "X-Del: \u{7F}",
        "X-CR: a\rb", "X-LF: a\nContent-Length: 3", "HTTP2-Settings: AAMAAABkAAQAAP__", "Content-Encoding: gzip", "Sec-WebSocket-Key: x",
        "X-Ctl: \u{1}",
    ]
    static let tokens = [
        "\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", "\0", "\u{E9}", "?", "#", ",", "Content-Length: 7\r\n",
        "Transfer-Encoding: chunked\r\n", "Host: x\r\n", "HTTP/1.1", "close",
        "keep-alive", "Connection: close\r\n", "0", "5", "\u{B}", "\u{C}", "Upgrade: x\r\n",
    ]

    static func make(_ random: inout SplitMix) -> [UInt8] {
        let line = random.chance(85) ? random.pick(lines) : random.pick(oddLines)
        var all = ["Host: 127.0.0.1:8080"]
        if line.hasPrefix("POST"), random.chance(95) {
            all.append("\(random.pick(["Content-Length", "content-length", "CONTENT-length"])): \(random.below(40))")
        }
        for _ in 0..<random.below(6) { all.append(random.pick(fields)) }
        while random.chance(25) { all.append(random.pick(oddFields)) }
        if random.chance(3) { all = Array(repeating: "X-Many: 1", count: random.below(400)) + all }
        all.shuffle(using: &random)
        func end() -> String { random.chance(2) ? random.pick(["\n", "\r", "\n\r", "\r\r\n", " \r\n", "\t\r\n"]) : "\r\n" }
        return Array((line + end() + all.map { $0 + end() }.joined() + end()).utf8)
    }

    static func mutate(_ text: inout [UInt8], _ others: [[UInt8]], _ random: inout SplitMix) {
        guard !text.isEmpty else { return }
        let place = random.below(text.count)
        switch random.below(8) {
        case 0: text[place] ^= 1 << UInt8(random.below(8))
        case 1: text[place] = UInt8(random.below(256))
        case 2: text.remove(at: place)
        case 3, 4: text.insert(contentsOf: Array(random.pick(tokens).utf8), at: place)
        case 5: text.swapAt(place, random.below(text.count))
        case 6:
            let other = random.pick(others)
            let start = random.below(max(1, other.count))
            text.insert(contentsOf: other[min(start, other.count)..<min(other.count, start + random.below(24))], at: place)
        default: text.removeSubrange(place..<min(text.count, place + random.below(6)))
        }
    }
}

/// The files of `Seeds/heads`, in the order of their names.
func headSeeds() throws -> [[UInt8]] {
    let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent("Seeds/heads")
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        .filter { !$0.lastPathComponent.hasPrefix(".") }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
        .map { Array(try Data(contentsOf: $0)) }
}
