import PetaCommands
import Testing

@Suite struct ShellLineTests {
    @Test(
        "a line is split as sh does",
        arguments: [
            ("server list", [["server", "list"]]),
            ("  a\t b  ", [["a", "b"]]),
            ("", []),
            ("# nothing", []),
            ("a # b", [["a"]]),
            ("a#b 'x y'#", [["a#b", "x y#"]]),
            (#"user update bob --name 'Bob the "Builder"'"#, [["user", "update", "bob", "--name", #"Bob the "Builder""#]]),
            (#"x "a b" 'c'd"e f"g"#, [["x", "a b", "cde fg"]]),
            (#"x "q\"q" "b\\b" "d\d" "h\$h" 'l\n'"#, [["x", #"q"q"#, #"b\b"#, #"d\d"#, "h$h", #"l\n"#]]),
            (#"x a\ b \'c \\ \é"#, [["x", "a b", "'c", #"\"#, "é"]]),
            ("x '' \"\"", [["x", "", ""]]),
            ("x 'a\nb'", [["x", "a\nb"]]),
            ("x \\\n y", [["x", "y"]]),
            ("x a\\\nb \"c\\\nd\"", [["x", "ab", "cd"]]),
            ("a\nb c\n\n# d\ne", [["a"], ["b", "c"], ["e"]]),
            ("a\r\nb", [["a"], ["b"]]),
            (#"server add g --header 'A: Bearer ${secret:x}'"#, [["server", "add", "g", "--header", "A: Bearer ${secret:x}"]]),
            ("имя 漢字 '😀 x'", [["имя", "漢字", "😀 x"]]),
            ("a $HOME *.txt ~", [["a", "$HOME", "*.txt", "~"]]),
        ] as [(String, [[String]])])
    func words(_ text: String, _ expected: [[String]]) {
        let line = ShellLine(text)
        #expect(line.commands.map { $0.map(\.text) } == expected)
        #expect(line.open == nil && line.operation == nil)
    }

    @Test(
        "what is not closed is told",
        arguments: [
            ("a 'b", ShellLine.Open.single), ("a \"b 'c'", .double), ("a \"b\\\"", .double), ("a \\", .backslash), ("'", .single),
            ("a 'b' \"", .double), ("a 'it'\\''s", .single),
        ])
    func unfinished(_ text: String, _ open: ShellLine.Open) { #expect(ShellLine(text).open == open) }

    @Test(
        "operators of a shell are noticed, and only where they are some",
        arguments: [
            ("status | jq", "|"), ("status|jq", "|"), ("a; b", ";"), ("a;b", ";"), ("a > b", ">"), ("a >b", ">"), ("a 2>b", ">"),
            ("a < b", "<"), ("a && b", "&&"), ("a &", "&"), ("a '|' b", nil), ("a \\; b", nil), ("a \"x > y\"", nil),
            ("a --url http://h/p?x=1&y=2", nil), ("a x>y", nil), ("a '&'", nil), ("a k<v", nil),
        ] as [(String, String?)])
    func operators(_ text: String, _ operation: String?) { #expect(ShellLine(text).operation == operation) }

    @Test("words that are quoted come back as they were, whatever is in them")
    func quoted() {
        let signs = Array("ab'\"\\ #;|<>&$`\n\té漢\u{200B}😀=")
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for _ in 0..<3000 {
            let words = (0...random(4)).map { _ in String((0..<random(8)).map { _ in signs[random(signs.count)] }) }
            let single = words.map { "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'" }
            #expect(ShellLine(single.joined(separator: " ")).commands.map { $0.map(\.text) } == [words])
            let double = words.map { word in
                "\"" + word.flatMap { "\"\\$`".contains($0) ? ["\\", $0] : [$0] } + "\""
            }
            #expect(ShellLine(double.joined(separator: " ")).commands.map { $0.map(\.text) } == [words])
        }
    }

    @Test("every beginning of a line can be read, and nothing of it is lost")
    func beginnings() {
        let text = "server add x --env 'A=b c' \\\n --header \"K: \\\"v\\\" é\" -- 漢字 # end\nstatus"
        for end in text.indices {
            let line = ShellLine(String(text[..<end]))
            let kept = line.commands.joined().map(\.text).joined()
            #expect(kept.utf8.count <= text.utf8.count)
            if line.endsInWord { #expect(!line.last.isEmpty) }
        }
    }
}
