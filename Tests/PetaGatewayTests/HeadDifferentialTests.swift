import NIOCore
import NIOHTTP1
import PetaWire
import TestRandom
import Testing

/// The byte-level reader against the full codec. Two readers that disagree about where a request ends, or whose it is,
/// are how requests are smuggled: what the first one takes, the second one must understand in the same way.
@Suite("Request head against the full codec") struct HeadDifferentialTests {
    private static let next = Array("GET /after HTTP/1.1\r\nHost: next\r\n\r\n".utf8)

    @Test("both agree on the seeds, and the seeds are of every sort")
    func seedsAgree() throws {
        let all = try headSeeds()
        var taken = 0
        var foreign = 0
        for seed in all {
            switch OwnReading.read(seed) {
            case .head: taken += 1
            case .foreign: foreign += 1
            case .incomplete, .ambiguous: break
            }
            compare(seed)
        }
        #expect(taken >= 6 && foreign >= 10)
    }

    @Test("both agree on generated heads", arguments: 0..<4)
    func generated(round: Int) {
        var random = SplitMix(seed: UInt64(round) + 1_000)
        var taken = 0
        for _ in 0..<2_500 where compare(RandomHead.make(&random)) { taken += 1 }
        #expect(taken > 500 && taken < 2_000)
    }

    @Test("both agree on mutated heads", arguments: 0..<8)
    func mutated(round: Int) throws {
        var random = SplitMix(seed: UInt64(round) + 2_000)
        let all = try headSeeds()
        var taken = 0
        for _ in 0..<4_000 {
            var text = random.chance(60) ? random.pick(all) : RandomHead.make(&random)
            for _ in 0...random.below(3) { RandomHead.mutate(&text, all, &random) }
            if compare(text) { taken += 1 }
        }
        #expect(taken > 300 && taken < 3_600)
    }

    @Test("both agree on every single byte at every place of a head")
    func everyByte() {
        let text = Array("POST /mcp?q=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nAccept: x\r\n\r\n".utf8)
        var taken = 0
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var other = text
                other[place] = byte
                if compare(other) { taken += 1 }
            }
        }
        #expect(taken > 1_000)
    }

    @Test("both agree on every single byte put in at every place of a head")
    func everyInsertion() {
        let text = Array("POST /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n".utf8)
        var taken = 0
        for place in text.indices {
            for byte in UInt8.min...UInt8.max {
                var other = text
                other.insert(byte, at: place)
                if compare(other) { taken += 1 }
            }
        }
        #expect(taken > 250)
    }

    @Test("a head that comes byte by byte is taken at its last byte, by both")
    func byteByByte() throws {
        for seed in try headSeeds() {
            guard case .head(let head, _, _) = OwnReading.read(seed) else { continue }
            for count in 0..<head.length {
                guard case .incomplete = OwnReading.read(Array(seed[..<count])) else {
                    Issue.record("not incomplete after \(count) bytes: \(shown(seed))")
                    return
                }
            }
            guard case .head(let short, _, _) = OwnReading.read(Array(seed[..<head.length])) else {
                Issue.record("not taken at its last byte: \(shown(seed))")
                return
            }
            #expect(short.length == head.length)
            let pieces = seed[..<head.length].map { [$0] }
            #expect(CodecReading.read(Array(pieces.dropLast())).heads.isEmpty)
            #expect(CodecReading.read(pieces).heads.count == 1)
        }
    }

    @Test("a head that was foreign stays foreign, however much more comes")
    func foreignStays() throws {
        var random = SplitMix(seed: 3_000)
        let all = try headSeeds()
        var found = 0
        for _ in 0..<400 {
            var text = random.pick(all)
            RandomHead.mutate(&text, all, &random)
            var wasForeign = false
            var wasHead = false
            for count in 0...text.count {
                switch OwnReading.read(Array(text[..<count])) {
                case .incomplete: #expect(!wasForeign && !wasHead, "\(shown(text)) at \(count)")
                case .foreign, .ambiguous:
                    #expect(!wasHead, "\(shown(text)) at \(count)")
                    if !wasForeign { found += 1 }
                    wasForeign = true
                case .head:
                    #expect(!wasForeign, "\(shown(text)) at \(count)")
                    wasHead = true
                }
            }
        }
        #expect(found > 50)
    }

    // MARK: comparing

    private func shown(_ text: [UInt8]) -> String { String(decoding: text, as: UTF8.self).debugDescription }

    /// True when the byte-level reader took a head.
    @discardableResult private func compare(_ text: [UInt8]) -> Bool {
        guard case .head(let head, let fields, let query) = OwnReading.read(text) else { return false }
        // The head, its body, and one more request: its start shows where the codec saw the end.
        let length = head.contentLength ?? 0
        let isWhole = length <= 4096
        let body = [UInt8](repeating: UInt8(ascii: "b"), count: min(length, 64))
        // A codec that was told to close refuses what follows.
        let whole = isWhole ? [UInt8](repeating: UInt8(ascii: "b"), count: length) + (head.keepAlive ? Self.next : []) : body
        let codec = CodecReading.read([Array(text[..<head.length]) + whole])
        guard let theirs = codec.heads.first, !codec.refused else {
            // More fields than the codec takes: it answers 431, and so could this reader. No other reading of the same bytes.
            if text[..<head.length].split(separator: 10).count > 250 { return true }
            Issue.record("taken, but refused by the codec: \(shown(text))")
            return true
        }
        let method: HTTPMethod = head.method == .post ? .POST : head.method == .get ? .GET : .DELETE
        check(theirs.method == method, "method", text)
        check(theirs.uri == "/mcp" + (query.isEmpty && !theirs.uri.hasSuffix("?") ? "" : "?" + query), "target \(theirs.uri)", text)
        check(theirs.version == .http1_1, "version", text)
        check(theirs.isKeepAlive == head.keepAlive, "keep-alive \(head.keepAlive)", text)
        for (name, value) in fields where name != "content-length" {
            check(theirs.headers[name].map(trimmed) == (value.map { [$0] } ?? []), "\(name) \(theirs.headers[name])", text)
        }
        // Of two traces, and of one that says nothing, neither is taken; no request is refused for them.
        let traces = theirs.headers["traceparent"].map(trimmed)
        let trace = text.withUnsafeBytes { head.traceParent.isEmpty ? nil : head.traceParent.slice(of: $0).text }
        check((traces.count == 1 && !traces[0].isEmpty ? traces[0] : nil) == trace, "traceparent \(traces)", text)
        let lengths = theirs.headers["content-length"].map { Int(trimmed($0)) }
        check(lengths == (head.contentLength.map { [$0] } ?? []), "content-length \(lengths)", text)
        if isWhole {
            check(codec.bodies.first == length, "length of the body \(codec.bodies)", text)
            let isAfter = codec.heads.count == 1 || codec.heads.last?.uri == "/after"
            let count = head.keepAlive ? 2 : 1
            check(codec.heads.count == count && isAfter && codec.ends == count, "the end of the request", text)
        } else {
            check(codec.bodies.first == body.count && codec.ends == 0, "length of the body \(codec.bodies)", text)
        }
        return true
    }

    /// The codec leaves the blanks behind a value to its users (RFC 9110, section 5.5).
    private func trimmed(_ value: String) -> String {
        var value = value
        while value.last == " " || value.last == "\t" { value.removeLast() }
        return value
    }

    private func check(_ holds: Bool, _ what: String, _ text: [UInt8]) {
        if !holds { Issue.record("the readers differ in \(what): \(shown(text))") }
    }
}
