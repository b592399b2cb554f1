import PetaWire
import TestRandom
import Testing

@Suite("Keys that stand twice")
struct DuplicateKeysTests {
    private func first(_ text: String) -> Int? {
        var text = text
        return text.withUTF8 { DuplicateKeys.first(in: UnsafeRawBufferPointer($0)) }
    }

    @Test(
        "are found wherever they stand, however they are spelled",
        arguments: [
            (#"{"a":1,"a":2}"#, 7), (#"{"a":1,"\u0061":2}"#, 7), (#"{"\u0061":1,"a":2}"#, 12), (#"{"":1,"":2}"#, 6),
            (#"[{"a":1},{"b":{"c":[{"d":1,"e":{},"d":2}]}}]"#, 34), (#"{"a":{"a":1},"b":[],"a":2}"#, 20),
            (#"{"a\"b":1,"a\u0022b":2}"#, 10), (#"{"\ud800":1,"\udc00":2}"#, 12), (#"{"é":1,"\u00e9":2}"#, 8),
            (#"{"a":["a","a",{"a":1}],"a":1}"#, 23), ("{ \"a\" : 1 ,\n \"a\" : 2 }", 13),
        ])
    func found(text: String, at: Int) {
        #expect(first(text) == at)
    }

    @Test(
        "are not found where there are none",
        arguments: [
            "{}", "[]", "1", #""a""#, #"{"a":1,"b":2}"#, #"{"a":{"a":{"a":1}}}"#, #"[{"a":1},{"a":1}]"#, #"{"a":"a","b":"a"}"#,
            #"{"a":["a","a"],"b":["a"]}"#, #"{"a":{"b":1},"b":{"a":1}}"#, #"{"é":1,"e\u0301":2}"#, #"{"A":1,"a":2}"#, #"{"a\\":1,"a":2}"#,
        ])
    func none(text: String) {
        #expect(first(text) == nil)
    }

    @Test("are found among many, at every place, in objects inside of objects", arguments: [1, 15, 16, 17, 95, 96, 97, 500])
    func many(count: Int) {
        let keys = (0..<count).map { "\"key\($0)\":{\"key0\":0}" }.joined(separator: ",")
        #expect(first("{\(keys)}") == nil)
        #expect(first("{\"x\":{\(keys)},\"y\":{\(keys)},\"z\":1}") == nil)
        for twice in [0, count / 2, count - 1] {
            #expect(first("{\(keys),\"key\(twice)\":1}") == keys.utf8.count + 2)
        }
        let nested = (0..<60).reduce("{\(keys)}") { inner, _ in "{\"p\":1,\"q\":2,\"inner\":\(inner),\"r\":3}" }
        #expect(first(nested) == nil)
        #expect(first(nested.dropLast() + ",\"p\":4}") == nested.utf8.count)
    }

    @Test("the tree's parser says the same of random texts", arguments: 0..<UInt64(40))
    func differential(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            let text = Self.value(&random, depth: 0)
            var isTwice = false
            do {
                _ = try JSON.parse(text)
            } catch {
                guard case .duplicateKey = error.reason else { continue }
                isTwice = true
            }
            #expect((first(text) != nil) == isTwice, "\(text)")
        }
    }

    private static func value(_ random: inout SplitMix, depth: Int) -> String {
        switch random.next() % (depth > 5 ? 3 : 8) {
        case 0: return "1"
        case 1: return "\"a\""
        case 2: return "null"
        case 3, 4: return "[" + (0..<random.next() % 4).map { _ in value(&random, depth: depth + 1) }.joined(separator: ",") + "]"
        default:
            let spellings = ["a", "b", "c", "d", "e", "\\u0061", "\\u0062", "é", "\\u00e9", "\\\"", "\\u0022", "long key with blanks"]
            let members = (0..<random.next() % 4).map { _ in
                "\"\(spellings[Int(random.next() % UInt64(spellings.count))])\":\(value(&random, depth: depth + 1))"
            }
            return "{" + members.joined(separator: ",") + "}"
        }
    }
}
