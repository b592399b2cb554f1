import Foundation
import PetaVault
import Testing

/// Each form is made by an encoder that is not ours, or written out by hand.
@Suite("Forms that are redacted")
struct RedactorFormTests {
    static let awkward = "pa\"ss\\wo/rd\n\t<é😀>&'=+ %~!"

    private func redact(_ text: String, _ values: [String: String]) -> String? {
        let secrets = values.sorted { $0.key < $1.key }.map { InjectedSecret(name: $0.key, value: secret($0.value)) }
        return Array(text.utf8).withUnsafeBytes { Redactor(secrets).redact($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("the value itself")
    func raw() {
        #expect(redact("x token-1234 y", ["T": "token-1234"]) == "x [redacted:T] y")
        #expect(redact("token-1234", ["T": "token-1234"]) == "[redacted:T]")
        #expect(redact("x token-123 y", ["T": "token-1234"]) == nil)
        #expect(redact("log: \(Self.awkward).", ["T": Self.awkward]) == "log: [redacted:T].")
    }

    @Test(
        "inside a JSON string, however its serialiser escapes",
        arguments: [
            #"pa\"ss\\wo/rd\n\t<é😀>&'=+ %~!"#,  // JavaScript
            #"pa\"ss\\wo\/rd\n\t<é😀>&'=+ %~!"#,  // Foundation
            #"pa\"ss\\wo/rd\n\t<\u00e9\ud83d\ude00>&'=+ %~!"#,  // Python
            #"pa\"ss\\wo\/rd\n\t<\u00e9\ud83d\ude00>&'=+ %~!"#,  // PHP
            #"pa\"ss\\wo/rd\n\t\u003cé😀\u003e\u0026'=+ %~!"#,  // Go
            #"pa\"ss\\wo/rd\n\t\u003cé😀\u003e\u0026\u0027\u003d+ %~!"#,  // Gson
            #"pa\u0022ss\\wo/rd\n\t\u003C\u00E9\uD83D\uDE00\u003E\u0026\u0027=\u002B %~!"#,  // .NET
            #"pa\"ss\\wo/rd\u000a\u0009<é😀>&'=+ %~!"#, #"pa\"ss\\wo/rd\u000A\u0009<é😀>&'=+ %~!"#,
            #"pa\"ss\\wo/rd\n\t<\u00E9\uD83D\uDE00>&'=+ %~!"#,
        ])
    func json(_ escaped: String) {
        #expect(
            redact(#"{"a":"\#(escaped)","b":["x\#(escaped)y",1]}"#, ["T": Self.awkward])
                == #"{"a":"[redacted:T]","b":["x[redacted:T]y",1]}"#)
    }

    @Test("inside JSON inside a JSON string")
    func nested() throws {
        for options in [JSONSerialization.WritingOptions.withoutEscapingSlashes, []] {
            for outerOptions in [JSONSerialization.WritingOptions.withoutEscapingSlashes, []] {
                let inner = try JSONSerialization.data(withJSONObject: ["k": "a \(Self.awkward) b"], options: options)
                let outer = try JSONSerialization.data(
                    withJSONObject: ["text": String(decoding: inner, as: UTF8.self)], options: outerOptions)
                let redacted = try #require(redact(String(decoding: outer, as: UTF8.self), ["T": Self.awkward]))
                let parsed = try JSONSerialization.jsonObject(with: Data(redacted.utf8)) as? [String: String]
                #expect(parsed == ["text": #"{"k":"a [redacted:T] b"}"#])
            }
        }
        // Python inside Python.
        let twice = #"{"text": "{\"k\": \"pa\\\"ss\\\\wo/rd\\n\\t<\\u00e9\\ud83d\\ude00>&'=+ %~!\"}"}"#
        #expect(redact(twice, ["T": Self.awkward]) == #"{"text": "{\"k\": \"[redacted:T]\"}"}"#)
    }

    @Test("percent-encoded, in upper and lower case")
    func percent() throws {
        let sets: [CharacterSet] = [.alphanumerics, .urlQueryAllowed, .alphanumerics.union(CharacterSet(charactersIn: "-._~"))]
        for set in sets {
            // Foundation's .alphanumerics and query sets hold letters beyond ASCII too, which no server leaves as they are.
            let ascii = set.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
            for value in ["a b/c+d=ef&g", "é😀-._~abc%"] {
                let encoded = try #require(value.addingPercentEncoding(withAllowedCharacters: ascii))
                let lower = encoded.replacing(/%../) { $0.output.lowercased() }
                for text in [encoded, lower] {
                    #expect(redact("https://x/?q=\(text)&z", ["T": value]) == "https://x/?q=[redacted:T]&z", "\(text)")
                }
            }
        }
        #expect(redact("q=a+b%2Fc%2Bd&z", ["T": "a b/c+d"]) == "q=[redacted:T]&z")
    }

    @Test("in base64 and base64url at each of the three places, all but the edges", arguments: 0...5, 0...5)
    func base64(_ before: Int, _ after: Int) throws {
        for value in ["abcd", "sk-1234567890abcdef", "???>>>~~~ÿÿÿ", "pass/word?>"] {
            let whole = Data((String(repeating: "u", count: before) + value + String(repeating: "v", count: after)).utf8)
            let standard = whole.base64EncodedString()
            let url = standard.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            // A character of the value's is kept only where it also holds bits of a neighbour.
            let first = (8 * before + 5) / 6
            let end = 8 * (before + value.utf8.count) / 6
            for text in [standard, url] {
                let expected = text.prefix(first) + "[redacted:T]" + text.dropFirst(end)
                #expect(redact("x " + text, ["T": value]) == "x " + expected)
            }
            let slashed = standard.replacing("/", with: "\\/")
            let redacted = redact("{\"b\":\"\(slashed)\"}", ["T": value])
            #expect(redacted?.contains("[redacted:T]") == true)
            let percent = try #require(standard.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
            #expect(redact("x " + percent, ["T": value])?.contains("[redacted:T]") == true)
        }
    }

    @Test("values of fewer than four bytes are left alone")
    func short() {
        for value in ["", "a", "ab", "abc"] {
            let redactor = Redactor([InjectedSecret(name: "T", value: secret(value))])
            #expect(redactor.isEmpty)
            #expect(Array("abc abcd".utf8).withUnsafeBytes { redactor.redact($0) } == nil)
        }
        #expect(redact("abc abcd", ["A": "abc", "B": "abcd"]) == "abc [redacted:B]")
    }

    @Test("without secrets there is nothing to search for")
    func nothing() {
        let redactor = Redactor([])
        #expect(redactor.isEmpty && redactor.longestForm == 0)
        #expect(Array("text".utf8).withUnsafeBytes { redactor.contains($0) } == false)
    }

    @Test("overlapping values become one, named after the longest; touching ones stay apart")
    func overlapping() {
        #expect(redact("abcdefgh", ["A": "abcd", "B": "abcdefgh", "C": "efgh"]) == "[redacted:B]")
        #expect(redact("x12345y", ["A": "1234", "B": "2345"]) == "x[redacted:A]y")
        #expect(redact("x123456y", ["A": "1234", "B": "23456"]) == "x[redacted:B]y")
        #expect(redact("xabcdefghy", ["A": "abcd", "C": "efgh"]) == "x[redacted:A][redacted:C]y")
        #expect(redact("xaaaaaaay", ["A": "aaaa"]) == "x[redacted:A]y")
    }

    @Test("two names with one value share the first's label")
    func sameValue() {
        #expect(redact("xabcdy", ["A": "abcd", "B": "abcd"]) == "x[redacted:A]y")
    }

    @Test("a redactor is not shown with its values when printed")
    func notShown() {
        let redactor = Redactor([InjectedSecret(name: "T", value: secret("find-me-1234"))])
        var dumped = ""
        dump(redactor, to: &dumped)
        #expect(!dumped.contains("find-me") && !dumped.contains("102"))
    }
}
