/// A table for people: aligned columns, two spaces between them, no borders.
struct Table: Sendable {
    /// One column.
    struct Column: Sendable {
        let title: String
        let isNumber: Bool

        static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
        static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Appends a row; it has as many cells as there are columns.
    mutating func append(_ row: [Cell]) {
        rows.append(row)
    }

    /// The lines, without trailing spaces. With a `width` the widest text columns are cut until the lines fit, but none
    /// below eight columns.
    func lines(width: Int?, usesColor: Bool) -> [String] {
        let header = columns.map { Cell($0.title, .heading) }
        let widths = fittingWidths(width)
        return ([header] + rows).map { row in
            var line = ""
            var padding = 0
            for (index, cell) in row.enumerated() {
                let text = DisplayWidth.fit(cell.text, widths[index])
                let gap = widths[index] - DisplayWidth.of(text)
                let lead = columns[index].isNumber ? gap : 0
                if !text.isEmpty {
                    line += String(repeating: " ", count: padding + lead) + cell.style.paint(text, usesColor: usesColor)
                    padding = 0
                }
                padding += gap - (text.isEmpty ? 0 : lead) + 2
            }
            return line
        }
    }

    private func fittingWidths(_ width: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, DisplayWidth.of($1[index].text)) }
        }
        guard let width else { return widths }
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
        while excess > 0 {
            // Identifiers come first and are what one copies: they are cut last.
            let candidates = widths.indices.dropFirst().filter { !columns[$0].isNumber && widths[$0] > 8 }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
