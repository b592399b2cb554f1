/// A document broken to a width: nothing of it is left out, and what continues a line is marked.
package struct ReviewLayout: Equatable, Sendable {
    /// One line of the screen.
    package struct Row: Equatable, Sendable {
        var text: String
        var style: Style
        /// How many characters of the document stand up to and with this row. The same whatever the width.
        var end: Int
    }

    package private(set) var rows: [Row] = []
    /// The end of what has to be seen before a yes.
    package private(set) var requiredEnd = 0

    /// For a width of at least one column.
    init(_ document: ReviewDocument, width: Int) {
        var count = 0
        for (number, line) in document.lines.enumerated() {
            append(line, width: max(1, width), count: &count)
            if number < document.required { requiredEnd = count }
        }
    }

    /// The row with which a place of the document begins to be seen.
    func row(at place: Int) -> Int { rows.firstIndex { $0.end > place } ?? max(0, rows.count - 1) }

    /// Where a row begins.
    func start(_ row: Int) -> Int { row > 0 ? rows[row - 1].end : 0 }

    private mutating func append(_ line: ReviewLine, width: Int, count: inout Int) {
        let hang = min(line.hang, width / 4)
        let lead = width >= 8 ? String(repeating: " ", count: max(0, hang - 2)) + "| " : ""
        var text = ""
        var used = 0
        for character in line.text {
            let size = DisplayWidth.of(character)
            if used + size > width, !text.isEmpty {
                rows.append(Row(text: text, style: line.style, end: count))
                text = lead
                used = DisplayWidth.of(lead)
            }
            text.append(character)
            used += size
            count += 1
        }
        count += 1
        rows.append(Row(text: text, style: line.style, end: count))
    }
}
