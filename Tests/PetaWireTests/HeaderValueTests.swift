import Foundation
import PetaWire
import TestRandom
import Testing

@Suite("Values of Mcp-Name and Mcp-Param-*")
struct HeaderValueTests {
    private func encode(_ text: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        text.withUnsafeBytes { HeaderValue.append($0, into: &out) }
        return out
    }

    private func decode(_ value: some Sequence<UInt8>) -> [UInt8]? { Array(value).withUnsafeBytes { HeaderValue.decode($0) } }

    @Test(
        "are sent as they are where a field can carry them, and wrapped otherwise",
        arguments: [
            ("eu-1", "eu-1"), ("a b", "a b"), ("=?", "=?"), ("=?base64?", "=?base64?"), ("x=?base64?S8O2bG4=?=", "x=?base64?S8O2bG4=?="),
            ("Köln", "=?base64?S8O2bG4=?="), ("", "=?base64??="), (" a", "=?base64?IGE=?="), ("a ", "=?base64?YSA=?="),
            ("a\tb", "=?base64?YQli?="), ("a\r\nX: y", "=?base64?YQ0KWDogeQ==?="), ("=?base64??=", "=?base64?PT9iYXNlNjQ/Pz0=?="),
            ("\u{7F}", "=?base64?fw==?="), ("\u{0}", "=?base64?AA==?="),
        ])
    func table(text: String, value: String) {
        #expect(String(decoding: encode(Array(text.utf8)), as: UTF8.self) == value)
        #expect(decode(value.utf8) == Array(text.utf8))
    }

    @Test(
        "are refused where they are no text's form",
        arguments: [
            "=?base64?A?=", "=?base64?AA?=", "=?base64?AAA?=", "=?base64?AA=A?=", "=?base64?=AAA?=", "=?base64?A===?=", "=?base64?====?=",
            "=?base64?AB==?=", "=?base64?AAB=?=", "=?base64?A_-A?=", "=?base64?AA A?=", "=?base64?AAAA=?=", "=?base64?QQ==QQ==?=", "Köln",
            "a\u{0}",
        ])
    func bad(value: String) {
        #expect(decode(value.utf8) == nil)
    }

    @Test(
        "stay literal where the mark is not whole or spelled otherwise", arguments: ["=?BASE64?AAAA?=", "=?base64?AAAA", "base64?AAAA?="])
    func literal(value: String) {
        #expect(decode(value.utf8) == Array(value.utf8))
    }

    @Test("come back whatever bytes they hold, in a form that a field carries", arguments: 0..<UInt64(20))
    func roundTrip(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<300 {
            let bytes = (0..<random.below(40)).map { _ in random.chance(70) ? UInt8(0x20 + random.below(95)) : UInt8(random.below(256)) }
            let value = encode(bytes)
            #expect(value.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && value.first != 0x20 && value.last != 0x20)
            #expect(decode(value) == bytes)
            let wrapped = Array("=?base64?\(Data(bytes).base64EncodedString())?=".utf8)
            #expect(decode(wrapped) == bytes)
        }
    }

    @Test("name a method and what it is about")
    func fields() {
        func lines(_ method: String, _ name: String?) -> String {
            var out: [UInt8] = []
            Array(method.utf8).withUnsafeBytes { method in
                guard let name else { return ModernFields.append(method: method, name: nil, into: &out) }
                Array(name.utf8).withUnsafeBytes { ModernFields.append(method: method, name: $0, into: &out) }
            }
            return String(decoding: out, as: UTF8.self)
        }
        #expect(lines("tools/list", nil) == "Mcp-Method: tools/list\r\n")
        #expect(lines("tools/call", "a b") == "Mcp-Method: tools/call\r\nMcp-Name: a b\r\n")
        #expect(lines("x\r\ny", "ö") == "Mcp-Method: =?base64?eA0KeQ==?=\r\nMcp-Name: =?base64?w7Y=?=\r\n")
    }
}
