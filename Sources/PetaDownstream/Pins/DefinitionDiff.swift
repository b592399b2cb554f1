package import PetaWire

/// What differs between two definitions, path by path, in bounds.
package enum DefinitionDiff {
    /// One value that is there in one of them alone, or in both and not the same.
    package struct Field: Equatable, Sendable {
        /// Such as `inputSchema.properties.path.type`.
        package let path: String
        package let old: JSON?
        package let new: JSON?
    }

    /// Paths at most; what comes behind them is not told one by one.
    package static let limit = 200

    /// The differences, in the order of the names of members.
    package static func fields(_ old: JSON, _ new: JSON) -> [Field] {
        var fields: [Field] = []
        compare(old, new, "", &fields)
        return fields
    }

    private static func compare(_ old: JSON?, _ new: JSON?, _ path: String, _ fields: inout [Field]) {
        guard fields.count < limit else { return }
        switch (old, new) {
        case (.object(let a)?, .object(let b)?):
            let (a, b) = (members(a), members(b))
            for key in Set(a.keys).union(b.keys).sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
                compare(a[key], b[key], path + (path.isEmpty ? "" : ".") + step(key.text), &fields)
            }
        case (.array(let a)?, .array(let b)?) where a.count == b.count:
            for index in a.indices { compare(a[index], b[index], path + "[\(index)]", &fields) }
        default:
            if old.map(ToolPin.form) != new.map(ToolPin.form) { fields.append(Field(path: path, old: old, new: new)) }
        }
    }

    /// A key by its bytes: for Swift two ways to write one character are the same.
    private struct Key: Hashable {
        let text: String
        var bytes: [UInt8] { Array(text.utf8) }

        static func == (a: Key, b: Key) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
        func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
    }

    private static func members(_ list: [JSON.Member]) -> [Key: JSON] {
        Dictionary(list.map { (Key(text: $0.key), $0.value) }) { first, _ in first }
    }

    private static func step(_ key: String) -> String {
        let isPlain = !key.isEmpty && key.utf8.count <= 64 && key.utf8.allSatisfy { $0 != 0x2E && $0 != 0x5B && $0 > 0x20 }
        if isPlain { return key }
        var quoted: [UInt8] = []
        JSON.appendQuoted(String(key.prefix(64)), into: &quoted)
        return "[" + String(decoding: quoted, as: UTF8.self) + "]"
    }
}
