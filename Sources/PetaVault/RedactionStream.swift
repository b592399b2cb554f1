/// Redacts a text that arrives in pieces, also where a value straddles them.
///
/// Holds back as much as the longest form needs, see ``Redactor/longestForm``. It never sees the whole text, so it treats
/// it as ``Redactor/redact(_:)`` treats text that is not JSON: strings and escapes stay whole, but a number that is a
/// value is replaced without quotes. What comes in whole messages is better given to the redactor whole.
package struct RedactionStream: Sendable {
    /// More than a pair of surrogates on either side, which is what a match may grow by.
    private static let margin = 12

    private let redactor: Redactor
    private var buffer: [UInt8] = []
    /// Up to here the buffer was given out; it is kept because a match may begin in it.
    private var done = 0

    /// A stream with nothing in it.
    package init(_ redactor: Redactor) {
        self.redactor = redactor
    }

    /// Takes a piece and gives out what is settled by now, possibly nothing.
    package mutating func push(_ piece: UnsafeRawBufferPointer) -> [UInt8] {
        guard !redactor.isEmpty else { return Array(piece) }
        buffer += piece
        // Every match that begins before here, its escapes included, lies in the buffer whole.
        let known = buffer.count - redactor.longestForm - Self.margin
        let out = giveOut(to: known - Self.margin)
        forget()
        return out
    }

    /// Gives out the rest. The stream is empty afterwards and may be used again.
    package mutating func finish() -> [UInt8] {
        let out = giveOut(to: buffer.count)
        buffer = []
        done = 0
        return out
    }

    private mutating func giveOut(to limit: Int) -> [UInt8] {
        guard limit > done else { return [] }
        var out: [UInt8] = []
        for edit in buffer.withUnsafeBytes({ redactor.plainEdits($0) }) where edit.end > done && edit.start < limit {
            // One that began earlier has its label already and only turned out to be longer.
            if edit.start >= done {
                out += buffer[done..<edit.start]
                out += redactor.label(edit)
            }
            done = edit.end
        }
        if done < limit {
            out += buffer[done..<limit]
            done = limit
        }
        return out
    }

    /// Drops what no match and no escape can reach back to. Of a run of backslashes an even number goes, so that it
    /// stays clear which of them escapes the next.
    private mutating func forget() {
        var cut = done - redactor.longestForm - 2 * Self.margin
        guard cut > 0 else { return }
        var run = cut
        while run > 0, buffer[run - 1] == 0x5C { run -= 1 }
        if (cut - run) % 2 == 1 { cut -= 1 }
        buffer.removeFirst(cut)
        done -= cut
    }
}
