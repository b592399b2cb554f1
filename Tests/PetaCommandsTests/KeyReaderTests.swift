import PetaCommands
import Testing

@Suite struct KeyReaderTests {
    private func keys(_ text: String) -> [ReviewKey] {
        var reader = KeyReader()
        return reader.feed(Array(text.utf8)) + reader.giveUp()
    }

    @Test("letters, control keys and the keys of the keypad are told apart")
    func known() {
        #expect(keys("aé漢😀") == [.text("a"), .text("é"), .text("漢"), .text("😀")])
        #expect(
            keys("\u{3}\u{1A}\u{C}\r\n\u{7F}\u{8}\u{15}\u{1}") == [
                .interrupt, .suspend, .redraw, .enter, .enter, .backspace, .backspace, .clear, .other,
            ])
        #expect(
            keys("\u{1B}[A\u{1B}OB\u{1B}[5~\u{1B}[6~\u{1B}[H\u{1B}[4~\u{1B}OF\u{1B}[1~") == [
                .up, .down, .pageUp, .pageDown, .home, .end, .end, .home,
            ])
    }

    @Test("no byte of a sequence that is not known is taken for a letter")
    func unknown() {
        for sequence in ["\u{1B}[a", "\u{1B}Oa", "\u{1B}a", "\u{1B}[1;5A", "\u{1B}[200;1a", "\u{1B}[<0;1;1M", "\u{1B}[?1;2c"] {
            #expect(keys(sequence) == [.other], "\(sequence.debugDescription)")
        }
        #expect(keys("\u{1B}") == [.escape])
        #expect(keys("\u{1B}\u{1B}[A") == [.escape, .up])
        #expect(keys("\u{1B}[") == [.other])
    }

    @Test("a sequence may come in pieces")
    func pieces() {
        var reader = KeyReader()
        var found: [ReviewKey] = []
        for byte in "\u{1B}[5~é\u{1B}[200~a\u{1B}[1b\u{1B}[201~x".utf8 { found += reader.feed([byte]) }
        #expect(found == [.pageUp, .text("é"), .paste("a\u{1B}[1b"), .text("x")])
        #expect(!reader.isWaiting)
    }

    @Test("what is no UTF-8 is no letter, and a paste is bounded")
    func hostile() {
        var reader = KeyReader()
        #expect(reader.feed([0xFF, 0xC0, 0x61]) == [.other, .other, .text("a")])
        #expect(reader.feed([0xC3, 0x61]) == [.other, .text("a")])
        #expect(reader.feed(Array("\u{1B}[200~".utf8)) == [])
        for _ in 0..<100 { #expect(reader.feed(Array(repeating: 0x61, count: 4096)).isEmpty) }
        #expect(reader.feed(Array("\u{1B}[201~b".utf8)) == [.paste(String(repeating: "a", count: 16 << 10)), .text("b")])
        #expect(reader.feed(Array("\u{1B}[".utf8) + Array(repeating: UInt8(ascii: "1"), count: 100)) == [.other])
    }
}
