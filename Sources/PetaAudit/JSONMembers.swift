/// Walks the members of one JSON object without making a tree. Never recurses, so that no input can exhaust the stack.
struct JSONMembers {
    /// Where key (without its quotes) and value (with them) lie.
    struct Member {
        let key: Range<Int>
        let value: Range<Int>
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var at: Int
    private var first = true

    /// - Throws: ``AuditDecodingError`` when the first byte does not open an object.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(AuditDecodingError) {
        self.bytes = bytes
        at = 0
        skipSpace()
        try expect(UInt8(ascii: "{"))
    }

    /// The next member; nil after the last one, when the object is closed and only white space follows.
    mutating func next() throws(AuditDecodingError) -> Member? {
        skipSpace()
        if peek() == UInt8(ascii: "}") {
            at += 1
            skipSpace()
            guard at == bytes.count else { throw failure("the end") }
            return nil
        }
        if !first {
            try expect(UInt8(ascii: ","))
            skipSpace()
        }
        first = false
        let key = at
        try skipString()
        let keyEnd = at
        skipSpace()
        try expect(UInt8(ascii: ":"))
        skipSpace()
        let value = at
        try skipValue()
        return Member(key: key + 1..<keyEnd - 1, value: value..<at)
    }

    private func failure(_ reason: String) -> AuditDecodingError { AuditDecodingError(reason: "expected \(reason)", offset: at) }

    @inline(__always)
    private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func expect(_ byte: UInt8) throws(AuditDecodingError) {
        guard peek() == byte else { throw failure("'\(Character(Unicode.Scalar(byte)))'") }
        at += 1
    }

    @inline(__always)
    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0a || bytes[at] == 0x0d || bytes[at] == 0x09 { at += 1 }
    }

    private mutating func skipString() throws(AuditDecodingError) {
        try expect(UInt8(ascii: "\""))
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return
            case UInt8(ascii: "\\"): at += 2
            case 0..<0x20: throw failure("no control character")
            default: at += 1
            }
        }
        at = bytes.count
        throw failure("the end of a string")
    }

    private mutating func skipValue() throws(AuditDecodingError) {
        switch peek() {
        case UInt8(ascii: "\"")?: try skipString()
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?: try skipNested()
        default:
            let start = at
            while let byte = peek(), Self.isScalar(byte) { at += 1 }
            guard at > start else { throw failure("a value") }
        }
    }

    private mutating func skipNested() throws(AuditDecodingError) {
        var depth = 0
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                try skipString()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 {
                    at += 1
                    return
                }
            default: break
            }
            at += 1
        }
        throw failure("the end of a value")
    }

    /// Letters, digits and signs: what numbers, true, false and null are made of.
    private static func isScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."): true
        default: false
        }
    }
}
