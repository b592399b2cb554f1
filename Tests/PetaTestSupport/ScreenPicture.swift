/// What a terminal shows: as much of one as `peta` and GNU readline ask for.
struct ScreenPicture {
    private var cells: [[Character]]
    private var columns: Int
    private var row = 0
    private var column = 0
    private var pending: [UInt8] = []

    /// Stands in the second column of a character that takes two.
    private static let half: Character = "\u{0}"

    init(rows: Int, columns: Int) {
        cells = Array(repeating: Array(repeating: " ", count: columns), count: rows)
        self.columns = columns
    }

    /// The rows without the spaces at their ends.
    var text: [String] {
        cells.map { row in String(row.filter { $0 != Self.half }.reversed().drop { $0 == " " }.reversed()) }
    }

    mutating func resize(rows: Int, columns: Int) { self = ScreenPicture(rows: rows, columns: columns) }

    mutating func write(_ bytes: some Sequence<UInt8>) {
        pending += bytes
        while let first = pending.first {
            if first == 0x1B {
                guard pending.count > 1 else { return }
                guard pending[1] == UInt8(ascii: "[") else {
                    pending.removeFirst(2)
                    continue
                }
                guard let end = pending.indices.dropFirst(2).first(where: { (0x40...0x7E).contains(pending[$0]) }) else { return }
                control(String(decoding: pending[2..<end], as: UTF8.self), pending[end])
                pending.removeFirst(end + 1)
                continue
            }
            let count = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
            guard pending.count >= count else { return }
            put(Character(String(decoding: pending[..<count], as: UTF8.self)))
            pending.removeFirst(count)
        }
    }

    private mutating func put(_ character: Character) {
        switch character {
        case "\r": column = 0
        case "\n", "\r\n":
            if row < cells.count - 1 {
                row += 1
            } else {
                cells.removeFirst()
                cells.append(Array(repeating: " ", count: columns))
            }
        case "\u{8}": column = max(0, column - 1)
        case _ where character.unicodeScalars.first.map { $0.value < 0x20 } ?? true: break
        default:
            let isWide = character.unicodeScalars.first.map { Self.isWide($0.value) } ?? false
            if column + (isWide ? 1 : 0) >= columns {
                column = 0
                put("\n")
            }
            cells[row][column] = character
            column += 1
            guard isWide else { return }
            cells[row][column] = Self.half
            column += 1
        }
    }

    private static func isWide(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF00...0xFF60, 0x1F300...0x1F64F, 0x1F900...0x1F9FF: true
        default: false
        }
    }

    private mutating func control(_ parameters: String, _ final: UInt8) {
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) }
        let first = numbers.first.flatMap { $0 }
        switch final {
        case UInt8(ascii: "H"):
            row = min(cells.count, max(1, first ?? 1)) - 1
            column = min(columns, max(1, (numbers.count > 1 ? numbers[1] : nil) ?? 1)) - 1
        case UInt8(ascii: "J"):
            let start = first == 2 ? 0 : row
            for index in start..<cells.count { cells[index] = Array(repeating: " ", count: columns) }
        case UInt8(ascii: "K"):
            for index in min(column, columns)..<columns { cells[row][index] = " " }
        case UInt8(ascii: "A"): row = max(0, row - (first ?? 1))
        case UInt8(ascii: "B"): row = min(cells.count - 1, row + (first ?? 1))
        case UInt8(ascii: "C"): column = min(columns - 1, column + (first ?? 1))
        case UInt8(ascii: "D"): column = max(0, column - (first ?? 1))
        case UInt8(ascii: "P"), UInt8(ascii: "@"):
            let count = min(first ?? 1, columns - min(column, columns))
            let blanks = Array(repeating: Character(" "), count: count)
            if final == UInt8(ascii: "P") {
                cells[row].removeSubrange(column..<(column + count))
                cells[row] += blanks
            } else {
                cells[row].insert(contentsOf: blanks, at: column)
                cells[row].removeLast(count)
            }
        case UInt8(ascii: "h"), UInt8(ascii: "l"):
            if parameters == "?1049" {
                cells = Array(repeating: Array(repeating: " ", count: columns), count: cells.count)
                (row, column) = (0, 0)
            }
        default: break
        }
    }
}
