/// Whole numbers, however JSON spells them.
enum DecimalInteger {
    /// More digits than this are no argument of anybody.
    private static let digitLimit = 32

    /// The number in plain decimal (`42.0` and `4.2e1` are `42`); nil for one that is not whole or far too large.
    static func spelling(of number: UnsafeRawBufferPointer) -> [UInt8]? {
        let isNegative = number.first == 0x2D
        let end = number.firstIndex { $0 | 0x20 == 0x65 } ?? number.endIndex
        var digits: [UInt8] = []
        var exponent = 0
        var isFraction = false
        for byte in number[(isNegative ? 1 : 0)..<end] {
            if byte == 0x2E {
                isFraction = true
                continue
            }
            digits.append(byte)
            if isFraction { exponent -= 1 }
        }
        if end < number.endIndex {
            guard let more = Int(String(decoding: number[(end + 1)...], as: UTF8.self)), (-10_000...10_000).contains(more) else {
                return nil
            }
            exponent += more
        }
        digits = Array(digits.drop { $0 == 0x30 })
        while digits.last == 0x30 {
            digits.removeLast()
            exponent += 1
        }
        guard !digits.isEmpty else { return [0x30] }
        guard exponent >= 0, digits.count + exponent <= digitLimit else { return nil }
        return (isNegative ? [0x2D] : []) + digits + Array(repeating: 0x30, count: exponent)
    }
}
