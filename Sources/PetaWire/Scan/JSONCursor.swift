internal import CPetaShim

/// A position in JSON text that can step over whole values without building anything. Every byte that it steps
/// over has been checked: grammar of RFC 8259, UTF-8 (RFC 3629), and the depth limit.
///
/// It borrows the bytes: use it only while they are.
package struct JSONCursor {
    let base: UnsafePointer<UInt8>
    let count: Int
    let depthLimit: Int
    /// Offset of the next byte.
    package var offset = 0

    /// A cursor at the start of `bytes`. At most 64 containers may stand inside one another.
    package init(_ bytes: UnsafeRawBufferPointer, depthLimit: Int = 64) {
        // An empty buffer may have no address; nothing is read from the stand-in since count is 0.
        base = (bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 16).unsafelyUnwrapped).assumingMemoryBound(to: UInt8.self)
        count = bytes.count
        self.depthLimit = min(64, depthLimit)
    }

    /// The next byte, or 0 at the end (a NUL is never valid outside or inside of JSON).
    @inline(__always) package var peek: UInt8 { offset < count ? base[offset] : 0 }

    /// True when all is read.
    package var isAtEnd: Bool { offset >= count }

    /// Steps over white space.
    @inline(__always) package mutating func skipSpace() {
        while offset < count {
            let byte = base[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    /// Steps over `byte` or fails.
    @inline(__always) package mutating func expect(_ byte: UInt8) throws(ScanFailure) {
        guard peek == byte, offset < count else { throw .syntax(at: offset) }
        offset += 1
    }

    /// Steps over a string and gives what stands between its quotes, and whether it holds an escape.
    @inline(__always) package mutating func string() throws(ScanFailure) -> (content: ByteRange, escaped: Bool) {
        try expect(0x22)
        let start = offset
        var escaped = false
        while true {
            offset += peta_json_plain(base + offset, count - offset)
            guard offset < count else { throw .syntax(at: offset) }
            let byte = base[offset]
            if byte == 0x22 {
                offset += 1
                return (ByteRange(start, offset - 1), escaped)
            }
            if byte == 0x5C {
                escaped = true
                try skipEscape()
            } else if byte >= 0x80 {
                try skipSequence()
            } else {
                throw .syntax(at: offset)
            }
        }
    }

    private mutating func skipEscape() throws(ScanFailure) {
        guard offset + 1 < count else { throw .syntax(at: offset) }
        switch base[offset + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: offset += 2
        case 0x75:
            guard offset + 6 <= count else { throw .syntax(at: offset) }
            for i in offset + 2..<offset + 6 {
                let byte = base[i] | 0x20
                guard base[i] &- 0x30 < 10 || byte &- 0x61 < 6 else { throw .syntax(at: i) }
            }
            offset += 6
        default: throw .syntax(at: offset)
        }
    }

    /// Steps over one sequence of two to four bytes; overlong forms, surrogates and anything past U+10FFFF fail.
    private mutating func skipSequence() throws(ScanFailure) {
        let lead = base[offset]
        func tail(_ i: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
            offset + i < count && base[offset + i] >= low && base[offset + i] <= high
        }
        switch lead {
        case 0xC2...0xDF where tail(1): offset += 2
        case 0xE0 where tail(1, 0xA0) && tail(2): offset += 3
        case 0xED where tail(1, 0x80, 0x9F) && tail(2): offset += 3
        case 0xE1...0xEC where tail(1) && tail(2), 0xEE...0xEF where tail(1) && tail(2): offset += 3
        case 0xF0 where tail(1, 0x90) && tail(2) && tail(3): offset += 4
        case 0xF1...0xF3 where tail(1) && tail(2) && tail(3): offset += 4
        case 0xF4 where tail(1, 0x80, 0x8F) && tail(2) && tail(3): offset += 4
        default: throw .encoding(at: offset)
        }
    }

    /// Steps over one value of any kind and gives where it stands.
    package mutating func value(depth: Int = 0) throws(ScanFailure) -> ByteRange {
        skipSpace()
        let start = offset
        var kinds: UInt64 = 0  // a bit for each open container, the innermost lowest: 1 for an object
        var open = 0
        while true {
            skipSpace()
            switch peek {
            case 0x7B, 0x5B:
                let isObject = peek == 0x7B
                guard offset < count else { throw .syntax(at: offset) }
                offset += 1
                guard depth + open < depthLimit else { throw .tooDeep }
                kinds = kinds << 1 | (isObject ? 1 : 0)
                open += 1
                skipSpace()
                if peek == (isObject ? 0x7D : 0x5D) {
                    offset += 1
                    kinds >>= 1
                    open -= 1
                } else if isObject {
                    try name()
                    continue
                } else {
                    continue
                }
            case 0x22: _ = try string()
            case 0x2D, 0x30...0x39: try number()
            case 0x74: try literal("true")
            case 0x66: try literal("false")
            case 0x6E: try literal("null")
            default: throw .syntax(at: offset)
            }
            // A value has ended: close what ends with it, or go on to the next member or element.
            while open > 0 {
                skipSpace()
                let byte = peek
                if byte == 0x2C, offset < count {
                    offset += 1
                    if kinds & 1 == 1 {
                        skipSpace()
                        try name()
                    }
                    break
                }
                guard byte == (kinds & 1 == 1 ? 0x7D : 0x5D), offset < count else { throw .syntax(at: offset) }
                offset += 1
                kinds >>= 1
                open -= 1
            }
            if open == 0 { return ByteRange(start, offset) }
        }
    }

    private mutating func name() throws(ScanFailure) {
        _ = try string()
        skipSpace()
        try expect(0x3A)
    }

    private mutating func literal(_ text: StaticString) throws(ScanFailure) {
        let n = text.utf8CodeUnitCount
        guard offset + n <= count, memoryEquals(base + offset, text.utf8Start, n) else { throw .syntax(at: offset) }
        offset += n
    }

    private mutating func number() throws(ScanFailure) {
        let start = offset
        if peek == 0x2D { offset += 1 }
        if peek == 0x30 { offset += 1 } else { try digits() }
        if peek == 0x2E {
            offset += 1
            try digits()
        }
        if peek | 0x20 == 0x65 {
            offset += 1
            if peek == 0x2B || peek == 0x2D { offset += 1 }
            try digits()
        }
        // A number that nobody could mean: readers that make a big integer of it take quadratic time.
        guard offset - start <= 1000 else { throw .syntax(at: start) }
    }

    private mutating func digits() throws(ScanFailure) {
        guard peek &- 0x30 < 10 else { throw .syntax(at: offset) }
        while offset < count, base[offset] &- 0x30 < 10 { offset += 1 }
    }
}
