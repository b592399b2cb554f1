import Glibc

/// Walks over JSON bytes without building anything, from value to value, to find where pieces begin and end.
///
/// No validator: it answers for brackets, quotes, colons and commas on its way, and looks at nothing inside what it
/// skips but brackets and quotes. Positions are offsets into the whole buffer.
struct JSONWalker {
    /// A string between its quotes, as it is spelled.
    typealias Token = Range<Int>

    static let maxDepth = 64

    let base: UnsafeRawPointer
    let end: Int
    var position = 0

    /// `nil` for an empty buffer.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return nil }
        self.base = base
        self.end = bytes.count
        skipWhitespace()
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

    /// True when the value at `position` begins with `open`; never past the end.
    @inline(__always)
    func isAt(_ open: UInt8) -> Bool { position < end && byte(position) == open }

    /// Calls `body` for each member with its key; `body` must move over the value. A value that is no object is skipped.
    mutating func eachMember(_ body: (inout JSONWalker, Token) throws(JSONError) -> Void) throws(JSONError) {
        guard isAt(UInt8(ascii: "{")) else { return try skipValue() }
        guard try open(UInt8(ascii: "}")) else { return }
        repeat {
            guard isAt(UInt8(ascii: "\"")) else { throw unexpected }
            let key = try skipString()
            skipWhitespace()
            guard isAt(UInt8(ascii: ":")) else { throw unexpected }
            position += 1
            skipWhitespace()
            try body(&self, key)
        } while try goesOn(UInt8(ascii: "}"))
    }

    /// Calls `body` at each item, or once at a value that is no array; `body` must move over it.
    mutating func eachItem(_ body: (inout JSONWalker) throws(JSONError) -> Void) throws(JSONError) {
        guard isAt(UInt8(ascii: "[")) else { return try body(&self) }
        guard try open(UInt8(ascii: "]")) else { return }
        repeat { try body(&self) } while try goesOn(UInt8(ascii: "]"))
    }

    /// Steps over an opening bracket; false when the container is empty, which is then behind.
    private mutating func open(_ close: UInt8) throws(JSONError) -> Bool {
        position += 1
        skipWhitespace()
        guard isAt(close) else { return true }
        position += 1
        return false
    }

    /// Steps over the comma before the next entry, or over `close`: then false.
    private mutating func goesOn(_ close: UInt8) throws(JSONError) -> Bool {
        skipWhitespace()
        guard isAt(close) || isAt(UInt8(ascii: ",")) else { throw unexpected }
        position += 1
        guard byte(position - 1) != close else { return false }
        skipWhitespace()
        return true
    }

    /// Only whitespace may be left.
    mutating func finish() throws(JSONError) {
        skipWhitespace()
        guard position == end else { throw JSONError(.trailingBytes, at: position) }
    }

    private var unexpected: JSONError { JSONError(position < end ? .unexpectedByte : .unexpectedEnd, at: position) }

    /// Moves over the string at `position`, which is at its opening quote.
    @discardableResult
    mutating func skipString() throws(JSONError) -> Token {
        let start = position + 1
        if end - start >= 8 {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            let found = ByteWord.zeros(word ^ 0x2222_2222_2222_2222) | ByteWord.zeros(word ^ 0x5C5C_5C5C_5C5C_5C5C)
            if found != 0 {
                let stop = start + found.trailingZeroBitCount >> 3
                if byte(stop) == UInt8(ascii: "\"") {
                    position = stop + 1
                    return start..<stop
                }
            }
        }
        position = try endOfString(from: start) + 1
        return start..<position - 1
    }

    /// The offset of the quote that ends the string whose text begins at `start`.
    private func endOfString(from start: Int) throws(JSONError) -> Int {
        guard start < end, let quote = memchr(base + start, Int32(UInt8(ascii: "\"")), end - start) else { throw cutOff }
        var from = UnsafeRawPointer(quote) - base
        if ends(at: from, from: start) { return from }
        // A text with quotes in it is likely to have many (code, JSON in a text): look at blocks from here on.
        from += 1
        while end - from >= Self.block {
            if mayEnd(from), let stop = firstEnd(from, from + Self.block, start) { return stop }
            from += Self.block
        }
        if let stop = firstEnd(from, end, start) { return stop }
        throw cutOff
    }

