/// Writes JSON into memory that somebody else owns, and notices when that is too small.
struct JSONWriter {
    private let start: UnsafeMutablePointer<UInt8>
    private var next: UnsafeMutablePointer<UInt8>
    private let end: UnsafeMutablePointer<UInt8>
    /// True as soon as something did not fit; what was written is worthless then.
    private(set) var overflowed = false

    init?(_ buffer: UnsafeMutableRawBufferPointer) {
        guard let base = buffer.baseAddress else { return nil }
        start = base.assumingMemoryBound(to: UInt8.self)
        next = start
        end = start + buffer.count
    }

    var count: Int { next - start }

    @inline(__always)
    private mutating func reserve(_ count: Int) -> Bool {
        if end - next >= count { return true }
        overflowed = true
        return false
    }

    /// Bytes as they are.
    @inline(__always)
    mutating func literal(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        guard reserve(count) else { return }
        next.update(from: text.utf8Start, count: count)
        next += count
    }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        guard reserve(1) else { return }
        next.pointee = value
        next += 1
    }

    /// The content of a JSON string, escaped, without the quotes round it.
    @inline(__always)
    mutating func escaped(_ text: String) {
        if text.utf8.withContiguousStorageIfAvailable({ escape($0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { escape($0) }
        }
    }

    /// Text as it is, which is JSON already.
    mutating func plain(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            guard let base = bytes.baseAddress, reserve(bytes.count) else { return }
            next.update(from: base, count: bytes.count)
            next += bytes.count
        }
    }

    mutating func integer(_ value: Int64) {
        guard reserve(20) else { return }
        if value < 0 { byte(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var digits = 1
        var bound: UInt64 = 10
        while digits < 19, rest >= bound {
            digits += 1
            bound *= 10
        }
        var at = next + digits
        next = at
        repeat {
            at -= 1
            at.pointee = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
    }

    /// Microseconds as milliseconds with three decimals.
    mutating func milliseconds(_ microseconds: Int64) {
        let value = max(0, microseconds)
        integer(value / 1000)
        guard reserve(4) else { return }
        byte(UInt8(ascii: "."))
        padded(UInt32(truncatingIfNeeded: value % 1000), digits: 3)
    }

    /// `digits` decimal digits with leading zeros.
    @inline(__always)
    mutating func padded(_ value: UInt32, digits: Int) {
        guard reserve(digits) else { return }
        var rest = value
        var at = next + digits
        next = at
        for _ in 0..<digits {
            at -= 1
            at.pointee = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// A whole JSON string, quotes and all.
    static func quoted(_ text: String) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 6 * text.utf8.count + 2) { buffer, count in
            guard var out = JSONWriter(UnsafeMutableRawBufferPointer(buffer)) else { return }
            out.byte(UInt8(ascii: "\""))
            out.escaped(text)
            out.byte(UInt8(ascii: "\""))
            count = out.count
        }
    }

    /// Two lower-case hexadecimal digits for each byte.
    mutating func hexadecimal(_ bytes: UnsafeRawBufferPointer) {
        guard reserve(bytes.count * 2) else { return }
        for value in bytes {
            next[0] = Self.hexDigit(value >> 4)
            next[1] = Self.hexDigit(value & 15)
            next += 2
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 48 + value : 87 + value
    }

    /// Eight bytes at a time while none needs escaping, else one by one.
    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        let raw = UnsafeRawBufferPointer(text)
        var at = 0
        while at < raw.count {
            if raw.count - at >= 8, end - next >= 8 {
                let word = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                if Self.isPlain(word) {
                    UnsafeMutableRawPointer(next).storeBytes(of: word, as: UInt64.self)
                    next += 8
                    at += 8
                    continue
                }
            }
            let chunk = min(at + 8, raw.count)
            while at < chunk {
                escape(raw[at])
                at += 1
            }
        }
    }

    /// Whether no byte of the word is below 0x20, a quote or a backslash. May be wrong only towards "no".
    @inline(__always)
    private static func isPlain(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5c)
        let control = (word &- (ones &* 0x20)) & ~word
        let found = ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | control
        return found & (ones &* 0x80) == 0
    }

    @inline(__always)
    private mutating func escape(_ value: UInt8) {
        if value >= 0x20, value != UInt8(ascii: "\""), value != UInt8(ascii: "\\") {
            byte(value)
            return
        }
        guard reserve(6) else { return }
        byte(UInt8(ascii: "\\"))
        switch value {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte(value)
        case 0x0a: byte(UInt8(ascii: "n"))
        case 0x0d: byte(UInt8(ascii: "r"))
        case 0x09: byte(UInt8(ascii: "t"))
        default:
            literal("u00")
            byte(Self.hexDigit(value >> 4))
            byte(Self.hexDigit(value & 15))
        }
    }
}
