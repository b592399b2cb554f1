/// The 32 bytes of a SHA-256 or HMAC-SHA-256, held inline: no allocation, cheap to hash and compare.
///
/// `==` is not constant-time. It is meant for looking up digests of secrets, which tell nothing about the secret;
/// to check a MAC that somebody sent use ``constantTimeEquals(_:_:)``.
package struct SHA256Digest: Hashable, Sendable {
    // Big-endian words would read nicer; native order lets the bytes be used where they lie.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// Takes exactly 32 bytes; any other number is a programming error and stops the process.
    package init(bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == 32, "a SHA-256 digest has 32 bytes")
        words = (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// 64 hexadecimal digits of either case; nil for anything else.
    package init?(hex: String) {
        var hex = hex
        let parsed: SHA256Digest? = hex.withUTF8 { text in
            guard text.count == 64 else { return nil }
            return SHA256Digest { out in
                for i in 0..<32 {
                    guard let high = hexValue(text[2 * i]), let low = hexValue(text[2 * i + 1]) else { return false }
                    out[i] = high << 4 | low
                }
                return true
            }
        }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Lets `fill` write the 32 bytes; nil when it returns false.
    init?(fill: (UnsafeMutableRawBufferPointer) -> Bool) {
        words = (0, 0, 0, 0)
        guard withUnsafeMutableBytes(of: &words, fill) else { return nil }
    }

    /// 64 lower-case hexadecimal digits.
    package var hex: String {
        withUnsafeBytes { bytes in
            String(unsafeUninitializedCapacity: 64) { out in
                for i in 0..<32 {
                    out[2 * i] = hexDigit(bytes[i] >> 4)
                    out[2 * i + 1] = hexDigit(bytes[i] & 15)
                }
                return 64
            }
        }
    }

    /// Gives the 32 bytes to `body`; the pointer is valid only inside.
    package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try Swift.withUnsafeBytes(of: words, body)
    }

    /// Byte by byte equality, not constant-time.
    package static func == (a: SHA256Digest, b: SHA256Digest) -> Bool {
        a.words == b.words
    }

    /// Feeds the first 8 bytes: digests are evenly spread already.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}

@inline(__always)
private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 48 + value : 87 + value
}

@inline(__always)
private func hexValue(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 97...102: digit - 87
    case 65...70: digit - 55
    default: nil
    }
}
