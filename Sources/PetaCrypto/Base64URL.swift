/// base64url without padding (RFC 4648, section 5).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The text of these bytes.
    package static func encode(_ source: [UInt8]) -> String {
        let length = (source.count * 8 + 5) / 6
        return String(unsafeUninitializedCapacity: length) { out in
            var bits: UInt32 = 0
            var held = 0
            var at = 0
            for byte in source {
                bits = (bits << 8) | UInt32(byte)
                held += 8
                while held >= 6 {
                    held -= 6
                    out[at] = alphabet[Int((bits >> UInt32(held)) & 63)]
                    at += 1
                }
            }
            if held > 0 {
                out[at] = alphabet[Int((bits << UInt32(6 - held)) & 63)]
                at += 1
            }
            return at
        }
    }

    /// The bytes of a text; nil where it is none that `encode` writes.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let digits = text.utf8
        guard digits.count % 4 != 1 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var held = 0
        for byte in digits {
            let sextet: UInt32
            switch byte {
            case 0x41...0x5A: sextet = UInt32(byte - 0x41)
            case 0x61...0x7A: sextet = UInt32(byte - 0x61 + 26)
            case 0x30...0x39: sextet = UInt32(byte - 0x30 + 52)
            case 0x2D: sextet = 62
            case 0x5F: sextet = 63
            default: return nil
            }
            bits = bits << 6 | sextet
            held += 6
            if held >= 8 {
                held -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                bits &= (1 << UInt32(held)) - 1
            }
        }
        return bits == 0 ? out : nil
    }
}
