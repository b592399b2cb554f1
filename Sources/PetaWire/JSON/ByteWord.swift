/// Tests on eight bytes at a time. Each answer has the top bit of a byte set where the byte matches; only the lowest
/// set bit is exact (a borrow can reach the bytes above it), which is all that a scan from the left needs.
enum ByteWord {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }

    /// Quotes, backslashes and control characters: what ends a plain run inside a JSON string.
    @inline(__always)
    static func stringStops(_ word: UInt64) -> UInt64 {
        zeros(word ^ 0x2222_2222_2222_2222) | zeros(word ^ 0x5C5C_5C5C_5C5C_5C5C)
            | (word &- 0x2020_2020_2020_2020) & ~word & tops
    }
}
