import PetaWire
import Testing

@Suite("Reading event streams") struct SSEParserTests {
    static func event(_ id: String? = nil, _ name: String? = nil, _ data: String = "", _ retry: Int? = nil) -> SSEEvent {
        SSEEvent(id: id, name: name, data: Array(data.utf8), retry: retry)
    }

    static let streams: [(String, [SSEEvent])] = [
        ("data: a\n\n", [event(nil, nil, "a")]),
        ("data:a\n\ndata:b\n\n", [event(nil, nil, "a"), event(nil, nil, "b")]),
        ("data:  a \n\n", [event(nil, nil, " a ")]),
        ("data: a\ndata: b\ndata\ndata:\n\n", [event(nil, nil, "a\nb\n\n")]),
        ("id: 7f-0\nretry: 2000\ndata:\n\n", [event("7f-0", nil, "", 2000)]),
        ("id: 1\nevent: message\ndata: {\"a\":\"b:c\"}\n\n", [event("1", "message", "{\"a\":\"b:c\"}")]),
        (": alive\n\n:\n\n\n\n", []),
        (":x\ndata: a\n:y\n\n", [event(nil, nil, "a")]),
        ("id\ndata: a\n\n", [event("", nil, "a")]),
        ("id: a\u{0}b\ndata: a\n\n", [event(nil, nil, "a")]),
        ("id: 1\nid: 2\nevent: x\nevent:\ndata: a\n\n", [event("2", nil, "a")]),
        ("retry: 1\n\n", [event(nil, nil, "", 1)]),
        ("retry: -1\nretry: 1x\nretry:\nretry: 9999999999999999\ndata: a\n\n", [event(nil, nil, "a")]),
        ("Data: a\nfoo: b\ndata : c\n data: d\ndatax: e\n\n", []),
        ("\u{FEFF}data: a\n\n\u{FEFF}data: b\n\n", [event(nil, nil, "a")]),
        ("\u{FEFF}\n\ndata: a\n\n", [event(nil, nil, "a")]),
        (
            "data: a\r\rdata: b\r\n\r\ndata: c\n\r\ndata: d\r\n\r",
            [event(nil, nil, "a"), event(nil, nil, "b"), event(nil, nil, "c"), event(nil, nil, "d")]
        ),
        ("data: a\r\ndata: b\rdata: c\n\n", [event(nil, nil, "a\nb\nc")]),
        ("data: é😀\nevent: ü\n\n", [event(nil, "ü", "é😀")]),
        ("data: lost", []), ("data: lost\n", []), ("data: a\n\ndata: lost\nid: 9\n", [event(nil, nil, "a")]), ("", []),
    ]

