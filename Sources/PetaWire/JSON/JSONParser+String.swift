extension JSONParser {
    /// Reads a string; `position` is at its opening quote.
    mutating func parseString() throws(JSONError) -> String {
        position += 1
        let start = position
        skipPlain()
        guard position < end else { throw JSONError(.unexpectedEnd, at: end) }
        if byte(position) == UInt8(ascii: "\"") {
            let bytes = UnsafeBufferPointer(start: (base + start).assumingMemoryBound(to: UInt8.self), count: position - start)
            position += 1
            return try text(bytes.span, from: start)
        }
        return try parseEscaped(from: start)
    }

    /// Moves to the next quote, backslash or control character, eight bytes at a time.
    @inline(__always)
    private mutating func skipPlain() {
        while end - position >= 8 {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let found = ByteWord.stringStops(word)
            if found != 0 {
                position += found.trailingZeroBitCount >> 3
                return
            }
            position += 8
        }
        while position < end {
            let next = byte(position)
            if next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") || next < 0x20 { return }
            position += 1
        }
    }

    private mutating func parseEscaped(from start: Int) throws(JSONError) -> String {
        scratch.removeAll(keepingCapacity: true)
        var plain = start
        while true {
            scratch.append(contentsOf: UnsafeRawBufferPointer(start: base + plain, count: position - plain))
            guard position < end else { throw JSONError(.unexpectedEnd, at: end) }
            switch byte(position) {
            case UInt8(ascii: "\""):
                position += 1
                return try text(scratch.span, from: start)
            case UInt8(ascii: "\\"):
                try parseEscape()
            default:
                throw JSONError(.controlCharacter, at: position)
            }
            plain = position
            skipPlain()
        }
    }

    /// Appends what the escape at `position` means to `scratch`.
    private mutating func parseEscape() throws(JSONError) {
        let start = position
        guard start + 1 < end else { throw JSONError(.unexpectedEnd, at: end) }
        position += 2
        switch byte(start + 1) {
        case UInt8(ascii: "\""): scratch.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): scratch.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): scratch.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"): try parseUnicodeEscape(start)
        default: throw JSONError(.badEscape, at: start)
        }
    }

    private mutating func parseUnicodeEscape(_ start: Int) throws(JSONError) {
        let unit = try parseHex(start)
        if unit & 0xF800 != 0xD800 { return append(unit) }
        if unit < 0xDC00, end - position >= 6, byte(position) == UInt8(ascii: "\\"), byte(position + 1) == UInt8(ascii: "u") {
            let low = position
            position += 2
            let second = try parseHex(low)
            if second & 0xFC00 == 0xDC00 { return append(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00)) }
            position = low
        }
        switch limits.loneSurrogates {
        case .refuse: throw JSONError(.loneSurrogate, at: start)
        case .replace: append(0xFFFD)
        }
    }

    /// Four hexadecimal digits at `position`; `start` is where the escape began.
    private mutating func parseHex(_ start: Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < end else { throw JSONError(.unexpectedEnd, at: end) }
            let digit = byte(position)
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(digit - UInt8(ascii: "A") + 10)
            default: throw JSONError(.badEscape, at: start)
            }
            position += 1
        }
        return value
    }

    /// Appends a scalar value as UTF-8; never a surrogate.
    private mutating func append(_ scalar: UInt32) {
        switch scalar {
        case 0..<0x80:
            scratch.append(UInt8(scalar))
        case 0x80..<0x800:
            scratch.append(UInt8(0xC0 | scalar >> 6))
            scratch.append(UInt8(0x80 | scalar & 0x3F))
        case 0x800..<0x10000:
            scratch.append(UInt8(0xE0 | scalar >> 12))
            scratch.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            scratch.append(UInt8(0x80 | scalar & 0x3F))
        default:
            scratch.append(UInt8(0xF0 | scalar >> 18))
            scratch.append(UInt8(0x80 | scalar >> 12 & 0x3F))
            scratch.append(UInt8(0x80 | scalar >> 6 & 0x3F))
            scratch.append(UInt8(0x80 | scalar & 0x3F))
        }
    }

    /// The string that these bytes are; `start` is where the text that they came from began.
    @inline(__always)
    private func text(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) -> String {
        do throws(UTF8.ValidationError) { return String(copying: try UTF8Span(validating: bytes)) } catch { throw invalidUTF8(from: start) }
    }

    /// The exact place, found again by decoding: only on the way out.
    private func invalidUTF8(from start: Int) -> JSONError {
        var bytes = UnsafeRawBufferPointer(start: base + start, count: end - start).makeIterator()
        var decoder = UTF8()
        var offset = start
        while case .scalarValue(let scalar) = decoder.decode(&bytes) { offset += UTF8.width(scalar) }
        return JSONError(.invalidUTF8, at: min(offset, end - 1))
    }
}