    private static let block = 64

    private var cutOff: JSONError { JSONError(.unexpectedEnd, at: end) }

    /// True when a block has a quote that is not simply escaped. Reads two bytes before it, which the string has.
    @inline(__always)
    private func mayEnd(_ from: Int) -> Bool {
        let start = base + from
        var found: UInt8 = 0
        for offset in 0..<Self.block {
            let isQuote: UInt8 = start.load(fromByteOffset: offset, as: UInt8.self) == UInt8(ascii: "\"") ? 1 : 0
            let isFree: UInt8 = start.load(fromByteOffset: offset &- 1, as: UInt8.self) != UInt8(ascii: "\\") ? 1 : 0
            let isTwice: UInt8 = start.load(fromByteOffset: offset &- 2, as: UInt8.self) == UInt8(ascii: "\\") ? 1 : 0
            found |= isQuote & (isFree | isTwice)
        }
        return found != 0
    }

    private func firstEnd(_ from: Int, _ to: Int, _ start: Int) -> Int? {
        for offset in from..<to where byte(offset) == UInt8(ascii: "\"") && ends(at: offset, from: start) { return offset }
        return nil
    }

    /// An odd number of backslashes before a quote makes it a part of the string.
    @inline(__always)
    private func ends(at quote: Int, from start: Int) -> Bool {
        var run = quote
        while run > start, byte(run - 1) == UInt8(ascii: "\\") { run -= 1 }
        return (quote - run) & 1 == 0
    }

    /// Moves over the value at `position`.
    mutating func skipValue() throws(JSONError) {
        guard position < end else { throw unexpected }
        switch byte(position) {
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "{"), UInt8(ascii: "["): try skipContainer()
        default: try skipWord()
        }
    }

    private mutating func skipWord() throws(JSONError) {
        let start = position
        while position < end {
            switch byte(position) {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "E"):
                position += 1
                continue
            default: break
            }
            break
        }
        guard position > start else { throw unexpected }
    }

    /// Brackets are kept as bits, one for each open container: 1 for an object.
    private mutating func skipContainer() throws(JSONError) {
        var depth = 0
        var kinds: UInt64 = 0
        while position < end {
            if end - position >= 8 {
                let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                // With bits 0x26 set, all four brackets become 0x7F; so do a few bytes that are none, told apart below.
                let found =
                    ByteWord.zeros(word ^ 0x2222_2222_2222_2222)
                    | ByteWord.zeros((word | 0x2626_2626_2626_2626) ^ 0x7F7F_7F7F_7F7F_7F7F)
                if found == 0 {
                    position += 8
                    continue
                }
                position += found.trailingZeroBitCount >> 3
            }
            let next = byte(position)
            switch next {
            case UInt8(ascii: "\""):
                try skipString()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard depth < Self.maxDepth else { throw JSONError(.tooDeep, at: position) }
                kinds = kinds << 1 | (next == UInt8(ascii: "{") ? 1 : 0)
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard kinds & 1 == (next == UInt8(ascii: "}") ? 1 : 0) else { throw unexpected }
                kinds >>= 1
                depth -= 1
                if depth == 0 {
                    position += 1
                    return
                }
            default: break
            }
            position += 1
        }
        throw unexpected
    }

    /// True when a string, escapes undone, is `word`.
    func matches(_ token: Token, _ word: StaticString) throws(JSONError) -> Bool {
        let count = word.utf8CodeUnitCount
        if token.count == count, memcmp(base + token.lowerBound, word.utf8Start, count) == 0 { return true }
        guard token.count > count, memchr(base + token.lowerBound, Int32(UInt8(ascii: "\\")), token.count) != nil else { return false }
        // Without limits of its own: the string is here already.
        var limits = JSONLimits.default
        limits.loneSurrogates = .replace
        var parser = JSONParser(base: base, count: token.upperBound + 1, limits: limits)
        parser.position = token.lowerBound - 1
        let text = try parser.parseString()
        return text.utf8.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count))
    }
}
