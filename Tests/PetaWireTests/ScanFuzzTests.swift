import Foundation
import PetaWire
import TestRandom
import Testing

/// The scanner against a plain reference, the JSON tree and Foundation: all must agree on what is taken, and on where
/// everything stands in it.
@Suite("Message scan against other readers") struct ScanFuzzTests {
    private static let tokens = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", ".", "e", "\\u00", "\\ud800", "null", "true", " ", "\n", "1e5", "\"id\":1,",
        "\"method\":\"m\",", "\"name\":\"x\",", "\"_meta\":{},", "\"params\":{},", "\"result\":{},", "\"\\u0069d\":1,",
        "\"progressToken\":1,",
        "\u{80}", "é", "\u{0}", "\"isError\":true,", "\"jsonrpc\":\"2.0\",", "\"uri\":\"u\",", "\"requestId\":1,",
    ]

    @Test("all readers agree on the seeds, and the seeds are of both sorts")
    func seedsAgree() throws {
        let memory = try GuardedMemory(capacity: 1 << 16)
        let all = try seeds(in: "messages")
        #expect(all.count >= 10)
        var taken = 0
        for seed in all where compare(seed, memory) { taken += 1 }
        #expect(taken >= 6 && taken <= all.count - 4)
    }

    @Test("all readers agree on generated messages", arguments: 0..<4)
    func generated(round: Int) throws {
        var random = SplitMix(seed: UInt64(round) + 7_000)
        let memory = try GuardedMemory(capacity: 1 << 16)
        var taken = 0
        for _ in 0..<800 where compare(RandomMessage.make(&random), memory) { taken += 1 }
        #expect(taken > 200 && taken < 780)
    }

    @Test("all readers agree on mutated messages", arguments: 0..<8)
    func mutated(round: Int) throws {
        var random = SplitMix(seed: UInt64(round) + 8_000)
        let memory = try GuardedMemory(capacity: 1 << 16)
        let all = try seeds(in: "messages")
        var taken = 0
        for _ in 0..<1_000 {
            var text = random.chance(50) ? random.pick(all) : RandomMessage.make(&random)
            for _ in 0...random.below(3) { Mutation.apply(&text, tokens: Self.tokens, others: all, &random) }
            if compare(text, memory) { taken += 1 }
        }
        #expect(taken > 20 && taken < 980)
    }

    /// True when the scanner took it.
    private func compare(_ text: [UInt8], _ memory: GuardedMemory) -> Bool {
        let shown = String(decoding: text, as: UTF8.self)
        var found: MessageScan?
        var failure: ScanFailure?
        memory.with(text) { buffer in
            do throws(ScanFailure) { found = try MessageScan(buffer) } catch { failure = error }
        }
        var tree: JSON?
        var reason: JSONError.Reason?
        do throws(JSONError) { tree = try JSON.parse(text, limits: JSONLimits(loneSurrogates: .replace)) } catch { reason = error.reason }
        let theirs = try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
        // The tree stops at a repeated key, so that what follows is known to be JSON only from Foundation.
        let isJSON = tree != nil || (reason == .duplicateKey && theirs != nil && !text.contains(0) && !hasTrailingComma(text))
        if let found {
            guard tree != nil || reason == .duplicateKey else {
                Issue.record("taken, but no JSON (\(reason.map { "\($0)" } ?? "")): \(shown)")
                return true
            }
            #expect(theirs != nil || isNarrow(text), "taken, but refused by Foundation: \(shown)")
            agree(found, ScanReference(text), text, tree, shown)
            return true
        }
        switch failure {
        case .syntax, .encoding: #expect(!isJSON || hasLongNumber(text), "refused, but JSON: \(shown)")
        case .tooDeep: #expect(reason == .tooDeep || tree == nil, "refused, but not deep: \(shown)")
        default: if isJSON { #expect(!ScanReference(text).complaints.isEmpty, "refused (\(failure.map { "\($0)" } ?? "")): \(shown)") }
        }
        return false
    }

    private func agree(_ scan: MessageScan, _ reference: ScanReference, _ text: [UInt8], _ tree: JSON?, _ shown: String) {
        #expect(reference.complaints.isEmpty, "taken in spite of \(reference.complaints): \(shown)")
        #expect(scan.kind == reference.kind, "\(shown)")
        func same(_ range: ByteRange, _ expected: Range<Int>?, _ what: String) {
            #expect(range.isEmpty ? expected == nil : range.lower..<range.upper == expected, "\(what): \(shown)")
        }
        let id = reference.find("id", reference.top)
        same(scan.id, reference.text(id) == "null" ? nil : id, "id")
        let method = reference.find("method", reference.top).map { $0.lowerBound + 1..<$0.upperBound - 1 }
        same(scan.method, method?.isEmpty == true ? nil : method, "method")
        same(scan.params, reference.find("params", reference.top), "params")
        same(scan.result, reference.find("result", reference.top), "result")
        same(scan.error, reference.find("error", reference.top), "error")
        same(scan.name, reference.find("name", reference.params), "name")
        same(scan.uri, reference.find("uri", reference.params), "uri")
        same(scan.arguments, reference.find("arguments", reference.params), "arguments")
        same(scan.meta, reference.find("_meta", reference.params), "_meta")
        same(scan.requestID, reference.find("requestId", reference.params), "requestId")
        same(
            scan.progressToken, reference.find("progressToken", reference.params) ?? reference.find("progressToken", reference.meta),
            "progressToken")
        same(scan.envelopeVersion, reference.find("io.modelcontextprotocol/protocolVersion", reference.meta), "envelope")
        let flags = reference.result.filter { $0.key == "isError" && !$0.escaped }
        if flags.count < 2 { #expect(scan.resultIsError == (reference.text(flags.first?.value) == "true"), "\(shown)") }
        let targets = [scan.name, scan.uri].filter { !$0.isEmpty && text[$0.lower] == UInt8(ascii: "\"") }
        #expect(scan.targetIsEscaped == targets.contains { text[$0.lower..<$0.upper].contains(UInt8(ascii: "\\")) }, "\(shown)")
        guard let tree else { return }
        // What stands in a range is what the tree has there.
        for (range, value) in [
            (scan.params, tree["params"]), (scan.name, tree["params"]?["name"]), (scan.arguments, tree["params"]?["arguments"]),
            (scan.result, tree["result"]), (scan.error, tree["error"]),
        ] where !range.isEmpty {
            let piece = try? JSON.parse(Array(text[range.lower..<range.upper]), limits: JSONLimits(loneSurrogates: .replace))
            #expect(piece == value, "\(shown)")
        }
    }

    /// Foundation refuses half surrogate pairs and numbers that no double can hold.
    private func isNarrow(_ text: [UInt8]) -> Bool {
        let shown = String(decoding: text, as: UTF8.self).lowercased()
        return shown.contains("\\ud") || text.contains { $0 | 0x20 == 0x65 }
    }

    private func hasLongNumber(_ text: [UInt8]) -> Bool { text.count > 1000 }

    /// Foundation takes a comma before the end of an object or array.
    private func hasTrailingComma(_ text: [UInt8]) -> Bool {
        let plain = text.filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return zip(plain, plain.dropFirst()).contains { $0 == UInt8(ascii: ",") && ($1 == UInt8(ascii: "}") || $1 == UInt8(ascii: "]")) }
    }
}

/// Messages of every kind, now and then with something in them that must not pass.
enum RandomMessage {
    static func make(_ random: inout SplitMix) -> [UInt8] {
        var members = [("\"jsonrpc\"", random.chance(97) ? "\"2.0\"" : random.pick(["2.0", "\"1.0\"", "null"]))]
        let kind = random.below(4)
        if kind != 1 || random.chance(5) {
            members.append(
                ("\"id\"", random.pick(["1", "\"1\"", "-7", "\"a\\n\"", "123456789012345678901", "1.5", "null", "[]", "\"é\""])))
        }
        if kind < 2 {
            members.append(
                ("\"method\"", random.pick(["\"tools/call\"", "\"ping\"", "\"notifications/progress\"", "\"\"", "\"a\\/b\"", "7"])))
            if random.chance(80) { members.append(("\"params\"", params(&random))) }
        } else if kind == 2 {
            members.append(
                (
                    "\"result\"",
                    random.chance(80)
                        ? object([("\"isError\"", value(&random)), ("\"content\"", value(&random))], &random) : value(&random)
                ))
        } else {
            members.append(("\"error\"", value(&random)))
        }
        return Array(object(members, &random).utf8)
    }

    private static func params(_ random: inout SplitMix) -> String {
        if random.chance(3) { return value(&random) }
        var members: [(String, String)] = []
        if random.chance(60) { members.append(("\"name\"", value(&random))) }
        if random.chance(30) { members.append(("\"uri\"", value(&random))) }
        if random.chance(60) { members.append(("\"arguments\"", value(&random))) }
        if random.chance(10) { members.append(("\"progressToken\"", value(&random))) }
        if random.chance(10) { members.append(("\"requestId\"", value(&random))) }
        if random.chance(50) {
            var meta: [(String, String)] = []
            if random.chance(50) { meta.append(("\"progressToken\"", value(&random))) }
            if random.chance(30) { meta.append(("\"traceparent\"", value(&random))) }
            if random.chance(20) { meta.append(("\"io.modelcontextprotocol/protocolVersion\"", value(&random))) }
            members.append(("\"_meta\"", object(meta, &random)))
        }
        return object(members, &random)
    }

    private static func object(_ members: [(String, String)], _ random: inout SplitMix) -> String {
        var members = members
        if random.chance(30) {
            members.append((random.pick(["\"x\"", "\"Name\"", "\"\"", "\"é\"", "\"nam\"", "\"ids\""]), value(&random)))
        }
        if random.chance(4), let twice = members.randomElement(using: &random) { members.append(twice) }
        if random.chance(3) { members.append((random.pick(["\"\\u0069d\"", "\"n\\u0061me\"", "\"\\n\""]), value(&random))) }
        members.shuffle(using: &random)
        func space() -> String { random.chance(15) ? random.pick([" ", "\n", "\t", "\r\n"]) : "" }
        return space() + "{" + members.map { space() + $0.0 + space() + ":" + space() + $0.1 + space() }.joined(separator: ",") + "}"
            + space()
    }

    private static func value(_ random: inout SplitMix) -> String {
        switch random.below(6) {
        case 0: return random.pick(["true", "false", "null", "1", "1.5e3"])
        case 1: return "\"\(random.pick(["srv__tool", "file:///a", "é", "a\\/b", "\\ud800", "quote \\\" and more than a vector"]))\""
        default:
            return String(decoding: RandomJSON.spelled(RandomJSON.value(depth: 2, &random), &random), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines.subtracting(CharacterSet(charactersIn: "\u{2028}\u{85}")))
        }
    }
}