    @Test("a stream gives its events, however it is cut", arguments: streams)
    func everySplit(text: String, expected: [SSEEvent]) throws {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var parser = SSEParser()
            let events = try push(bytes[..<cut], &parser) + push(bytes[cut...], &parser)
            #expect(events == expected, "cut at \(cut)")
            for second in cut...bytes.count {
                var parser = SSEParser()
                let events = try push(bytes[..<cut], &parser) + push(bytes[cut..<second], &parser) + push(bytes[second...], &parser)
                #expect(events == expected, "cut at \(cut) and \(second)")
            }
        }
        var parser = SSEParser()
        var events: [SSEEvent] = []
        for index in bytes.indices { events += try push(bytes[index...index], &parser) }
        #expect(events == expected, "byte by byte")
    }

    @Test("an event is handed out with the line end that completes it, not later")
    func promptness() throws {
        var parser = SSEParser()
        #expect(try push(Array("data: a\r\n".utf8)[...], &parser) == [])
        #expect(parser.isInsideEvent)
        #expect(try push(Array("\r".utf8)[...], &parser) == [Self.event(nil, nil, "a")])
        #expect(!parser.isInsideEvent)
        #expect(try push(Array("\ndata: b\n\n".utf8)[...], &parser) == [Self.event(nil, nil, "b")])
    }

    @Test("the last id stays until an event brings another")
    func lastEventID() throws {
        var parser = SSEParser()
        #expect(parser.lastEventID == nil)
        _ = try push(Array("id: 1\ndata: a\n\ndata: b\n\nid: 2\n".utf8)[...], &parser)
        #expect(parser.lastEventID == "1")
        _ = try push(Array("\n".utf8)[...], &parser)
        #expect(parser.lastEventID == "2")
    }

    @Test("a line over the limit fails, whole or in pieces, and so does everything after it")
    func lineLimit() throws {
        let line = Array("data: 0123456789".utf8)
        for size in [1, 3, line.count] {
            var fits = SSEParser(maxLine: line.count)
            var fails = SSEParser(maxLine: line.count - 1)
            #expect(try pieces(line + [10, 10], size, &fits).count == 1)
            #expect(throws: SSEParser.Failure.lineTooLong(limit: line.count - 1)) { try pieces(line + [10, 10], size, &fails) }
            #expect(throws: SSEParser.Failure.lineTooLong(limit: line.count - 1)) { try pieces([10], 1, &fails) }
            #expect(!fails.isInsideEvent)
        }
    }

    @Test("an endless comment and an endless field fail as well")
    func endless() {
        for start in [":", "id: ", "nonsense"] {
            var parser = SSEParser(maxLine: 1_000)
            #expect(throws: SSEParser.Failure.lineTooLong(limit: 1_000)) {
                try pieces(Array((start + String(repeating: "x", count: 2_000)).utf8), 100, &parser)
            }
        }
    }

    @Test("data over the limit fails, in one line or in many; joining line feeds count")
    func eventLimit() throws {
        var fits = SSEParser(maxEvent: 5)
        #expect(try pieces(Array("data: ab\ndata: cd\n\n".utf8), 4, &fits) == [Self.event(nil, nil, "ab\ncd")])
        #expect(try pieces(Array("data: abcde\n\n".utf8), 4, &fits) == [Self.event(nil, nil, "abcde")])
        for text in ["data: abcdef\n", "data: ab\ndata: cde\n", "data\ndata\ndata\ndata\ndata\ndata\ndata\n"] {
            var fails = SSEParser(maxEvent: 5)
            #expect(throws: SSEParser.Failure.eventTooLarge(limit: 5)) { try pieces(Array(text.utf8), 4, &fails) }
        }
    }

    @Test("events before the one that fails are handed out")
    func eventsBeforeFailure() {
        var parser = SSEParser(maxEvent: 1)
        var events: [SSEEvent] = []
        #expect(throws: SSEParser.Failure.eventTooLarge(limit: 1)) {
            try Array("data: a\n\ndata: bc\n\n".utf8).withUnsafeBytes { bytes in try parser.push(bytes) { events.append($0) } }
        }
        #expect(events == [Self.event(nil, nil, "a")])
    }

    private func push(_ bytes: ArraySlice<UInt8>, _ parser: inout SSEParser) throws -> [SSEEvent] {
        try bytes.withUnsafeBytes { try parser.push($0) }
    }

    @discardableResult
    private func pieces(_ bytes: [UInt8], _ size: Int, _ parser: inout SSEParser) throws -> [SSEEvent] {
        try stride(from: 0, to: bytes.count, by: size).flatMap { try push(bytes[$0..<min(bytes.count, $0 + size)], &parser) }
    }
}

@Suite("Reading event streams that go on behind what is too long") struct SSESkippingTests {
    private static let long = String(repeating: "x", count: 1000)
    private static let begun = String(repeating: "x", count: 256)
    /// What comes, and the data and the mark of each event.
    private static let streams: [(String, [(String, Bool)])] = [
        ("data: a\n\ndata: \(long)\n\ndata: b\n\n", [("a", false), (begun, true), ("b", false)]),
        ("data: \(long)\r\ndata: \(long)\r\n\r\ndata: b\r\r", [(begun, true), ("b", false)]),
        (": \(long)\ndata: a\n\n", [("a", false)]),
        ("\(long): x\n\ndata: a\n\n", [("a", false)]),
        ("event: \(long)\ndata: a\n\n", [("a", false)]),
        ("data: {1\ndata: \(long)\ndata: 2\n\ndata: b\n\n", [("{1" + begun.dropLast(2), true), ("b", false)]),
        // Many lines, none too long.
        (String(repeating: "data: \(begun)\n", count: 4) + "\ndata: b\n\n", [(begun, true), ("b", false)]),
    ]

    @Test("only the event that is too long is cut, however the stream is cut", arguments: 0..<streams.count)
    func skipping(index: Int) throws {
        let (text, expected) = Self.streams[index]
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var parser = SSEParser(maxLine: 600, maxEvent: 600, skips: true)
            var seen: [SSEEvent] = []
            for part in [bytes[..<cut], bytes[cut...]] { seen += try Array(part).withUnsafeBytes { try parser.push($0) } }
            #expect(seen.map { String(decoding: $0.data, as: UTF8.self) } == expected.map(\.0), "cut at \(cut)")
            #expect(seen.map(\.isCut) == expected.map(\.1), "cut at \(cut)")
        }
    }
}
