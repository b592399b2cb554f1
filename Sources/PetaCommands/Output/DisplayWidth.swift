/// How many columns of a terminal a text takes.
package enum DisplayWidth {
    /// Combining marks take none, East Asian wide characters and emoji two, all else one. For text without control characters.
    package static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// The text, or its beginning with an ellipsis so that it fits. For `columns` of at least one.
    package static func fit(_ text: String, _ columns: Int) -> String {
        guard of(text) > columns else { return text }
        var fitted = ""
        var left = columns - 1
        for character in text {
            let width = of(character)
            guard width <= left else { break }
            fitted.append(character)
            left -= width
        }
        return fitted + "…"
    }

    /// Where terminals do not agree the larger number, so that a line never runs over the edge.
    package static func of(_ character: Character) -> Int {
        if character.unicodeScalars.count == 1, let only = character.unicodeScalars.first { return of(only) }
        return character.unicodeScalars.reduce(0) { $0 + of($1) }
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0..<0x300: return 1
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        // It asks for the wide form of what it stands on.
        case 0xFE0F: return 1
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return scalar.properties.isEmojiPresentation ? 2 : 1
        }
    }
}
