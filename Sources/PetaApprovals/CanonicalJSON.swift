package import PetaWire

/// JSON in one spelling, so that equal values have equal bytes however a client spelled them: members by their UTF-16 code units, no
/// space, numbers as ECMAScript prints them (RFC 8785).
///
/// One step further than the RFC, which reads every number as a double: a number that a double cannot hold exactly keeps all its digits.
/// Two amounts that differ must not look like one that a person has approved.
package enum CanonicalJSON {
    /// The bytes of a value.
    package static func bytes(_ value: JSON) -> [UInt8] {
        var out: [UInt8] = []
        append(value, to: &out)
        return out
    }

    private static func append(_ value: JSON, to out: inout [UInt8]) {
        switch value {
        case .number(let text): out += number(text).utf8
        case .array(let items):
            out.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                append(item, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            let ordered = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
            for (index, member) in ordered.enumerated() {
                if index > 0 { out.append(UInt8(ascii: ",")) }
                string(member.key, to: &out)
                out.append(UInt8(ascii: ":"))
                append(member.value, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        case .string(let text): string(text, to: &out)
        case .null, .bool: out += value.bytes
        }
    }

    /// Only what must be escaped is (RFC 8785, section 3.2.2.2).
    private static func string(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: out += [UInt8(ascii: "\\"), byte]
            case 0x08: out += "\\b".utf8
            case 0x09: out += "\\t".utf8
            case 0x0A: out += "\\n".utf8
            case 0x0C: out += "\\f".utf8
            case 0x0D: out += "\\r".utf8
            case 0..<0x20: out += "\\u00".utf8 + [hex(byte >> 4), hex(byte & 15)]
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 + digit : 0x57 + digit }

    // MARK: numbers

    /// A number in its one spelling. `text` is a number as JSON has it.
    static func number(_ text: String) -> String {
        let exact = Decimal(text)
        guard !exact.digits.isEmpty else { return "0" }
        if let double = Double(text), double.isFinite {
            let shortest = Decimal(double.description)
            if shortest == exact { return shortest.ecmaScript }
        }
        return exact.ecmaScript
    }

    /// A decimal number: `0.DIGITS` times ten to the power of `point`; no zeros at either end of the digits, none at all for zero.
    private struct Decimal: Equatable {
        var isNegative: Bool
        var digits: [UInt8]
        /// Where the point stands, counted from before the first digit. Text, since a client may write any exponent.
        var point: Exponent

        init(_ text: String) {
            var bytes = text.utf8[...]
            isNegative = bytes.first == UInt8(ascii: "-")
            if isNegative { bytes = bytes.dropFirst() }
            let mark = bytes.firstIndex { $0 | 0x20 == UInt8(ascii: "e") }
            let mantissa = bytes[..<(mark ?? bytes.endIndex)]
            let parts = mantissa.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            let whole = parts.first.map(Array.init) ?? []
            var all = whole + (parts.count > 1 ? Array(parts[1]) : [])
            var shift = whole.count
            let zeros = all.prefix { $0 == UInt8(ascii: "0") }.count
            all.removeFirst(zeros)
            shift -= zeros
            while all.last == UInt8(ascii: "0") { all.removeLast() }
            digits = all
            point =
                all.isEmpty
                ? Exponent("0", plus: 0)
                : Exponent(mark.map { String(decoding: bytes[bytes.index(after: $0)...], as: UTF8.self) } ?? "0", plus: shift)
            if all.isEmpty { isNegative = false }
        }

        /// As `Number::toString` writes it (ECMA-262, section 6.1.6.1.20).
        var ecmaScript: String {
            let sign = isNegative ? "-" : ""
            let text = String(decoding: digits, as: UTF8.self)
            let count = digits.count
            if let n = point.small {
                if count <= n, n <= 21 { return sign + text + String(repeating: "0", count: n - count) }
                if n > 0, n <= 21 { return sign + text.prefix(n) + "." + text.dropFirst(n) }
                if n > -6, n <= 0 { return sign + "0." + String(repeating: "0", count: -n) + text }
            }
            let power = point.lowered
            let mantissa = count == 1 ? text : text.prefix(1) + "." + text.dropFirst()
            return sign + mantissa + "e" + (power.hasPrefix("-") ? power : "+" + power)
        }
    }

    /// An exponent of any length. Sums with what a text can be long fit beside it; one with more than eighteen digits is kept as it is
    /// written, since no sum of lengths reaches it.
    private struct Exponent: Equatable {
        var small: Int?
        private var large: String

        init(_ text: String, plus shift: Int) {
            let isNegative = text.hasPrefix("-")
            let digits = text.drop { $0 == "-" || $0 == "+" }.drop { $0 == "0" }
            if digits.count <= 17, let value = Int(digits.isEmpty ? "0" : digits) {
                small = (isNegative ? -value : value) + shift
                large = ""
            } else {
                small = nil
                large = (isNegative ? "-" : "") + digits + "|\(shift)"
            }
        }

        /// One less, which is the exponent of a number with one digit before its point.
        var lowered: String { small.map { String($0 - 1) } ?? large }
    }
}
