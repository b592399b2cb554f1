/// Where escapes of JSON strings lie around a place, found by looking at a few bytes before it.
enum JSONEscapes {
    /// Widens a stretch so that no escape, and no pair of surrogates, is cut in two.
    static func covering(_ part: Redaction, in text: UnsafeRawBufferPointer) -> Redaction {
        var part = part
        if let escape = around(part.start, in: text) { part.start = escape.lowerBound }
        if let escape = around(part.end, in: text) { part.end = escape.upperBound }
        if surrogate(at: part.start, in: text) == .low, surrogate(at: part.start - 6, in: text) == .high { part.start -= 6 }
        if surrogate(at: part.end, in: text) == .low, surrogate(at: part.end - 6, in: text) == .high { part.end += 6 }
        return part
    }

    /// The escape that has `place` in its inside.
    private static func around(_ place: Int, in text: UnsafeRawBufferPointer) -> Range<Int>? {
        for start in stride(from: place - 1, through: max(0, place - 5), by: -1) where opens(start, in: text) {
            let end = start + length(start, in: text)
            return end > place ? start..<end : nil
        }
        return nil
    }

    /// Whether an escape begins at `at`: a backslash after an even number of others.
    private static func opens(_ at: Int, in text: UnsafeRawBufferPointer) -> Bool {
        guard at >= 0, at < text.count, text[at] == 92 else { return false }
        var before = at
        while before > 0, text[before - 1] == 92 { before -= 1 }
        return (at - before) % 2 == 0
    }

    private static func length(_ at: Int, in text: UnsafeRawBufferPointer) -> Int {
        if unit(at, in: text) != nil { return 6 }
        return min(2, text.count - at)
    }

    private enum Surrogate { case high, low }

    private static func surrogate(at: Int, in text: UnsafeRawBufferPointer) -> Surrogate? {
        guard opens(at, in: text), let unit = unit(at, in: text) else { return nil }
        switch unit {
        case 0xD800...0xDBFF: return .high
        case 0xDC00...0xDFFF: return .low
        default: return nil
        }
    }

    /// The value of a `\uXXXX` at `at`.
    private static func unit(_ at: Int, in text: UnsafeRawBufferPointer) -> UInt16? {
        guard at >= 0, at + 6 <= text.count, text[at] == 92, text[at + 1] == 117 else { return nil }
        var unit: UInt16 = 0
        for digit in text[(at + 2)..<(at + 6)] {
            switch digit {
            case 48...57: unit = unit << 4 | UInt16(digit - 48)
            case 65...70: unit = unit << 4 | UInt16(digit - 55)
            case 97...102: unit = unit << 4 | UInt16(digit - 87)
            default: return nil
            }
        }
        return unit
    }
}
