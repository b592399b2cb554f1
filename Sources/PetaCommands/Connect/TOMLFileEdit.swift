import PetaAdminAPI

/// Sets one table of a TOML file, and leaves every other line as it is.
///
/// It knows as much of TOML 1.0 as it takes to tell where tables begin: strings of four kinds, brackets, comments.
struct TOMLFileEdit {
    private struct Section {
        let path: [String]
        /// The header's line, and behind its last line with a value.
        var lines: Range<Int>
        var statements: [String]
    }

    private var sections: [Section] = []
    private let lines: [Substring]

    /// The file with the table `container.name` made of these lines; nil where it is so already.
    static func set(_ statements: [String], _ container: String, _ name: String, in file: [UInt8]) throws(EditProblem) -> [UInt8]? {
        guard let text = String(validating: file, as: UTF8.self) else { throw EditProblem(words: "is not UTF-8") }
        let edit = try TOMLFileEdit(text, container, name)
        let header = "[\(key(container)).\(key(name))]"
        let own = edit.sections.filter { $0.path.starts(with: [container, name]) }
        guard own.count(where: { $0.path.count == 2 }) <= 1 else { throw EditProblem(words: "has the table \(header) twice") }
        let block = ([header] + statements).joined(separator: "\n")
        guard let first = own.first else {
            let gap = text.isEmpty ? "" : text.hasSuffix("\n") ? "\n" : "\n\n"
            return Array((text + gap + block + "\n").utf8)
        }
        if own.count == 1, first.path.count == 2, first.statements == statements { return nil }
        var kept: [String] = []
        for (number, line) in edit.lines.enumerated() {
            if number == first.lines.lowerBound { kept += block.split(separator: "\n").map(String.init) }
            if !own.contains(where: { $0.lines.contains(number) }) { kept.append(String(line)) }
        }
        return Array(kept.joined(separator: "\n").utf8)
    }

    /// The file without the tables `container.name` of these names.
    static func removing(_ names: [String], _ container: String, in file: [UInt8]) throws(EditProblem) -> [UInt8] {
        guard var text = String(validating: file, as: UTF8.self) else { throw EditProblem(words: "is not UTF-8") }
        for name in names {
            let edit = try TOMLFileEdit(text, container, name)
            let own = edit.sections.filter { $0.path.starts(with: [container, name]) }
            text = edit.lines.enumerated().filter { line in !own.contains { $0.lines.contains(line.offset) } }.map { String($0.element) }
                .joined(separator: "\n")
        }
        return Array(text.utf8)
    }

    /// The line, counted from 1, on which the table `container.name` begins; nil where there is none.
    static func line(_ container: String, _ name: String, in file: [UInt8]) -> Int? {
        guard let text = String(validating: file, as: UTF8.self), let edit = try? TOMLFileEdit(text, container, name) else { return nil }
        return edit.sections.first { $0.path.starts(with: [container, name]) }.map { $0.lines.lowerBound + 1 }
    }

    /// A key as it may stand in a file.
    static func key(_ name: String) -> String {
        !name.isEmpty && name.utf8.allSatisfy(isBare) ? name : value(.string(name))
    }

