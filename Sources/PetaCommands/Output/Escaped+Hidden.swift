extension Escaped {
    /// One line in which nothing is hidden: beside what `line` makes visible also what takes no room, tags, variation selectors and
    /// private characters. For texts that are judged by what they say; emoji of several pieces come apart in it.
    package static func hidden(_ text: String) -> String {
        let text = line(text)
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isHidden(scalar) {
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0xAD else { return false }
        switch scalar.value {
        case 0x3164, 0x2800, 0xFFA0, 0x115F, 0x1160: return true
        // Blanks of other widths would be taken for a space.
        case 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .format, .privateUse, .unassigned, .control, .lineSeparator, .paragraphSeparator: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
