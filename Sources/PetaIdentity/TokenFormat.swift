package import PetaCrypto

/// The spelling of access tokens: `peta_`, 43 characters of base64url (256 random bits), `_`, 6 characters of checksum.
///
/// The checksum (CRC-32 of what stands before it, in base 62) tells a typo apart from a revoked token; it guards nothing.
/// The fixed prefix lets secret scanners find tokens.
package enum TokenFormat {
    /// Bytes of a whole token.
    package static let length = 55

    /// What a client sent as its credentials.
    package enum Parsed: Sendable, Equatable {
        /// Well formed; whether it is known, the snapshot says.
        case token(SHA256Digest)
        /// Meant as a token of ours, but mistyped or cut: length, alphabet or checksum is wrong.
        case malformed
        /// A bearer token of another kind.
        case foreign
        /// No bearer credentials at all.
        case absent
    }

    /// Reads the value of an `Authorization` header (RFC 6750: the scheme in any case, one or more spaces, the token).
    package static func parse(_ header: UnsafeRawBufferPointer) -> Parsed {
        let scheme: StaticString = "bearer"
        guard header.count > scheme.utf8CodeUnitCount else { return .absent }
        for index in 0..<scheme.utf8CodeUnitCount where header[index] | 0x20 != scheme.utf8Start[index] { return .absent }
        var start = scheme.utf8CodeUnitCount
        guard header[start] == UInt8(ascii: " ") else { return .absent }
        while start < header.count, header[start] == UInt8(ascii: " ") { start += 1 }
        var end = header.count
        while end > start, header[end - 1] == UInt8(ascii: " ") || header[end - 1] == UInt8(ascii: "\t") { end -= 1 }
        guard end > start else { return .absent }
        return parse(token: UnsafeRawBufferPointer(rebasing: header[start..<end]))
    }

    /// Reads a token that stands alone.
    package static func parse(token: UnsafeRawBufferPointer) -> Parsed {
        guard token.count >= prefix.utf8CodeUnitCount else { return .foreign }
        for index in 0..<prefix.utf8CodeUnitCount where token[index] != prefix.utf8Start[index] { return .foreign }
        guard token.count == length, token[separator] == UInt8(ascii: "_") else { return .malformed }
        for index in prefix.utf8CodeUnitCount..<separator where !isBase64URL(token[index]) { return .malformed }
        var rest = CRC32.checksum(UnsafeRawBufferPointer(rebasing: token[0..<separator]))
        for index in stride(from: length - 1, to: separator, by: -1) {
            guard token[index] == alphabet.utf8Start[Int(rest % 62)] else { return .malformed }
            rest /= 62
        }
        return .token(SHA256.hash(token))
    }

    /// A new random token.
    package static func make() -> SecretBytes {
        spell(random: SecretBytes.random(count: 32))
    }

    /// The token of these 32 bytes.
    static func spell(random: SecretBytes) -> SecretBytes {
        SecretBytes(count: length) { out in
            for index in 0..<prefix.utf8CodeUnitCount { out[index] = prefix.utf8Start[index] }
            random.withUnsafeBytes { encode($0, into: UnsafeMutableRawBufferPointer(rebasing: out[prefix.utf8CodeUnitCount..<separator])) }
            out[separator] = UInt8(ascii: "_")
            var rest = CRC32.checksum(UnsafeRawBufferPointer(rebasing: out[0..<separator]))
            for index in stride(from: length - 1, to: separator, by: -1) {
                out[index] = alphabet.utf8Start[Int(rest % 62)]
                rest /= 62
            }
        }
    }

    private static let prefix: StaticString = "peta_"
    private static let alphabet: StaticString = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    private static let base64: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    /// Where the `_` before the checksum stands.
    private static let separator = 48

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Base64url without padding (RFC 4648 section 5), written here so that no copy of the bits is left in a String or array.
    private static func encode(_ bytes: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) {
        var bits: UInt32 = 0
        var held = 0
        var at = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 6 {
                held -= 6
                out[at] = base64.utf8Start[Int(bits >> UInt32(held) & 63)]
                at += 1
            }
        }
        if held > 0 { out[at] = base64.utf8Start[Int(bits << UInt32(6 - held) & 63)] }
    }
}
