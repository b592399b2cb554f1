/// A number as it was spelled, compared exactly: no rounding turns 9007199254740993 into its neighbour.
struct DecimalNumber: Sendable, Hashable, Comparable {
    private let isNegative: Bool
    /// Significant digits, without zeros at either end; empty for zero. The value is 0.DIGITS times ten to the `scale`.
    private let digits: [UInt8]
    private let scale: Int

    /// The longest spelling that is read, in bytes.
    static let lengthLimit = 1_000
    /// The largest exponent.
    private static let exponentLimit = 1_000_000

    /// Reads a number in the spelling of JSON (RFC 8259, section 6). Nil for anything else, blanks and `0x10` among them: what servers
    /// would read in different ways is no number.
    init?(_ text: String) {
        var rest = text.utf8[...]
        guard rest.count <= Self.lengthLimit else { return nil }
        var isNegative = false
        if rest.first == UInt8(ascii: "-") {
            isNegative = true
            rest = rest.dropFirst()
        }
        let whole = rest.prefix { (0x30...0x39).contains($0) }
        guard !whole.isEmpty, whole.count == 1 || whole.first != 0x30 else { return nil }
        rest = rest.dropFirst(whole.count)
        var fraction = rest.prefix(0)
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = rest.prefix { (0x30...0x39).contains($0) }
            guard !fraction.isEmpty else { return nil }
            rest = rest.dropFirst(fraction.count)
        }
        var exponent = 0
        if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
            rest = rest.dropFirst()
            var isSmall = false
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                isSmall = sign == UInt8(ascii: "-")
                rest = rest.dropFirst()
            }
            guard !rest.isEmpty, rest.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            let power = rest.drop { $0 == 0x30 }
            guard power.count <= 7 else { return nil }
            exponent = power.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            guard exponent <= Self.exponentLimit else { return nil }
            if isSmall { exponent = -exponent }
            rest = rest.prefix(0)
        }
        guard rest.isEmpty else { return nil }
        let all = Array(whole) + Array(fraction)
        let leading = all.prefix { $0 == 0x30 }.count
        var significant = all[leading...]
        while significant.last == 0x30 { significant.removeLast() }
        digits = Array(significant)
        scale = digits.isEmpty ? 0 : whole.count - leading + exponent
        self.isNegative = isNegative && !digits.isEmpty
    }

    /// A whole number.
    init(_ value: Int) {
        let spelled = Array(String(value.magnitude).utf8)
        var significant = spelled[...]
        while significant.last == 0x30 { significant.removeLast() }
        digits = Array(significant)
        scale = digits.isEmpty ? 0 : spelled.count
        isNegative = value < 0
    }

    static func < (a: DecimalNumber, b: DecimalNumber) -> Bool {
        if a.isNegative != b.isNegative { return a.isNegative }
        let smaller = a.isNegative ? b.magnitude(isBelow: a) : a.magnitude(isBelow: b)
        return smaller
    }

    private func magnitude(isBelow other: DecimalNumber) -> Bool {
        if digits.isEmpty || other.digits.isEmpty { return digits.isEmpty && !other.digits.isEmpty }
        if scale != other.scale { return scale < other.scale }
        return digits.lexicographicallyPrecedes(other.digits)
    }

    /// How it is shown: `-1234.5`, or with an exponent where that would be long.
    var text: String {
        guard !digits.isEmpty else { return "0" }
        let sign = isNegative ? "-" : ""
        let all = String(decoding: digits, as: UTF8.self)
        if scale <= 0, scale > -20 { return sign + "0." + String(repeating: "0", count: -scale) + all }
        if scale >= digits.count, scale <= 40 { return sign + all + String(repeating: "0", count: scale - digits.count) }
        if scale > 0, scale < digits.count { return sign + all.prefix(scale) + "." + all.dropFirst(scale) }
        return "\(sign)0.\(all)e\(scale)"
    }
}
