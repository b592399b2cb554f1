/// What was typed, split into words as sh(1) does: quotes, backslashes, comments. Nothing is expanded, and a newline ends a command.
package struct ShellLine {
    /// One word without its quotes.
    package struct Word: Equatable {
        package var text: String
        /// Where it begins in the line, in bytes.
        package var start: Int
        /// A piece of it stands in quotes or behind a backslash.
        package var isQuoted: Bool
        /// What sh(1) would take for an operator, and this does not know.
        package var operation: String?
    }

    /// What the line ends in the middle of.
    package enum Open: Equatable {
        case single, double, backslash

        package var sign: String {
            switch self {
            case .single: "'"
            case .double: "\""
            case .backslash: "\\"
            }
        }
    }

    /// The commands that a newline ended, none of them empty.
    private var ended: [[Word]] = []
    /// The words of the last one; empty where it has none yet.
    package private(set) var last: [Word] = []
    /// Nil where the line is complete.
    package private(set) var open: Open?
    /// The last word goes up to the end of the line, so that it may be a part of one.
    package private(set) var endsInWord = false
    package private(set) var endsInComment = false

    /// Every command with its words.
    package var commands: [[Word]] { last.isEmpty ? ended : ended + [last] }

    /// The first operator that it holds.
    package var operation: String? { commands.lazy.joined().compactMap(\.operation).first }

    package init(_ text: String) {
        var reader = Reader(Array(text.utf8))
        while reader.index < reader.bytes.count { step(&reader) }
        endsInWord = reader.word != nil
        finish(&reader)
        open = reader.open
        endsInComment = reader.isComment
    }

    private struct Reader {
        let bytes: [UInt8]
        var index = 0
        var word: (bytes: [UInt8], start: Int, isQuoted: Bool, operation: String?)?
        var open: Open?
        var isComment = false

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func append(_ byte: UInt8? = nil, isQuoted: Bool = true) {
            if word == nil { word = ([], index, false, nil) }
            if let byte { word?.bytes.append(byte) }
            if isQuoted { word?.isQuoted = true }
        }
    }

    private mutating func step(_ reader: inout Reader) {
        let byte = reader.bytes[reader.index]
        defer { reader.index += 1 }
        if reader.isComment {
            if byte == 0x0A { endCommand(&reader) }
            return
        }
        switch reader.open {
        case .single:
            if byte == UInt8(ascii: "'") { reader.open = nil } else { reader.append(byte) }
        case .double:
            switch byte {
            case UInt8(ascii: "\""): reader.open = nil
            case UInt8(ascii: "\\"):
                let next = reader.index + 1 < reader.bytes.count ? reader.bytes[reader.index + 1] : nil
                switch next {
                case 0x0A?: reader.index += 1
                case UInt8(ascii: "\"")?, UInt8(ascii: "\\")?, UInt8(ascii: "$")?, UInt8(ascii: "`")?:
                    reader.append(next)
                    reader.index += 1
                default: reader.append(byte)
                }
            default: reader.append(byte)
            }
        case .backslash:
            reader.open = nil
            // A newline that is escaped joins two lines.
            if byte != 0x0A { reader.append(byte) }
        case nil: plain(byte, &reader)
        }
    }

    private mutating func plain(_ byte: UInt8, _ reader: inout Reader) {
        switch byte {
        case 0x0A: endCommand(&reader)
        case 0x20, 0x09, 0x0D: finish(&reader)
        case UInt8(ascii: "'"):
            reader.append()
            reader.open = .single
        case UInt8(ascii: "\""):
            reader.append()
            reader.open = .double
        case UInt8(ascii: "\\"):
            let joins = reader.index + 1 < reader.bytes.count && reader.bytes[reader.index + 1] == 0x0A
            if !joins { reader.append() }
            reader.open = .backslash
        case UInt8(ascii: "#") where reader.word == nil: reader.isComment = true
        case _ where Self.isOperator(byte, after: reader.word?.bytes):
            reader.append(byte, isQuoted: false)
            if reader.word?.operation == nil { reader.word?.operation = String(UnicodeScalar(byte)) }
        default: reader.append(byte, isQuoted: false)
        }
    }

    /// `&` is one only where it stands alone: addresses hold it.
    private static func isOperator(_ byte: UInt8, after word: [UInt8]?) -> Bool {
        switch byte {
        case UInt8(ascii: ";"), UInt8(ascii: "|"): true
        case UInt8(ascii: "<"): word == nil
        case UInt8(ascii: ">"): word == nil || word == [UInt8(ascii: "2")]
        default: false
        }
    }

    private mutating func finish(_ reader: inout Reader) {
        guard let word = reader.word else { return }
        reader.word = nil
        let text = String(decoding: word.bytes, as: UTF8.self)
        let operation = !word.isQuoted && (text == "&" || text == "&&") ? text : word.operation
        last.append(Word(text: text, start: word.start, isQuoted: word.isQuoted, operation: operation))
    }

    private mutating func endCommand(_ reader: inout Reader) {
        finish(&reader)
        reader.isComment = false
        if !last.isEmpty { ended.append(last) }
        last = []
    }
}
