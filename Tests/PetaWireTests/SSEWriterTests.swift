import PetaWire
import TestRandom
import Testing

@Suite("Writing event streams") struct SSEWriterTests {
    private func written(_ event: SSEEvent) -> String {
        var out: [UInt8] = []
        SSEWriter.append(event, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    @Test("an event is written field by field and ends in an empty line")
    func fields() {
        #expect(
            written(SSEEvent(id: "1", name: "message", data: Array("{}".utf8), retry: 5)) == "id: 1\nevent: message\nretry: 5\ndata: {}\n\n"
        )
        #expect(written(SSEEvent(id: "1")) == "id: 1\ndata:\n\n")
        #expect(written(SSEEvent(data: Array("a\nb\r\nc\rd".utf8))) == "data: a\ndata: b\ndata: c\ndata: d\n\n")
        #expect(written(SSEEvent(data: Array("\n".utf8))) == "data: \ndata: \n\n")
        #expect(written(SSEEvent(data: Array("\r\n\r".utf8))) == "data: \ndata: \ndata: \n\n")
    }

    @Test("an id or a name that would break out is left out")
    func breakout() {
        for bad in ["a\nb", "a\rb", "a\u{0}", "\n", "a\r\ndata: x"] {
            #expect(written(SSEEvent(id: bad, name: bad, data: Array("x".utf8), retry: -1)) == "data: x\n\n")
        }
    }

    @Test("whatever the data, one event is read back, with its line ends as LF")
    func neverBreaksOut() throws {
        var random = SplitMix(seed: 77)
        let pieces = ["\n", "\r", "\r\n", "\n\n", "\r\r", "data: x", "id: 9", "event: e", ":", " ", "a", "é", "\u{FEFF}", "\u{2028}"]
        for _ in 0..<3_000 {
            let data = (0..<random.below(8)).map { _ in random.pick(pieces) }.joined()
            let sent = SSEEvent(id: random.chance(50) ? "i" : nil, name: random.chance(50) ? "n" : nil, data: Array(data.utf8))
            var stream: [UInt8] = []
            if random.chance(20) { SSEWriter.appendComment(to: &stream) }
            SSEWriter.append(sent, to: &stream)
            SSEWriter.append(SSEEvent(data: Array("next".utf8)), to: &stream)
            var parser = SSEParser()
            let read = try stream.withUnsafeBytes { try parser.push($0) }
            var expected = sent
            expected.data = normalised(data)
            #expect(read == [expected, SSEEvent(data: Array("next".utf8))])
        }
    }

    /// CR LF and CR become LF, byte by byte.
    private func normalised(_ text: String) -> [UInt8] {
        var out: [UInt8] = []
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == 0x0D { out.append(0x0A) } else if byte != 0x0A || previous != 0x0D { out.append(byte) }
            previous = byte
        }
        return out
    }
}
