/// The reader behind `JSON.parse`: one pass over the bytes, recursion bounded by the depth limit.
struct JSONParser {
    let base: UnsafeRawPointer
    let end: Int
    let limits: JSONLimits
    var position = 0
    var nodes = 0
    /// Strings with escapes are put together here; kept, so that it is allocated once.
    var scratch: [UInt8] = []

    init(base: UnsafeRawPointer, count: Int, limits: JSONLimits) {
        self.base = base
        self.end = count
        self.limits = limits
    }

    mutating func parseText() throws(JSONError) -> JSON {
        if end >= 3, byte(0) == 0xEF, byte(1) == 0xBB, byte(2) == 0xBF { throw JSONError(.byteOrderMark, at: 0) }
        skipWhitespace()
        let value = try parseValue(depth: 0)
        skipWhitespace()
        guard position == end else { throw JSONError(.trailingBytes, at: position) }
        return value
    }

    @inline(__always)
    func byte(_ offset: Int) -> UInt8 { base.load(fromByteOffset: offset, as: UInt8.self) }

    @inline(__always)
    mutating func skipWhitespace() {
        while position < end {
            switch byte(position) {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
            default: return
            }
        }
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSON {
        guard position < end else { throw JSONError(.unexpectedEnd, at: end) }
        nodes += 1
        guard nodes <= limits.nodes else { throw JSONError(.tooManyValues, at: position) }
        switch byte(position) {
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "{"): return .object(try parseObject(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try parseArray(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try parseNumber())
        case UInt8(ascii: "t"): try expect("true"); return .bool(true)
        case UInt8(ascii: "f"): try expect("false"); return .bool(false)
        case UInt8(ascii: "n"): try expect("null"); return .null
        default: throw JSONError(.unexpectedByte, at: position)
        }
    }

    private mutating func expect(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard position < end else { throw JSONError(.unexpectedEnd, at: end) }
            guard byte(position) == word.utf8Start[index] else { throw JSONError(.unexpectedByte, at: position) }
            position += 1
        }
    }

    /// Steps over `separator` or `close` and the whitespace around it; true when it was `close`.
    private mutating func closes(_ close: UInt8) throws(JSONError) -> Bool {
        skipWhitespace()
        guard position < end else { throw JSONError(.unexpectedEnd, at: end) }
        let found = byte(position)
        guard found == close || found == UInt8(ascii: ",") else { throw JSONError(.unexpectedByte, at: position) }
        position += 1
        if found == close { return true }
        skipWhitespace()
        return false
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> [JSON] {
        guard depth <= limits.depth else { throw JSONError(.tooDeep, at: position) }
        position += 1
        skipWhitespace()
        if position < end, byte(position) == UInt8(ascii: "]") {
            position += 1
            return []
        }
        var items: [JSON] = []
        repeat { items.append(try parseValue(depth: depth)) } while try !closes(UInt8(ascii: "]"))
        return items
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> [JSON.Member] {
        guard depth <= limits.depth else { throw JSONError(.tooDeep, at: position) }
        position += 1
        skipWhitespace()
        if position < end, byte(position) == UInt8(ascii: "}") {
            position += 1
            return []
        }
        var members: [JSON.Member] = []
        members.reserveCapacity(4)  // One allocation for most objects instead of three.
        var keys: Set<ExactText> = []
        repeat {
            guard position < end else { throw JSONError(.unexpectedEnd, at: end) }
            let start = position
            guard byte(start) == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte, at: start) }
            let key = try parseString()
            guard !Self.isDuplicate(key, of: members, &keys) else { throw JSONError(.duplicateKey, at: start) }
            skipWhitespace()
            guard position < end else { throw JSONError(.unexpectedEnd, at: end) }
            guard byte(position) == UInt8(ascii: ":") else { throw JSONError(.unexpectedByte, at: position) }
            position += 1
            skipWhitespace()
            members.append(JSON.Member(key: key, value: try parseValue(depth: depth)))
        } while try !closes(UInt8(ascii: "}"))
        return members
    }

    /// A few keys are compared one by one; a set (seeded, so that no text can be made to collide) serves the rest.
    private static func isDuplicate(_ key: String, of members: [JSON.Member], _ keys: inout Set<ExactText>) -> Bool {
        if members.count < 12 {
            for member in members where ExactText.same(member.key, key) { return true }
            return false
        }
        if keys.isEmpty { for member in members { keys.insert(ExactText(text: member.key)) } }
        return !keys.insert(ExactText(text: key)).inserted
    }

    private mutating func parseNumber() throws(JSONError) -> String {
        let start = position
        if byte(position) == UInt8(ascii: "-") { position += 1 }
        guard position < end else { throw JSONError(.unexpectedEnd, at: end) }
        if byte(position) == UInt8(ascii: "0") {
            position += 1
        } else {
            try skipDigits()
        }
        if position < end, byte(position) == UInt8(ascii: ".") {
            position += 1
            try skipDigits()
        }
        if position < end, byte(position) | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < end, byte(position) == UInt8(ascii: "+") || byte(position) == UInt8(ascii: "-") { position += 1 }
            try skipDigits()
        }
        guard position - start <= limits.numberLength else { throw JSONError(.numberTooLong, at: start) }
        if position < end, byte(position) &- UInt8(ascii: "0") < 10 { throw JSONError(.badNumber, at: position) }
        return String(decoding: UnsafeRawBufferPointer(start: base + start, count: position - start), as: UTF8.self)
    }

    /// One digit or more.
    @inline(__always)
    private mutating func skipDigits() throws(JSONError) {
        let start = position
        while position < end, byte(position) &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > start else { throw JSONError(position < end ? .badNumber : .unexpectedEnd, at: position) }
    }
}
