/// Fits stretches to the tokens of a JSON text, in one pass over it. Runs only when something was found.
enum JSONRedaction {
    /// What to replace so that the text stays JSON; nil when it is not JSON to begin with.
    ///
    /// - Parameter stretches: in order, not overlapping.
    static func edits(_ stretches: [Redaction], in text: UnsafeRawBufferPointer) -> [Redaction]? {
        var edits: [Redaction] = []
        var pending = stretches[...]
        var at = 0
        while at < text.count {
            switch text[at] {
            case 0x20, 0x09, 0x0A, 0x0D, 0x7B, 0x7D, 0x5B, 0x5D, 0x3A, 0x2C:  // white space { } [ ] : ,
                at += 1
            case 0x22:
                guard let end = endOfString(text, at) else { return nil }
                fit(&pending, start: at, end: end, isString: true, text, &edits)
                at = end
            default:
                guard let end = endOfWord(text, at) else { return nil }
                fit(&pending, start: at, end: end, isString: false, text, &edits)
                at = end
            }
        }
        return edits
    }

    /// Deals with the stretches that touch the token; one that goes on behind it stays for the next token.
    private static func fit(
        _ pending: inout ArraySlice<Redaction>, start: Int, end: Int, isString: Bool, _ text: UnsafeRawBufferPointer,
        _ edits: inout [Redaction]
    ) {
        while let part = pending.first {
            if part.end <= start {
                pending.removeFirst()  // between the tokens: nothing but structure
                continue
            }
            guard part.start < end else { return }
            if isString, part.start > start, part.end < end {
                edits.append(JSONEscapes.covering(part, in: text))
            } else {
                edits.append(Redaction(start: start, end: end, owner: part.owner, wholeToken: true))
            }
            guard part.end <= end else { return }
            pending.removeFirst()
        }
    }

    private static func endOfString(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var at = start + 1
        while at < text.count {
            switch text[at] {
            case 0x22: return at + 1
            case 0x5C: at += 2
            case 0..<0x20: return nil
            default: at += 1
            }
        }
        return nil
    }

    private static func endOfWord(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int? {
        var end = start
        while end < text.count, isAlphanumeric(text[end]) || [0x2B, 0x2D, 0x2E].contains(text[end]) { end += 1 }
        let word = text[start..<end]
        let isWord = ["true", "false", "null"].contains { word.elementsEqual($0.utf8) }
        guard let first = word.first, isWord || first == 0x2D || (48...57).contains(first) else { return nil }
        return end
    }
}
