/// Makes text that came from a model, a server or a user safe for a terminal.
///
/// What does not show itself is written as an escape: control characters, bidirectional marks, everything of no width (joiners,
/// fillers, selectors, tags), what has no agreed shape, and marks that stand on nothing or in a pile.
package enum Escaped {
    /// One line: also newline and tab become visible (`\n`, `\u{1b}`).
    package static func line(_ text: String) -> String {
        escape(text, keepsLayout: false)
    }

    /// Several lines: newline and tab stay as they are.
    package static func block(_ text: String) -> String {
        escape(text, keepsLayout: true)
    }

    /// JSON for a terminal: what is harmful and may stand raw in JSON is written as JSON escapes, which mean the same.
    package static func json(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.unicodeScalars.contains(where: mayHarm) else { return bytes }
        var escaped = ""
        walk(text) { scalar, isHarmful in
            if isHarmful, !isLayout(scalar) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    escaped += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                }
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return Array(escaped.utf8)
    }

    private static func escape(_ text: String, keepsLayout: Bool) -> String {
        guard text.unicodeScalars.contains(where: mayHarm) else { return text }
        var escaped = ""
        walk(text) { scalar, isHarmful in
            if !isHarmful || (keepsLayout && (scalar == "\n" || scalar == "\t")) {
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

    /// So many marks stand on one character at most.
    private static let mostMarks = 3

    private static func walk(_ text: String, _ each: (Unicode.Scalar, Bool) -> Void) {
        // A mark at the beginning has nothing of the text to stand on, so it would stand on what is beside it.
        var marks = mostMarks
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            var isHarmful = isInvisible(scalar)
            if scalar.value >= 0x300, isMark(scalar) {
                marks += 1
                if marks > mostMarks { isHarmful = true }
                // The selector that gives an emoji its colours.
                if scalar.value == 0xFE0F, let last, last.value > 0xFF, last.properties.isEmoji { isHarmful = false }
            } else {
                marks = isHarmful || scalar.properties.isWhitespace || scalar == "\"" ? mostMarks : 0
            }
            last = scalar
            each(scalar, isHarmful)
        }
    }

    private static func mayHarm(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x300 ? isInvisible(scalar) : isInvisible(scalar) || isMark(scalar)
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD: return true
        case 0x20..<0x300: return false
        // Fillers of Hangul are letters, and blank.
        case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .format, .control, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
