import PetaAdminAPI
import PetaCommands
import Testing

@Suite struct TextTests {
    @Test("no control character, override or line separator reaches the terminal in a line")
    func escapedLine() {
        #expect(
            Escaped.line("a\u{1B}[31mb\u{7}\r\n\tc\u{9B}d\u{202E}e\u{2028}f\u{7F}")
                == "a\\u{1b}[31mb\\u{7}\\r\\n\\tc\\u{9b}d\\u{202e}e\\u{2028}f\\u{7f}")
        #expect(Escaped.line("plain é 漢字 😀") == "plain é 漢字 😀")
        for value in (0..<0x20).map({ $0 }) + (0x7F..<0xA0).map({ $0 }) {
            let scalar = Unicode.Scalar(UInt8(value))
            #expect(!Escaped.line("x\(scalar)y").unicodeScalars.contains(scalar))
        }
    }

    @Test("a block keeps newline and tab and nothing else of the kind")
    func escapedBlock() {
        #expect(Escaped.block("a\n\tb\u{1B}c\r") == "a\n\tb\\u{1b}c\\r")
    }

    @Test("JSON for a terminal means the same as before")
    func escapedJSON() throws {
        let bytes = Array("{\"a\":\"x\u{9B}31m\u{202E}\u{7F}é\"}\n".utf8)
        let escaped = Escaped.json(bytes)
        #expect(String(decoding: escaped, as: UTF8.self) == "{\"a\":\"x\\u009b31m\\u202e\\u007fé\"}\n")
        #expect(try JSONReader.read(escaped) == (try JSONReader.read(bytes)))
        #expect(Escaped.json(Array("{\n \"a\": 1}".utf8)) == Array("{\n \"a\": 1}".utf8))
    }

    @Test(
        "the nearest name is found and a far one is not",
        arguments: [
            ("servr", ["server", "user"], "server"), ("tol", ["tool", "token"], "tool"), ("fiels", ["files", "docs"], "files"),
            ("FILES", ["files"], "files"), ("lis", ["list", "logs"], "list"), ("xyz", ["files", "docs"], nil), ("", ["a"], nil),
            ("a", ["b", "c"], "b"), ("git", ["github-production", "gitea"], "gitea"), ("files", [], nil),
        ] as [(String, [String], String?)])
    func nearest(_ word: String, _ names: [String], _ expected: String?) {
        #expect(DidYouMean.nearest(to: word, among: names) == expected)
    }

    @Test("wide characters take two columns and marks none")
    func width() {
        #expect(DisplayWidth.of("abc") == 3)
        #expect(DisplayWidth.of("漢字") == 4)
        #expect(DisplayWidth.of("e\u{301}") == 1)
        #expect(DisplayWidth.of("😀") == 2)
        #expect(DisplayWidth.fit("漢字漢字", 5) == "漢字…")
        #expect(DisplayWidth.fit("abcdef", 4) == "abc…")
        #expect(DisplayWidth.fit("abcd", 4) == "abcd")
    }

    @Test("amounts are short")
    func amounts() {
        #expect([0, 1023, 1024, 4300, 43_000_000].map { Amount.bytes($0) } == ["0 B", "1023 B", "1 KiB", "4.2 KiB", "41 MiB"])
        #expect(
            [0, 0.0421, 0.85, 3.25, 9.96, 999.4, 2500, 125_000].map { Amount.milliseconds($0) }
                == ["0 ms", "0.042 ms", "0.85 ms", "3.3 ms", "10 ms", "999 ms", "2.5 s", "2 m 5 s"])
        #expect([0, 59, 60, 3661, 93_784].map { Amount.duration($0) } == ["0 s", "59 s", "1 m", "1 h 1 m", "1 d 2 h"])
    }

    @Test("times are told relative to now")
    func relative() {
        let now = Timestamp(milliseconds: 1_000_000_000_000)
        func words(_ seconds: Int64) -> String { RelativeTime.words(Timestamp(milliseconds: now.milliseconds + seconds * 1000), now: now) }
        #expect(
            [0, -5, -125, -7300, -200_000, -40_000_000].map(words) == ["just now", "5 s ago", "2 m ago", "2 h ago", "2 d ago", "1 y ago"])
        #expect([5, 7300].map(words) == ["in 5 s", "in 2 h"])
    }
}
