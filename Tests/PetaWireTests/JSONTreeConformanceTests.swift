import PetaWire
import Testing

/// RFC 8259, one small text for each decision it makes.
@Suite("JSON texts") struct JSONTreeConformanceTests {
    static let accepted: [(String, JSON)] = [
        ("null", .null), ("true", true), ("false", false), (" \t\r\n1 \n", 1), ("\"\"", ""), ("\"a\"", "a"),
        ("[]", []), ("{}", [:]), ("[ ]", []), ("{ }", [:]), ("[[]]", [[]]), ("[1,2]", [1, 2]), ("[1 , 2 ]", [1, 2]),
        ("{\"a\":1}", ["a": 1]), ("{ \"a\" : 1 , \"b\" : [ ] }", ["a": 1, "b": []]), ("{\"\":0}", ["": 0]),
        ("{\"a\":{\"a\":{}}}", ["a": ["a": [:]]]), ("[null,true,false]", [.null, true, false]),
        ("0", .number("0")), ("-0", .number("-0")), ("-1", -1), ("1.0", .number("1.0")), ("0.5", .number("0.5")),
        ("10", 10), ("1e1", .number("1e1")), ("1E1", .number("1E1")), ("1e+1", .number("1e+1")), ("1e-01", .number("1e-01")),
        ("-0.0e-0", .number("-0.0e-0")), ("0e1", .number("0e1")), ("1E400", .number("1E400")),
        ("12345678901234567890123", .number("12345678901234567890123")),
        ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{8}\u{C}\n\r\t"), ("\"\\u0000\"", "\u{0}"), ("\"\\u00e9\"", "é"),
        ("\"\\u00E9\"", "é"), ("\"\\uD83D\\uDE00\"", "😀"), ("\"\\ud83d\\ude00\"", "😀"), ("\"\\uFFFF\"", "\u{FFFF}"),
        ("\"\\uDBFF\\uDFFF\"", "\u{10FFFF}"), ("\"\\\\u0041\"", "\\u0041"), ("\"é\"", "é"), ("\"😀\"", "😀"),
        ("\"\u{7F}\"", "\u{7F}"), ("\"\u{2028}\u{2029}\"", "\u{2028}\u{2029}"), ("\"\u{FEFF}\"", "\u{FEFF}"),
        ("\"1234567\"", "1234567"), ("\"12345678\"", "12345678"), ("\"1234567\\n\"", "1234567\n"),
        ("{\"é\":1,\"e\u{301}\":2}", .object([.init(key: "é", value: 1), .init(key: "e\u{301}", value: 2)])),
    ]

    @Test("a text of the grammar is read", arguments: accepted)
    func accepts(text: String, expected: JSON) throws {
        #expect(try JSON.parse(text) == expected)
    }

    static let refused: [(String, JSONError.Reason, Int)] = [
        ("", .unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("\u{FEFF}1", .byteOrderMark, 0), ("1 2", .trailingBytes, 2),
        ("1,", .trailingBytes, 1), ("[]]", .trailingBytes, 2), ("{}}", .trailingBytes, 2), ("\"a\"b", .trailingBytes, 3),
        ("[", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3), ("[,1]", .unexpectedByte, 1),
        ("[1,]", .unexpectedByte, 3), ("[1,,2]", .unexpectedByte, 3), ("[1 2]", .unexpectedByte, 3), ("[1}", .unexpectedByte, 2),
        ("]", .unexpectedByte, 0), ("{", .unexpectedEnd, 1), ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5),
        ("{\"a\":1", .unexpectedEnd, 6), ("{\"a\":1,", .unexpectedEnd, 7), ("{\"a\":1,}", .unexpectedByte, 7),
        ("{,}", .unexpectedByte, 1), ("{a:1}", .unexpectedByte, 1), ("{1:1}", .unexpectedByte, 1), ("{\"a\" 1}", .unexpectedByte, 5),
        ("{\"a\",1}", .unexpectedByte, 4), ("{\"a\"::1}", .unexpectedByte, 5), ("{\"a\":1]", .unexpectedByte, 6),
        ("{'a':1}", .unexpectedByte, 1), ("{null:1}", .unexpectedByte, 1), ("{\"a\":1 \"b\":2}", .unexpectedByte, 7),
        ("{\"a\":1,\"a\":1}", .duplicateKey, 7), ("{\"a\":1,\"\\u0061\":2}", .duplicateKey, 7),
        ("tru", .unexpectedEnd, 3), ("truE", .unexpectedByte, 3), ("True", .unexpectedByte, 0), ("nul", .unexpectedEnd, 3),
        ("nil", .unexpectedByte, 1), ("truee", .trailingBytes, 4), ("NaN", .unexpectedByte, 0), ("Infinity", .unexpectedByte, 0),
        ("-Infinity", .badNumber, 1), ("-", .unexpectedEnd, 1), ("+1", .unexpectedByte, 0), ("01", .badNumber, 1),
        ("-01", .badNumber, 2), ("00", .badNumber, 1), (".5", .unexpectedByte, 0), ("-.5", .badNumber, 1), ("1.", .unexpectedEnd, 2),
        ("1.e1", .badNumber, 2), ("1e", .unexpectedEnd, 2), ("1e+", .unexpectedEnd, 3), ("1ee1", .badNumber, 2), ("[1e]", .badNumber, 3),
        ("1.2.3", .trailingBytes, 3), ("0x10", .trailingBytes, 1), ("1_000", .trailingBytes, 1), ("--1", .badNumber, 1),
        ("１", .unexpectedByte, 0), ("\"", .unexpectedEnd, 1), ("\"a", .unexpectedEnd, 2), ("\"\\\"", .unexpectedEnd, 3),
        ("\"\\", .unexpectedEnd, 2), ("'a'", .unexpectedByte, 0), ("\"\\x\"", .badEscape, 1), ("\"\\'\"", .badEscape, 1),
        ("\"\\0\"", .badEscape, 1), ("\"\\N\"", .badEscape, 1), ("\"\\u12\"", .badEscape, 1), ("\"\\u12G4\"", .badEscape, 1),
        ("\"\\u", .unexpectedEnd, 3), ("\"\\u00", .unexpectedEnd, 5), ("\"\\U0041\"", .badEscape, 1), ("\"\\u+041\"", .badEscape, 1),
        ("\"\n\"", .controlCharacter, 1), ("\"\t\"", .controlCharacter, 1), ("\"\u{0}\"", .controlCharacter, 1),
        ("\"12345678\u{1F}\"", .controlCharacter, 9), ("\"\\n\u{1}\"", .controlCharacter, 3),
        ("\"\\ud800\"", .loneSurrogate, 1), ("\"\\udc00\"", .loneSurrogate, 1), ("\"\\ud800\\ud800\"", .loneSurrogate, 1),
        ("\"\\udc00\\ud800\"", .loneSurrogate, 1),
        ("\"\\udc00\\udc00\"", .loneSurrogate, 1), ("\"\\ud800x\"", .loneSurrogate, 1), ("\"a\\ud800\\n\"", .loneSurrogate, 2),
        ("[1]// x", .trailingBytes, 3), ("/* */1", .unexpectedByte, 0), ("[1]\u{A0}", .trailingBytes, 3), ("\u{C}1", .unexpectedByte, 0),
        ("{\"a\":undefined}", .unexpectedByte, 5), ("*", .unexpectedByte, 0), ("\u{0}", .unexpectedByte, 0), ("1\u{0}", .trailingBytes, 1),
    ]

    @Test("a text outside the grammar is refused, with the place", arguments: refused)
    func refuses(text: String, reason: JSONError.Reason, offset: Int) {
        #expect(throws: JSONError(reason, at: offset)) { try JSON.parse(text) }
    }

    static let invalidUTF8: [([UInt8], Int)] = [
        ([0x22, 0xFF, 0x22], 1), ([0x22, 0x80, 0x22], 1), ([0x22, 0xC3, 0x22], 1), ([0x22, 0xC0, 0xAF, 0x22], 1),
        ([0x22, 0xE0, 0x80, 0xAF, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1),
        ([0x22, 0xF8, 0x88, 0x80, 0x80, 0x80, 0x22], 1), ([0x22, 0x61, 0xC3, 0xA9, 0xE2, 0x82, 0x22], 4),
        ([0x22, 0x5C, 0x6E, 0xFE, 0x22], 3), ([0x22] + Array(repeating: 0x61, count: 20) + [0xC3, 0x22], 21),
    ]

    @Test("invalid UTF-8 in a string is refused, with the place", arguments: invalidUTF8)
    func refusesUTF8(bytes: [UInt8], offset: Int) {
        #expect(throws: JSONError(.invalidUTF8, at: offset)) { try JSON.parse(bytes) }
        #expect(throws: JSONError.self) { try JSON.parse([0x5B] + bytes + [0x5D]) }
        #expect(throws: JSONError.self) { try JSON.parse([0x7B] + bytes + Array(":1}".utf8)) }
    }

    @Test("UTF-16 and bytes outside of strings are refused")
    func refusesOtherEncodings() {
        #expect(throws: JSONError.self) { try JSON.parse([0x5B, 0x00, 0x5D, 0x00]) }
        #expect(throws: JSONError(.unexpectedByte, at: 0)) { try JSON.parse([0xC3, 0xA9]) }
        #expect(throws: JSONError(.unexpectedByte, at: 0)) { try JSON.parse([0xFF, 0xFE, 0x5B, 0x00]) }
    }

    @Test("a duplicate is found among many keys, and only there")
    func duplicatesAmongMany() throws {
        for count in [1, 11, 12, 13, 200] {
            let keys = (0..<count).map { "\"key\($0)\":\($0)" }
            #expect(try JSON.parse("{" + keys.joined(separator: ",") + "}").object?.count == count)
            for twice in [0, count / 2, count - 1] {
                let text = "{" + keys.joined(separator: ",") + ",\"k\\u0065y\(twice)\":0}"
                #expect(throws: JSONError(.duplicateKey, at: text.utf8.count - "\"k\\u0065y\(twice)\":0}".utf8.count)) {
                    try JSON.parse(text)
                }
            }
        }
    }
}
