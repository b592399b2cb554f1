/// Makes text that came from a server or a user safe for a terminal.
package enum Escaped {
    /// One line: every control character, also newline and tab, every bidirectional override and line separator becomes
    /// visible (`\n`, `\u{1b}`).
    package static func line(_ text: String) -> String {
        escape(text, keepsLayout: false)
    }

    /// Several lines: newline and tab stay as they are.
    package static func block(_ text: String) -> String {
        escape(text, keepsLayout: true)
    }

    /// JSON for a terminal: the control characters that JSON lets stand raw (C1, DEL) and bidirectional overrides are
    /// written as JSON escapes, which mean the same.
    package static func json(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.unicodeScalars.contains(where: isHarmful) else { return bytes }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if isHarmful(scalar), !isLayout(scalar) {
                let digits = String(scalar.value, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return Array(escaped.utf8)
    }

    private static func escape(_ text: String, keepsLayout: Bool) -> String {
        guard text.unicodeScalars.contains(where: isHarmful) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if !isHarmful(scalar) || (keepsLayout && (scalar == "\n" || scalar == "\t")) {
                escaped.unicodeScalars.append(scalar)
            } else {
                switch scalar {
                case "\n": escaped += "\\n"
                case "\r": escaped += "\\r"
                case "\t": escaped += "\\t"
                default: escaped += "\\u{" + String(scalar.value, radix: 16) + "}"
                }
            }
        }
        return escaped
    }

    private static func isLayout(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\t" || scalar == "\r"
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        case 0xFEFF, 0xFFF9...0xFFFB: true
        default: false
        }
    }
}
