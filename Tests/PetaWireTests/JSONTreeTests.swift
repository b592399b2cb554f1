import PetaWire
import TestRandom
import Testing

@Suite("JSON trees") struct JSONTreeTests {
    @Test("a tree that is written and read is the same tree")
    func roundTrip() throws {
        var random = SplitMix(seed: 1)
        for _ in 0..<2_000 {
            let tree = RandomJSON.value(depth: 5, &random)
            #expect(try JSON.parse(tree.bytes) == tree)
        }
    }

    @Test("whitespace and escapes do not change what is read")
    func spellings() throws {
        var random = SplitMix(seed: 2)
        for _ in 0..<2_000 {
            let tree = RandomJSON.value(depth: 4, &random)
            let text = RandomJSON.spelled(tree, &random)
            #expect(try JSON.parse(text) == tree, "\(String(decoding: text, as: UTF8.self))")
        }
    }

    @Test("written text keeps order, unknown members and the spelling of numbers")
    func keepsSpelling() throws {
        let text = #"{"z":1.0,"a":[1E400,-0,12345678901234567890],"m":null,"é":"\u0001\n\"\\/"}"#
        #expect(String(decoding: try JSON.parse(text).bytes, as: UTF8.self) == text)
    }

    @Test("every character below U+0080 survives at every place of a string")
    func escapes() throws {
        for code in 0..<128 {
            for before in 0..<17 {
                let text = String(repeating: "a", count: before) + String(UnicodeScalar(UInt8(code))) + "tail"
                let bytes = JSON.string(text).bytes
                #expect(bytes.dropFirst().dropLast().allSatisfy { $0 >= 0x20 })
                #expect(try JSON.parse(bytes) == .string(text))
            }
        }
    }

    @Test("equality is exact: bytes of strings, spelling of numbers, order of members")
    func equality() {
        #expect(JSON.string("é") != JSON.string("e\u{301}"))
        #expect(JSON.number("1") != JSON.number("1.0"))
        #expect(JSON.object([.init(key: "a", value: 1), .init(key: "b", value: 2)]) != ["b": 2, "a": 1])
        #expect(JSON.object([.init(key: "é", value: 1)]) != ["e\u{301}": 1])
        #expect(JSON.null != false)
    }

    @Test("members are read, set in place, added at the end and removed")
    func members() {
        var value: JSON = ["a": 1, "b": 2]
        #expect(value["b"] == 2)
        #expect(value["c"] == nil)
        #expect(JSON.array([])["a"] == nil)
        value.set(key: "a", value: "x")
        value.set(key: "c", value: .null)
        #expect(String(decoding: value.bytes, as: UTF8.self) == #"{"a":"x","b":2,"c":null}"#)
        #expect(value["c"]?.isNull == true)
        let removed = [value.remove("b"), value.remove("b")]
        #expect(removed == [true, false])
        #expect(value == ["a": "x", "c": .null])
        var scalar: JSON = 1
        scalar.set(key: "a", value: true)
        #expect(scalar == ["a": true])
    }

    @Test("a member's key is compared by its bytes")
    func exactKeys() {
        let value = JSON.object([.init(key: "é", value: 1)])
        #expect(value["é"] == 1)
        #expect(value["e\u{301}"] == nil)
    }

    @Test("typed access gives nothing for another type")
    func access() {
        #expect(JSON.number("12").int == 12)
        #expect(JSON.number("12.0").int == nil)
        #expect(JSON.number("1e1").int == nil)
        #expect(JSON.number("9223372036854775808").int == nil)
        #expect(JSON.number("1e999").double == .infinity)
        #expect(JSON.number("2.5").double == 2.5)
        #expect(JSON.number("1").bool == nil)
        #expect(JSON.bool(true).int == nil)
        #expect(JSON.string("a").string == "a")
        #expect(JSON.null.string == nil)
        #expect(JSON.array([1]).array == [1])
        #expect(JSON.array([1]).object == nil)
    }

    @Test("depth is refused one past its limit")
    func depth() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = open == "[" ? "" : "1"
            func nested(_ depth: Int) -> String {
                String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
            }
            #expect(throws: Never.self) { try JSON.parse(nested(64)) }
            #expect(throws: JSONError(.tooDeep, at: 64 * open.utf8.count)) { try JSON.parse(nested(65)) }
            #expect(throws: JSONError(.tooDeep, at: 0)) { try JSON.parse(nested(1), limits: JSONLimits(depth: 0)) }
        }
        #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test("size, count of values and length of numbers are refused one past their limits")
    func limits() {
        #expect(throws: Never.self) { try JSON.parse("[1,2]", limits: JSONLimits(bytes: 5, nodes: 3)) }
        #expect(throws: JSONError(.tooLarge, at: 4)) { try JSON.parse("[1,2]", limits: JSONLimits(bytes: 4)) }
        #expect(throws: JSONError(.tooManyValues, at: 3)) { try JSON.parse("[1,2]", limits: JSONLimits(nodes: 2)) }
        let long = "1." + String(repeating: "5", count: 998)
        #expect(throws: Never.self) { try JSON.parse(long) }
        #expect(throws: JSONError(.numberTooLong, at: 1)) { try JSON.parse(" " + long + "5") }
    }

    @Test("half a surrogate pair can be taken as U+FFFD, which still makes no key twice")
    func replacedSurrogates() throws {
        let limits = JSONLimits(loneSurrogates: .replace)
        #expect(try JSON.parse(#""a\ud800b""#, limits: limits) == "a\u{FFFD}b")
        #expect(try JSON.parse(#""\ud800\ud83d\ude00\udc00""#, limits: limits) == "\u{FFFD}😀\u{FFFD}")
        #expect(throws: JSONError(.duplicateKey, at: 12)) { try JSON.parse(#"{"\ud800":1,"\udc00":2}"#, limits: limits) }
    }

    @Test("a part of a string can be read, and errors say where in plain words without the text")
    func errors() throws {
        let text = "x[1]y"
        #expect(try JSON.parse(text.dropFirst().dropLast()) == [1])
        let error = #expect(throws: JSONError.self) { try JSON.parse(#"{"password":"hunter2"#) }
        #expect(error?.message == "the JSON text ends too early at byte 20")
    }
}
