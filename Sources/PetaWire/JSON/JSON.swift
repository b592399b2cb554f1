/// One JSON value as a tree that forgets nothing a peer could see: the spelling of numbers, the order of members,
/// unknown members. For lists, settings and catalog work; the call path splices bytes instead (`ResultRewriter`).
///
/// Equality is exact: strings by their UTF-8 bytes (Swift's `==` would take `é` and `e` + U+0301 for the same key),
/// numbers by their spelling (`1` is not `1.0`), objects with the order of their members.
package enum JSON: Sendable {
    case null
    case bool(Bool)
    /// The exact spelling, for example `1.0`, `1E400` or an integer over 2^53.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    /// One member of an object.
    package struct Member: Sendable {
        /// The name, unescaped.
        package var key: String
        /// The value.
        package var value: JSON

        /// Makes a member.
        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }
}

extension JSON: Equatable {
    /// Exact equality, as the type describes.
    package static func == (a: JSON, b: JSON) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.bool(let x), .bool(let y)): x == y
        case (.number(let x), .number(let y)): ExactText.same(x, y)
        case (.string(let x), .string(let y)): ExactText.same(x, y)
        case (.array(let x), .array(let y)): x == y
        case (.object(let x), .object(let y)): x == y
        default: false
        }
    }
}

extension JSON.Member: Equatable {
    /// Exact equality: the key by its bytes.
    package static func == (a: JSON.Member, b: JSON.Member) -> Bool {
        ExactText.same(a.key, b.key) && a.value == b.value
    }
}
