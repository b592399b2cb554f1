import PetaAdminAPI

/// Where the members of a JSON object stand, without a tree of it: what is passed on or kept stays byte for byte as it was.
///
/// Trap: values are stepped over, not checked.
struct ObjectScan {
    struct Member {
        let name: String
        /// From the opening to behind the closing quote.
        let key: Range<Int>
        let value: Range<Int>
    }

    let members: [Member]
    /// From the opening to behind the closing brace.
    let range: Range<Int>

    /// nil where no object begins at `start` (after white space).
    init?(_ bytes: [UInt8], at start: Int = 0) {
        var cursor = Cursor(bytes, start)
        cursor.skipSpace()
        let opening = cursor.index
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        var members: [Member] = []
        cursor.skipSpace()
        if !cursor.take(UInt8(ascii: "}")) {
            while true {
                cursor.skipSpace()
                let key = cursor.index
                guard cursor.skipString() else { return nil }
                let keyRange = key..<cursor.index
                guard let name = Self.text(bytes, keyRange) else { return nil }
                cursor.skipSpace()
                guard cursor.take(UInt8(ascii: ":")), let value = cursor.skipValue() else { return nil }
                members.append(Member(name: name, key: keyRange, value: value))
                cursor.skipSpace()
                if cursor.take(UInt8(ascii: ",")) { continue }
                guard cursor.take(UInt8(ascii: "}")) else { return nil }
                break
            }
        }
        self.members = members
        range = opening..<cursor.index
    }

    /// The value of the first member with this name.
    subscript(_ name: String) -> Range<Int>? { members.first { $0.name == name }?.value }

    /// The elements of an array; nil where none begins at `start`.
    static func elements(_ bytes: [UInt8], at start: Int = 0) -> [Range<Int>]? {
        var cursor = Cursor(bytes, start)
        cursor.skipSpace()
        guard cursor.take(UInt8(ascii: "[")) else { return nil }
        var elements: [Range<Int>] = []
        cursor.skipSpace()
        if cursor.take(UInt8(ascii: "]")) { return elements }
        while true {
            guard let value = cursor.skipValue() else { return nil }
            elements.append(value)
            cursor.skipSpace()
            if cursor.take(UInt8(ascii: ",")) { continue }
            return cursor.take(UInt8(ascii: "]")) ? elements : nil
        }
    }

    /// The text of a string that stands there; nil where something else does.
    static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
        guard range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
        let inner = bytes[(range.lowerBound + 1)..<(range.upperBound - 1)]
        if !inner.contains(UInt8(ascii: "\\")) { return String(validating: inner, as: UTF8.self) }
        return (try? JSONReader.read(Array(bytes[range])))?.stringValue
    }

    private struct Cursor {
        let bytes: [UInt8]
        var index: Int

        init(_ bytes: [UInt8], _ index: Int) {
            self.bytes = bytes
            self.index = index
        }

        mutating func skipSpace() {
            while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x0A || bytes[index] == 0x0D || bytes[index] == 0x09 {
                index += 1
            }
        }

        mutating func take(_ byte: UInt8) -> Bool {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }

        mutating func skipString() -> Bool {
            guard take(UInt8(ascii: "\"")) else { return false }
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    index += 1
                    return true
                case UInt8(ascii: "\\"): index += 2
                case 0..<0x20: return false
                default: index += 1
                }
            }
            return false
        }

        /// Not by recursion: depth is no matter here.
        mutating func skipValue() -> Range<Int>? {
            skipSpace()
            let start = index
            var depth = 0
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    guard skipString() else { return nil }
                    if depth == 0 { return start..<index }
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    index += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return index > start ? start..<index : nil }
                    depth -= 1
                    index += 1
                    if depth == 0 { return start..<index }
                case UInt8(ascii: ","), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09:
                    if depth == 0 { return index > start ? start..<index : nil }
                    index += 1
                default: index += 1
                }
            }
            return depth == 0 && index > start ? start..<index : nil
        }
    }
}
