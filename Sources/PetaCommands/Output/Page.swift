/// What a command says to a person, piece by piece.
struct Page {
    private enum Piece {
        case line(String, Style)
        case block(String)
        case fields([(name: String, cell: Cell)])
        case table(Table)
    }

    private var pieces: [Piece] = []

    /// A line of one's own words mixed with foreign ones; made safe.
    mutating func line(_ text: String, _ style: Style = .plain) {
        pieces.append(.line(Escaped.line(text), style))
    }

    /// Foreign text of several lines; made safe but for newline and tab.
    mutating func block(_ text: String) {
        pieces.append(.block(Escaped.block(text)))
    }

    /// Names with values, aligned.
    mutating func fields(_ fields: [(name: String, cell: Cell)]) {
        pieces.append(.fields(fields))
    }

    /// A table; an empty one is replaced by a sentence.
    mutating func table(_ table: Table, empty: String) {
        if table.rows.isEmpty {
            pieces.append(.line(empty, .plain))
        } else {
            pieces.append(.table(table))
        }
    }

    /// The text for a console, each line ended by a newline.
    func text(width: Int?, usesColor: Bool) -> String {
        var lines: [String] = []
        for piece in pieces {
            switch piece {
            case .line(let text, let style): lines.append(style.paint(text, usesColor: usesColor))
            case .block(let text): lines.append(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            case .fields(let fields):
                let column = fields.map { DisplayWidth.of($0.name) }.max() ?? 0
                for field in fields {
                    let gap = String(repeating: " ", count: column - DisplayWidth.of(field.name) + 2)
                    lines.append(
                        Style.faint.paint(field.name, usesColor: usesColor) + gap
                            + field.cell.style.paint(field.cell.text, usesColor: usesColor))
                }
            case .table(let table): lines += table.lines(width: width, usesColor: usesColor)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
