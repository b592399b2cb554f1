/// A first look that spares most answers the walk: false only when no key `uri`, `resourceUri` or `ui/resourceUri`
/// can be in the bytes, however it is spelled.
enum URIKeyFilter {
    /// Bytes looked at before the answer is asked for: the compiler makes vector code of a loop without an exit.
    private static let stride = 256

    static func mayHold(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        let last = bytes.count - 1
        var position = 0
        while position + stride <= last {
            if look(base + position, stride), confirm(bytes, position..<position + stride) { return true }
            position += stride
        }
        return position < last && look(base + position, last - position) && confirm(bytes, position..<last)
    }

    /// Looks at `count` bytes and the one behind them for `i"` and `\u`, which texts seldom have.
    @inline(__always)
    private static func look(_ start: UnsafeRawPointer, _ count: Int) -> Bool {
        var found: UInt8 = 0
        for offset in 0..<count {
            let first = start.load(fromByteOffset: offset, as: UInt8.self)
            let second = start.load(fromByteOffset: offset &+ 1, as: UInt8.self)
            let key = one(first == UInt8(ascii: "i")) & one(second == UInt8(ascii: "\""))
            let escape = one(first == UInt8(ascii: "\\")) & one(second == UInt8(ascii: "u"))
            found |= key | escape
        }
        return found != 0
    }

    /// True when one of the pairs found ends `uri` or `Uri`, or begins the escape of an ASCII character.
    private static func confirm(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        let zero = UInt8(ascii: "0")
        for offset in range {
            if bytes[offset] == UInt8(ascii: "i"), bytes[offset + 1] == UInt8(ascii: "\""), offset >= 2,
                bytes[offset - 1] == UInt8(ascii: "r"), bytes[offset - 2] | 0x20 == UInt8(ascii: "u")
            {
                return true
            }
            if bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u"), offset + 3 < bytes.count,
                bytes[offset + 2] == zero, bytes[offset + 3] == zero
            {
                return true
            }
        }
        return false
    }

    @inline(__always)
    private static func one(_ condition: Bool) -> UInt8 { condition ? 1 : 0 }
}
