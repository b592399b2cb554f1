/// Why a character cannot be seen for what it is.
enum HiddenScalar {
    case control, bidi, invisible, tag, variationSelector, privateUse

    /// Nil for a character that shows itself, and for tab and line ends.
    init?(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E: return nil
        case 0..<0x20, 0x7F..<0xA0: self = .control
        case 0xA0...0xAC, 0xAE...0x02FF: return nil
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: self = .bidi
        case 0xE0000...0xE007F: self = .tag
        case 0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x180B...0x180D, 0x180F: self = .variationSelector
        case 0xE000...0xF8FF, 0xF0000...0x10FFFF: self = .privateUse
        // Fillers, joiners, blanks and marks for machines; not what a font leaves white as spaces do.
        case 0xAD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B...0x200D, 0x2028, 0x2029, 0x2060...0x2065, 0x206A...0x206F,
            0x2800,
            0x3164, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0080...0xE00FF, 0xE01F0...0xE0FFF:
            self = .invisible
        default: return nil
        }
    }

    var kind: ToolFinding.Kind {
        switch self {
        case .control: .control
        case .bidi: .bidi
        case .invisible: .invisible
        case .tag: .tag
        case .variationSelector: .variationSelector
        case .privateUse: .privateUse
        }
    }

    /// True where the character has its proper work: in an emoji, or in a script that joins its letters.
    static func isProper(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        let before = index > 0 ? scalars[index - 1] : nil
        switch scalars[index].value {
        case 0xFE0E, 0xFE0F:
            guard let before else { return false }
            return before.properties.isEmoji || isSymbol(before)
        case 0xE0100...0xE01EF: return before.map { $0.properties.isIdeographic } ?? false
        case 0x200C, 0x200D:
            guard let before, index + 1 < scalars.count else { return false }
            let after = scalars[index + 1]
            // A flag may end in its selector, a face in its colour.
            let isEmoji = before.value == 0xFE0F || before.properties.isEmoji && before.value > 0x7F
            return scalars[index].value == 0x200D && isEmoji && after.properties.isEmoji && after.value > 0x7F
                || joins(before) && joins(after)
        case 0xE0020...0xE007F: return isFlag(scalars, index)
        default: return false
        }
    }

    private static func isSymbol(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .otherSymbol, .mathSymbol: true
        default: false
        }
    }

    /// Arabic and its neighbours, the scripts of India and south-east Asia, Mongolian.
    private static func joins(_ scalar: Unicode.Scalar) -> Bool {
        (0x0600...0x109F).contains(scalar.value) || (0x1780...0x18AF).contains(scalar.value) || (0xFB50...0xFEFC).contains(scalar.value)
    }

    /// The flags of England, Scotland and Wales: a black flag, at most six tags, and the end.
    private static func isFlag(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        var start = index
        while start > 0, index - start < 7, (0xE0020...0xE007F).contains(scalars[start].value) { start -= 1 }
        guard scalars[start].value == 0x1F3F4 else { return false }
        var end = start + 1
        while end < scalars.count, end - start < 8, (0xE0020...0xE007E).contains(scalars[end].value) { end += 1 }
        return end < scalars.count && scalars[end].value == 0xE007F
    }
}
