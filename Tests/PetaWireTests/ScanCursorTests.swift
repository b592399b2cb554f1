import PetaWire
import TestRandom
import Testing

/// Stepping over values.
@Suite("JSON cursor") struct ScanCursorTests {
    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    @Test("a value ends where its text ends, whatever follows", arguments: 0..<4)
    func ends(round: Int) throws {
        var random = SplitMix(seed: UInt64(round) + 300)
        let memory = try GuardedMemory(capacity: 1 << 16)
        for _ in 0..<500 {
            let tree = RandomJSON.value(depth: 4, &random)
            let text = RandomJSON.spelled(tree, &random)
            let start = try #require(text.firstIndex { !isSpace($0) })
            let end = try #require(text.lastIndex { !isSpace($0) }) + 1
            // A number would go on into digits, everything else ends by itself.
            for tail in ["", " ", ",1", "]", "}", "\n:", ",{\"a\":", "\u{0}", "\""] {
                memory.with(Array(text[..<end]) + Array(tail.utf8)) { buffer in
                    var cursor = JSONCursor(buffer)
                    let range = try? cursor.value()
                    #expect(range == ByteRange(start, end))
                    #expect(cursor.offset == end)
                }
            }
            if random.chance(20) {
                for count in 0..<end where endsInside(tree, text, count) {
                    memory.with(text[..<count]) { buffer in
                        var cursor = JSONCursor(buffer)
                        #expect(throws: ScanFailure.self) { try cursor.value() }
                        #expect(cursor.offset <= count)
                    }
                }
            }
        }
    }

    /// A number's beginning may be a number.
    private func endsInside(_ tree: JSON, _ text: [UInt8], _ count: Int) -> Bool {
        if case .number = tree { return !text[..<count].contains { !isSpace($0) } }
        return true
    }

    @Test("what lies below a depth is counted")
    func depth() {
        for depth in [0, 1, 10, 63] {
            let room = 64 - depth
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                for n in [room, room + 1] {
                    let text = Array((String(repeating: open, count: n) + "0" + String(repeating: close, count: n)).utf8)
                    text.withUnsafeBytes { buffer in
                        var cursor = JSONCursor(buffer)
                        #expect((try? cursor.value(depth: depth)) == (n == room ? ByteRange(0, text.count) : nil))
                    }
                }
            }
        }
    }

    @Test("objects and arrays inside one another are not mixed up, however they are nested")
    func mixed() throws {
        var random = SplitMix(seed: 4)
        for _ in 0..<200 {
            let kinds = (0..<64).map { _ in random.chance(50) }
            let text = kinds.map { $0 ? "{\"k\":" : "[" }.joined() + "1" + kinds.reversed().map { $0 ? "}" : "]" }.joined()
            Array(text.utf8).withUnsafeBytes { buffer in
                var cursor = JSONCursor(buffer)
                #expect((try? cursor.value()) == ByteRange(0, text.utf8.count))
            }
            // One end of the other kind anywhere is an error.
            let place = random.below(64)
            var ends = Array(kinds.reversed())
            ends[place].toggle()
            let wrong = kinds.map { $0 ? "{\"k\":" : "[" }.joined() + "1" + ends.map { $0 ? "}" : "]" }.joined()
            Array(wrong.utf8).withUnsafeBytes { buffer in
                var cursor = JSONCursor(buffer)
                #expect(throws: ScanFailure.self) { try cursor.value() }
            }
        }
    }

    @Test("an empty text has no value")
    func empty() {
        var cursor = JSONCursor(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(cursor.isAtEnd && cursor.peek == 0)
        #expect(throws: ScanFailure.syntax(at: 0)) { try cursor.value() }
        #expect(throws: ScanFailure.syntax(at: 0)) { try cursor.expect(0) }
    }
}
