import Foundation
import PetaWire
import TestRandom
import Testing

/// Random trees and random spellings of them.
enum RandomJSON {
    static let strings = [
        "", "a", "text", "uri", "line\nbreak", "quote \" and \\ backslash", "tab\t\u{0}\u{1F}", "é", "e\u{301}", "\u{10FFFF}", "👩‍👩‍👧",
        "\u{7F}\u{80}\u{2028}", "seven77", "eight888", "a longer text of more than sixteen bytes with a \" in it", "\\\\\"\\",
    ]
    static let numbers = ["0", "-0", "1", "1.0", "1e5", "1E+05", "-12.50e-3", "9007199254740993", "123456789012345678901234567890"]

    static func value(depth: Int, _ random: inout SplitMix) -> JSON {
        switch random.below(depth > 0 ? 8 : 5) {
        case 0: return .null
        case 1: return .bool(random.chance(50))
        case 2: return .number(random.pick(numbers))
        case 3, 4: return .string(string(&random))
        case 5, 6:
            var members: [JSON.Member] = []
            for index in 0..<random.below(random.chance(5) ? 40 : 5) {
                members.append(.init(key: string(&random) + "\(index)", value: value(depth: depth - 1, &random)))
            }
            return .object(members)
        default: return .array((0..<random.below(5)).map { _ in value(depth: depth - 1, &random) })
        }
    }

    static func string(_ random: inout SplitMix) -> String {
        (0..<random.below(3)).map { _ in random.pick(strings) }.joined()
    }

    /// The tree as text with whitespace and escapes that a writer might choose.
    static func spelled(_ value: JSON, _ random: inout SplitMix) -> [UInt8] {
        var out: [UInt8] = []
        spell(value, &random, &out)
        return out
    }

    private static func space(_ random: inout SplitMix, _ out: inout [UInt8]) {
        while random.chance(20) { out.append(random.pick([0x20, 0x0A, 0x0D, 0x09])) }
    }

    private static func spell(_ value: JSON, _ random: inout SplitMix, _ out: inout [UInt8]) {
        space(&random, &out)
        switch value {
        case .string(let text): spell(text, &random, &out)
        case .array(let items):
            out += Array("[".utf8)
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                spell(item, &random, &out)
            }
            space(&random, &out)
            out += Array("]".utf8)
        case .object(let members):
            out += Array("{".utf8)
            for (index, member) in members.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                space(&random, &out)
                spell(member.key, &random, &out)
                space(&random, &out)
                out.append(UInt8(ascii: ":"))
                spell(member.value, &random, &out)
            }
            space(&random, &out)
            out += Array("}".utf8)
        default: out += value.bytes
        }
        space(&random, &out)
    }

    private static func spell(_ text: String, _ random: inout SplitMix, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            if random.chance(10) {
                for unit in String(scalar).utf16 { out += Array("\\u".utf8) + Array(hex(unit, &random).utf8) }
            } else if scalar == "/", random.chance(50) {
                out += Array("\\/".utf8)
            } else {
                JSON.appendEscaped(String(scalar), into: &out)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func hex(_ unit: UInt16, _ random: inout SplitMix) -> String {
        let digits = String(unit, radix: 16, uppercase: random.chance(50))
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// The files of `Seeds/`, in the order of their names.
func seeds(_ suffix: String) throws -> [[UInt8]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Seeds")
        .resolvingSymlinksInPath()
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    let found = try files.filter { $0.pathExtension == suffix }
        .sorted { $0.lastPathComponent < $1.lastPathComponent }
        .map { Array(try Data(contentsOf: $0)) }
    return try #require(found.isEmpty ? nil : found, "no seeds in \(folder.path)")
}
