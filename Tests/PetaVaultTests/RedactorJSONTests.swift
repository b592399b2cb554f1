import Foundation
import PetaVault
import TestRandom
import Testing

@Suite("Redacted JSON stays JSON")
struct RedactorJSONTests {
    private func redact(_ text: String, _ value: String) -> String? {
        let redactor = Redactor([InjectedSecret(name: "T", value: secret(value))])
        return Array(text.utf8).withUnsafeBytes { redactor.redact($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "a match takes the whole of an escape that it begins or ends in",
        arguments: [
            (#"["a\n1234b"]"#, "n1234", #"["a[redacted:T]b"]"#),
            (#"["a\\n1234b"]"#, "n1234", #"["a\\[redacted:T]b"]"#),
            (#"["a\\\n1234b"]"#, "n1234", #"["a\\[redacted:T]b"]"#),
            (#"["\u00e91234b"]"#, "e91234", #"["[redacted:T]b"]"#),
            (#"["\u00e91234b"]"#, "00e91234", #"["[redacted:T]b"]"#),
            (#"["\\u00e91234b"]"#, "00e91234", #"["\\u[redacted:T]b"]"#),
            (#"["x\ud83d\ude001234"]"#, "de001234", #"["x[redacted:T]"]"#),
            (#"["x\ud83d\ude00y"]"#, "d83d", #"["x[redacted:T]y"]"#),
            (#"["x\ud83d\ude00y"]"#, "de00", #"["x[redacted:T]y"]"#),
            (#"["x1234\ty"]"#, #"1234\"#, #"["x[redacted:T]y"]"#),
            (#"["x1234\u0041y"]"#, #"1234\u0"#, #"["x[redacted:T]y"]"#),
            (#"["x1234\u0041y"]"#, #"1234\"#, #"["x[redacted:T]y"]"#),
            (#"["x1234\\"]"#, #"1234\"#, #"["x[redacted:T]"]"#),
        ])
    func escapes(_ text: String, _ value: String, _ expected: String) throws {
        #expect(redact(text, value) == expected)
        _ = try JSONSerialization.jsonObject(with: Data(expected.utf8))
    }

    @Test(
        "what is not inside one string has each string, number and word that it touches replaced whole",
        arguments: [
            (#"{"port":12345,"x":-1.2345e6}"#, "2345", #"{"port":"[redacted:T]","x":"[redacted:T]"}"#),
            ("[true,false]", "true", #"["[redacted:T]",false]"#),
            (#"{"k":{"a":"b"},"n":1}"#, #"{"a":"b"}"#, #"{"k":{"[redacted:T]":"[redacted:T]"},"n":1}"#),
            (#"["ab","cd",5]"#, #"b","c"#, #"["[redacted:T]","[redacted:T]",5]"#),
            (#"["ab","cd",5]"#, #""ab""#, #"["[redacted:T]","cd",5]"#),
            (#"["ab","cd",5]"#, #"d",5"#, #"["ab","[redacted:T]","[redacted:T]"]"#),
            (#"{"secret":1,"x":"secret"}"#, "secret", #"{"[redacted:T]":1,"x":"[redacted:T]"}"#),
            (#""secret""#, "secret", #""[redacted:T]""#),
        ])
    func tokens(_ text: String, _ value: String, _ expected: String) throws {
        #expect(redact(text, value) == expected)
    }

    @Test("punctuation alone is no secret of a JSON text")
    func structure() {
        #expect(redact("[[[[1]]]]", "[[[[") == nil)
        #expect(redact("log [[[[ log", "[[[[") == "log [redacted:T] log")
    }

    @Test("text that only looks like JSON at first is treated as text")
    func lookalikes() {
        #expect(redact("[2026-01-01] port 12345 used", "12345") == "[2026-01-01] port [redacted:T] used")
        #expect(redact(#"{"a":"12345"#, "12345") == #"{"a":"[redacted:T]"#)
        #expect(redact("{\"a\":\"1234567\n\"}", "12345") == "{\"a\":\"[redacted:T]67\n\"}")
        #expect(redact("data: {\"a\":\"x\\n1234\"}\n\n", "n1234") == "data: {\"a\":\"x[redacted:T]\"}\n\n")
    }

    @Test("whatever is in the strings, what comes out parses, and no string in it means the value", arguments: 0..<200)
    func property(_ seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let alphabet = ["a", "b", "n", "u", "0", "1", "d", "8", "\"", "\\", "/", "\n", "\u{1}", "é", "😀", "<", " ", "%"]
        let values = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            // A letter or digit, so that no value is punctuation alone.
            random.text(alphabet, 0...5) + random.pick(["a", "b", "1"]) + random.text(alphabet, 3...12)
        }
        func string() -> String {
            (0..<Int.random(in: 0...6, using: &random)).map { _ in
                Int.random(in: 0..<3, using: &random) == 0 ? random.pick(values) : random.text(alphabet, 0...8)
            }.joined()
        }
        func value(_ depth: Int) -> Any {
            switch Int.random(in: 0..<(depth > 3 ? 4 : 6), using: &random) {
            case 0, 1: return string()
            case 2: return Int.random(in: -100_000...100_000, using: &random)
            case 3: return Bool.random(using: &random)
            case 4: return (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth + 1) }
            default:
                let pairs = (0..<Int.random(in: 0...4, using: &random)).map { _ in (string(), value(depth + 1)) }
                return Dictionary(pairs) { a, _ in a }
            }
        }
        let options: JSONSerialization.WritingOptions = Bool.random(using: &random) ? [.withoutEscapingSlashes] : [.prettyPrinted]
        let text = try JSONSerialization.data(withJSONObject: [value(0), value(0), string()], options: options)
        let redactor = Redactor(values.enumerated().map { InjectedSecret(name: "S\($0.offset)", value: secret($0.element)) })
        guard let redacted = text.withUnsafeBytes({ redactor.redact($0) }) else {
            #expect(!text.withUnsafeBytes { redactor.contains($0) })
            return
        }
        let parsed = try JSONSerialization.jsonObject(with: Data(redacted), options: .fragmentsAllowed)
        for found in strings(parsed) {
            for value in values {
                #expect(Data(found.utf8).range(of: Data(value.utf8)) == nil, "\(String(decoding: redacted, as: UTF8.self))")
            }
        }
    }

    private func strings(_ value: Any) -> [String] {
        switch value {
        case let text as String: [text]
        case let list as [Any]: list.flatMap(strings)
        case let object as [String: Any]: Array(object.keys) + object.values.flatMap(strings)
        default: []
        }
    }
}
