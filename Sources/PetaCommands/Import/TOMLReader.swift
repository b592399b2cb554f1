import PetaAdminAPI

/// Reads TOML 1.0 into a tree, as far as a client's file of servers needs it: tables, dotted keys, strings of all four kinds, numbers,
/// truth values, arrays and inline tables. Dates are texts.
struct TOMLReader {
    private let bytes: [UInt8]
    private let path: String
    private var at = 0

    /// The tree of a document. Throws an error that names line and column.
    static func read(_ bytes: [UInt8], path: String) throws(AdminError) -> JSONNode {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw AdminError(.invalidArgument, "\(path): this is not UTF-8") }
        var reader = TOMLReader(bytes: bytes, path: path)
        return try reader.document()
    }

    private init(bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    private func error(_ reason: String) -> AdminError {
        let place = LooseJSON.position(at, in: bytes)
        return AdminError(
            .invalidArgument, "\(path):\(place.line):\(place.column): this is not TOML: \(reason)",
            hint: "Mend it there; nothing was imported.")
    }

    private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

    private func isNext(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        return at + count <= bytes.count && (0..<count).allSatisfy { bytes[at + $0] == text.utf8Start[$0] }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard byte == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    /// `lines`: also ends of lines and comments.
    private mutating func skipSpace(lines: Bool) {
        while let next = byte {
            if next == 0x20 || next == 0x09 || (lines && (next == 0x0A || next == 0x0D)) {
                at += 1
            } else if lines, next == UInt8(ascii: "#") {
                while let inside = byte, inside != 0x0A { _ = inside; at += 1 }
            } else {
                return
            }
        }
    }

    private mutating func document() throws(AdminError) -> JSONNode {
        var root = JSONNode.object([])
        var table: [String] = []
        while true {
            skipSpace(lines: true)
            guard byte != nil else { return root }
            if take("[") {
                let isList = take("[")
                table = try keys()
                guard take("]"), !isList || take("]") else { throw error("']' was expected") }
                // Of a list of tables the last one is seen; no client lists servers so.
                guard Self.set(.object([]), at: table[...], in: &root, replacing: isList) || Self.isTable(table[...], root) else {
                    throw error("'\(table.joined(separator: "."))' is no table")
                }
            } else {
                let key = try keys()
                guard take("=") else { throw error("'=' was expected") }
                skipSpace(lines: false)
                let value = try value(depth: 0)
                guard Self.set(value, at: (table + key)[...], in: &root, replacing: false) else {
                    throw error("'\(key.joined(separator: "."))' stands there twice")
                }
            }
            skipSpace(lines: false)
            if byte == UInt8(ascii: "#") {
                skipSpace(lines: true)
            } else if let next = byte, next != 0x0A, next != 0x0D {
                throw error("the end of the line was expected")
            }
        }
    }

    /// False where something stands there already.
    private static func set(_ value: JSONNode, at path: ArraySlice<String>, in node: inout JSONNode, replacing: Bool) -> Bool {
        guard case .object(var members) = node, let first = path.first else { return false }
        let rest = path.dropFirst()
        if let index = members.firstIndex(where: { $0.name == first }) {
            if rest.isEmpty {
                guard replacing else { return false }
                members[index].value = value
            } else if !set(value, at: rest, in: &members[index].value, replacing: replacing) {
                return false
            }
        } else {
            var inner = JSONNode.object([])
            if rest.isEmpty { inner = value } else if !set(value, at: rest, in: &inner, replacing: replacing) { return false }
            members.append(JSONMember(first, inner))
        }
        node = .object(members)
        return true
    }

    private static func isTable(_ path: ArraySlice<String>, _ root: JSONNode) -> Bool {
        var node: JSONNode? = root
        for key in path { node = node?[key] }
        guard case .object? = node else { return false }
        return true
    }

    private mutating func keys() throws(AdminError) -> [String] {
        var keys: [String] = []
        while true {
            skipSpace(lines: false)
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                keys.append(try string())
            } else {
                let start = at
                while let next = byte, TOMLFileEdit.isBare(next) { _ = next; at += 1 }
                guard at > start else { throw error("a key was expected") }
                keys.append(String(decoding: bytes[start..<at], as: UTF8.self))
            }
            skipSpace(lines: false)
            guard keys.count <= 16 else { throw error("a key of more than 16 parts") }
            guard take(".") else { return keys }
        }
    }

    private mutating func value(depth: Int) throws(AdminError) -> JSONNode {
        guard depth < 32 else { throw error("nested deeper than 32") }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string())
        case UInt8(ascii: "["):
            at += 1
            var elements: [JSONNode] = []
            while true {
                skipSpace(lines: true)
                if take("]") { return .array(elements) }
                elements.append(try value(depth: depth + 1))
                skipSpace(lines: true)
                if take(",") { continue }
                guard take("]") else { throw error("',' or ']' was expected") }
                return .array(elements)
            }
        case UInt8(ascii: "{"):
            at += 1
            var table = JSONNode.object([])
            skipSpace(lines: true)
            if take("}") { return table }
            while true {
                skipSpace(lines: true)
                let key = try keys()
                guard take("=") else { throw error("'=' was expected") }
                skipSpace(lines: false)
                let inner = try value(depth: depth + 1)
                guard Self.set(inner, at: key[...], in: &table, replacing: false) else { throw error("a key stands there twice") }
                skipSpace(lines: true)
                if take(",") { continue }
                guard take("}") else { throw error("',' or '}' was expected") }
                return table
            }
        default:
            let start = at
            while let next = byte,
                TOMLFileEdit.isBare(next) || next == UInt8(ascii: "+") || next == UInt8(ascii: ".") || next == UInt8(ascii: ":")
            {
                _ = next
                at += 1
            }
            let word = String(decoding: bytes[start..<at], as: UTF8.self)
            guard !word.isEmpty else { throw error("a value was expected") }
            if word == "true" || word == "false" { return .bool(word == "true") }
            if let number = Int64(word.filter { $0 != "_" }) { return .number(String(number)) }
            guard word.first.map({ $0.isNumber || $0 == "-" || $0 == "+" }) == true else { throw error("a value was expected") }
            return .string(word)
        }
    }

    private mutating func string() throws(AdminError) -> String {
        for (quotes, escapes) in [("\"\"\"", true), ("'''", false)] as [(StaticString, Bool)] where isNext(quotes) {
            at += 3
            if isNext("\r\n") { at += 2 } else if byte == 0x0A { at += 1 }
            var text: [UInt8] = []
            while !isNext(quotes) {
                guard byte != nil else { throw error("a string is not closed") }
                try character(escapes: escapes, lines: true, into: &text)
            }
            at += 3
            return String(decoding: text, as: UTF8.self)
        }
        let quote = bytes[at]
        at += 1
        var text: [UInt8] = []
        while byte != quote {
            guard let next = byte, next != 0x0A else { throw error("a string is not closed") }
            try character(escapes: quote == UInt8(ascii: "\""), lines: false, into: &text)
        }
        at += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func character(escapes: Bool, lines: Bool, into text: inout [UInt8]) throws(AdminError) {
        guard escapes, bytes[at] == UInt8(ascii: "\\"), at + 1 < bytes.count else {
            text.append(bytes[at])
            at += 1
            return
        }
        let letter = bytes[at + 1]
        at += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(letter)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "e"): text.append(27)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let count = letter == UInt8(ascii: "u") ? 4 : 8
            guard at + count <= bytes.count,
                let code = UInt32(String(decoding: bytes[at..<(at + count)], as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(code)
            else { throw error("an escape that TOML does not have") }
            at += count
            text += Array(String(scalar).utf8)
        case 0x0A, 0x0D, 0x20, 0x09:
            guard lines else { throw error("an escape that TOML does not have") }
            // A backslash at the end of a line takes the white space behind it away.
            while let next = byte, next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D { _ = next; at += 1 }
        default: throw error("an escape that TOML does not have")
        }
    }
}
