/// Values of `Mcp-Name` and `Mcp-Param-*` (MCP 2026-07-28, transports; MCP reference, section 5.3): text that a header field cannot
/// carry as it is stands there as `=?base64?…?=`.
package enum HeaderValue {
    private static let prefix = Array("=?base64?".utf8)
    private static let suffix = Array("?=".utf8)
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Appends the form in which this text (UTF-8) is sent.
    package static func append(_ text: UnsafeRawBufferPointer, into out: inout [UInt8]) {
        let isPlain =
            text.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && text.first != 0x20 && text.last != 0x20 && !text.isEmpty && !isWrapped(text)
        guard !isPlain else { return out.append(contentsOf: text) }
        out += prefix
        var rest = text[...]
        while !rest.isEmpty {
            let group = rest.prefix(3)
            rest = rest.dropFirst(3)
            var bits: UInt32 = 0
            for byte in group { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - group.count))
            for position in 0..<4 {
                out.append(position <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)] : UInt8(ascii: "="))
            }
        }
        out += suffix
    }

    /// True if these are bytes of the wrapped form, whatever stands in it.
    package static func isWrapped(_ value: UnsafeRawBufferPointer) -> Bool {
        value.count >= prefix.count + suffix.count && value.starts(with: prefix) && value.suffix(suffix.count).elementsEqual(suffix)
    }

    /// The text that a value stands for, decoded once; nil where its alphabet or its padding is wrong, or a plain one holds what no field may.
    package static func decode(_ value: UnsafeRawBufferPointer) -> [UInt8]? {
        guard isWrapped(value) else { return value.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x09 } ? Array(value) : nil }
        let digits = value[prefix.count..<value.count - suffix.count]
        guard digits.count % 4 == 0 else { return nil }
        let padding = digits.suffix(2).count { $0 == UInt8(ascii: "=") }
        var out: [UInt8] = []
        out.reserveCapacity(digits.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for (position, byte) in digits.enumerated() {
            var sextet: UInt32 = 0
            switch byte {
            case 0x41...0x5A: sextet = UInt32(byte - 0x41)
            case 0x61...0x7A: sextet = UInt32(byte - 0x61 + 26)
            case 0x30...0x39: sextet = UInt32(byte - 0x30 + 52)
            case UInt8(ascii: "+"): sextet = 62
            case UInt8(ascii: "/"): sextet = 63
            case UInt8(ascii: "="): guard position >= digits.count - padding else { return nil }
            default: return nil
            }
            bits = bits << 6 | sextet
            count += 1
            if count == 4 {
                out += [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8), UInt8(truncatingIfNeeded: bits)]
                bits = 0
                count = 0
            }
        }
        // Bits that padding cuts off must be zero: one text has one form (RFC 4648, section 3.5).
        guard out.suffix(padding).allSatisfy({ $0 == 0 }) else { return nil }
        out.removeLast(padding)
        return out
    }
}
