import Foundation
import PetaWire
import TestRandom
import Testing

/// The reader against Foundation's, on seeds and on what becomes of them when bytes are changed.
@Suite("JSON against Foundation") struct JSONTreeFuzzTests {
    @Test("both read the seeds alike")
    func seedsAgree() throws {
        let all = try seeds("json")
        #expect(all.count >= 6)
        for seed in all {
            let tree = try JSON.parse(seed)
            #expect(agrees(tree, try JSONSerialization.jsonObject(with: Data(seed), options: .fragmentsAllowed)))
            #expect(try JSON.parse(tree.bytes) == tree)
        }
    }

    @Test("both take or refuse mutated seeds alike", arguments: 0..<8)
    func mutations(round: Int) throws {
        var random = SplitMix(seed: UInt64(round) + 100)
        let all = try seeds("json")
        var taken = 0
        for _ in 0..<1_500 {
            var text = random.pick(all)
            for _ in 0...random.below(3) { mutate(&text, all, &random) }
            if try compare(text) { taken += 1 }
        }
        #expect(taken > 50 && taken < 1_450)
    }

    /// True when the text was taken.
    private func compare(_ text: [UInt8]) throws -> Bool {
        let shown = "\(String(decoding: text, as: UTF8.self))"
        let theirs = try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
        do throws(JSONError) {
            let tree = try JSON.parse(text)
            if let theirs {
                #expect(agrees(tree, theirs), "\(shown)")
            } else {
                // Foundation refuses numbers that no double can hold.
                #expect(hasHugeNumber(tree), "refused by Foundation only: \(shown)")
            }
            #expect((try? JSON.parse(tree.bytes)) == tree)
            return true
        } catch {
            #expect(error.offset <= text.count)
            if theirs != nil, !isStricter(error, text) { Issue.record("taken by Foundation only (\(error)): \(shown)") }
            return false
        }
    }

    /// Where this reader is stricter on purpose, or Foundation looser than the RFC.
    private func isStricter(_ error: JSONError, _ text: [UInt8]) -> Bool {
        switch error.reason {
        case .duplicateKey, .tooDeep, .byteOrderMark, .loneSurrogate: true
        // Foundation takes a comma before the end of an object or array.
        case .unexpectedByte where error.offset < text.count && Array("}]".utf8).contains(text[error.offset]):
            text[..<error.offset].last { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ",")
        default: text.contains(0)  // Foundation guesses UTF-16 and UTF-32 from zero bytes.
        }
    }

    private func mutate(_ text: inout [UInt8], _ all: [[UInt8]], _ random: inout SplitMix) {
        guard !text.isEmpty else { return }
        let place = random.below(text.count)
        let tokens = ["\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e", "\\u00", "\\ud800", "null", " ", "\n", "1e5", "\"a\":"]
        switch random.below(7) {
        case 0: text[place] ^= 1 << UInt8(random.below(8))
        case 1: text.remove(at: place)
        case 2: text.insert(contentsOf: Array(random.pick(tokens).utf8), at: place)
        case 3: text.removeSubrange(place...)
        case 4: text.swapAt(place, random.below(text.count))
        case 5:
            let other = random.pick(all)
            let start = random.below(other.count)
            text.insert(contentsOf: other[start..<min(other.count, start + random.below(12))], at: place)
        default: text.removeSubrange(place..<min(text.count, place + random.below(8)))
        }
    }

    private func hasHugeNumber(_ tree: JSON) -> Bool {
        switch tree {
        case .number(let spelling): (Double(spelling) ?? .infinity).isInfinite
        case .array(let items): items.contains { hasHugeNumber($0) }
        case .object(let members): members.contains { hasHugeNumber($0.value) }
        default: false
        }
    }

    private func agrees(_ tree: JSON, _ value: Any) -> Bool {
        switch tree {
        case .null: return value is NSNull
        case .bool(let flag): return (value as? NSNumber)?.boolValue == flag
        case .number(let spelling):
            guard let mine = Double(spelling), let theirs = (value as? NSNumber)?.doubleValue else { return false }
            return mine == theirs || abs(mine - theirs) <= abs(mine) * 1e-15
        case .string(let text): return (value as? String).map { Array($0.utf8) == Array(text.utf8) } ?? false
        case .array(let items):
            guard let theirs = value as? [Any], theirs.count == items.count else { return false }
            return zip(items, theirs).allSatisfy { agrees($0, $1) }
        case .object(let members):
            guard let theirs = value as? [String: Any] else { return false }
            // A dictionary takes canonically equivalent keys for one.
            guard Set(members.map(\.key)).count == members.count else { return true }
            return theirs.count == members.count
                && members.allSatisfy { member in theirs[member.key].map { agrees(member.value, $0) } ?? false }
        }
    }
}