    /// May stand in a key without quotes.
    static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }

    /// A value on one line. What JSON escapes in a string TOML escapes alike.
    static func value(_ node: JSONNode) -> String {
        switch node {
        case .array(let elements): "[" + elements.map(value).joined(separator: ", ") + "]"
        case .object(let members): "{ " + members.map { key($0.name) + " = " + value($0.value) }.joined(separator: ", ") + " }"
        default: String(decoding: JSONWriter.write(node), as: UTF8.self)
        }
    }

    private init(_ text: String, _ container: String, _ name: String) throws(EditProblem) {
        // By code unit: "\r\n" is one Character.
        lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).compactMap { Substring($0) }
        var path: [String] = []
        var state = Scanner()
        for (number, line) in lines.enumerated() {
            let isContinued = state.isInside
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            let end = trimmed.last.map { "\r\n".contains($0) } == true ? trimmed.dropLast() : trimmed
            if !isContinued, end.isEmpty || end.hasPrefix("#") { continue }
            if !isContinued, end.hasPrefix("[") {
                let isList = end.hasPrefix("[[")
                guard let keys = Self.keys(end.dropFirst(isList ? 2 : 1)) else {
                    throw EditProblem(words: "is not TOML (line \(number + 1))")
                }
                if isList, keys.first == container { throw EditProblem(words: "has '\(container)' as a list (line \(number + 1))") }
                path = keys
                sections.append(Section(path: keys, lines: number..<(number + 1), statements: []))
                continue
            }
            if !isContinued {
                guard let keys = Self.keys(end) else { throw EditProblem(words: "is not TOML (line \(number + 1))") }
                let whole = path + keys
                if path.count < 2, whole.first == container, whole.count == 1 || whole[1] == name {
                    throw EditProblem(words: "sets '\(whole.joined(separator: "."))' without a table of its own (line \(number + 1))")
                }
            }
            guard state.take(end) else { throw EditProblem(words: "is not TOML (line \(number + 1))") }
            if let last = sections.indices.last {
                sections[last].lines = sections[last].lines.lowerBound..<(number + 1)
                sections[last].statements.append(String(end))
            }
        }
        guard !state.isInside else { throw EditProblem(words: "is not TOML (it ends inside a value)") }
    }

    /// The keys at the start, up to `]` or `=`.
    private static func keys(_ text: Substring) -> [String]? {
        var keys: [String] = []
        var rest = text.drop { $0 == " " || $0 == "\t" }
        while true {
            if let quote = rest.first, quote == "\"" || quote == "'" {
                let inner = rest.dropFirst()
                guard let end = inner.indices.first(where: { inner[$0] == quote && (quote == "'" || !isEscaped(inner, $0)) }) else {
                    return nil
                }
                let raw = String(inner[..<end])
                keys.append(quote == "'" ? raw : (try? JSONReader.read(Array("\"\(raw)\"".utf8)))?.stringValue ?? raw)
                rest = inner[inner.index(after: end)...]
            } else {
                let bare = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
                guard !bare.isEmpty else { return nil }
                keys.append(String(bare))
                rest = rest[bare.endIndex...]
            }
            rest = rest.drop { $0 == " " || $0 == "\t" }
            guard rest.first == "." else { return rest.first == "]" || rest.first == "=" ? keys : nil }
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
        }
    }

    private static func isEscaped(_ text: Substring, _ index: Substring.Index) -> Bool {
        text[..<index].reversed().prefix { $0 == "\\" }.count % 2 == 1
    }

    /// Whether a value goes on in the next line.
    private struct Scanner {
        private var quote: String?
        private var depth = 0
        var isInside: Bool { quote != nil || depth > 0 }

        /// Takes a line. False when a string on one line is not closed, or a bracket closes nothing.
        mutating func take(_ line: Substring) -> Bool {
            var rest = line
            while !rest.isEmpty {
                if let open = quote {
                    if open == "\"\"\"", rest.hasPrefix("\\") {
                        rest = rest.dropFirst(2)
                    } else if rest.hasPrefix(open) {
                        rest = rest.dropFirst(3)
                        quote = nil
                    } else {
                        rest = rest.dropFirst()
                    }
                    continue
                }
                if rest.hasPrefix("\"\"\"") || rest.hasPrefix("'''") {
                    quote = String(rest.prefix(3))
                    rest = rest.dropFirst(3)
                    continue
                }
                switch rest.removeFirst() {
                case "#": return true
                case "[", "{": depth += 1
                case "]", "}":
                    depth -= 1
                    if depth < 0 { return false }
                case "'":
                    guard let end = rest.firstIndex(of: "'") else { return false }
                    rest = rest[rest.index(after: end)...]
                case "\"":
                    guard let end = rest.indices.first(where: { rest[$0] == "\"" && !TOMLFileEdit.isEscaped(rest, $0) }) else {
                        return false
                    }
                    rest = rest[rest.index(after: end)...]
                default: break
                }
            }
            return true
        }
    }
}
