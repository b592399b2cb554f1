/// Reads single JSON values out of bytes whose extent ``JSONMembers`` has found. Each gives nil for another kind of value.
enum JSONValue {
    /// A string in its quotes, unescaped.
    static func string(_ text: UnsafeBufferPointer<UInt8>) -> String? {
        guard text.count >= 2, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"") else { return nil }
        let content = UnsafeBufferPointer(rebasing: text[1..<text.count - 1])
        guard content.contains(UInt8(ascii: "\\")) else { return String(validating: content, as: UTF8.self) }
        return unescape(content)
    }

    /// A whole number.
    static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        Int64(String(decoding: text, as: UTF8.self))
    }

    /// Milliseconds with at most three decimals, as microseconds.
    static func milliseconds(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let parts = String(decoding: text, as: UTF8.self).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ Int64($0) }), whole >= 0 else { return nil }
        let (scaled, tooLarge) = whole.multipliedReportingOverflow(by: 1000)
        guard !tooLarge else { return nil }
        guard parts.count == 2 else { return scaled }
        let decimals = parts[1]
        guard (1...3).contains(decimals.count), decimals.allSatisfy({ ("0"..."9").contains($0) }),
            let fraction = Int64(decimals.padding(to: 3))
        else { return nil }
        let (sum, overflow) = scaled.addingReportingOverflow(fraction)
        return overflow ? nil : sum
    }

    /// true or false.
    static func bool(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
        switch String(decoding: text, as: UTF8.self) {
        case "true": true
        case "false": false
        default: nil
        }
    }

    private static func unescape(_ content: UnsafeBufferPointer<UInt8>) -> String? {
        var out: [UInt8] = []
        out.reserveCapacity(content.count)
        var at = 0
        while at < content.count {
            let byte = content[at]
            at += 1
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            guard at < content.count else { return nil }
            let escape = content[at]
            at += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(escape)
            case UInt8(ascii: "n"): out.append(0x0a)
            case UInt8(ascii: "r"): out.append(0x0d)
            case UInt8(ascii: "t"): out.append(0x09)
            case UInt8(ascii: "b"): out.append(0x08)
            case UInt8(ascii: "f"): out.append(0x0c)
            case UInt8(ascii: "u"):
                guard let scalar = scalar(content, &at) else { return nil }
                out.append(contentsOf: Character(scalar).utf8)
            default: return nil
            }
        }
        return String(validating: out, as: UTF8.self)
    }

    /// The scalar of `\uXXXX`, or of a surrogate pair of two; `at` stands behind the `u`.
    private static func scalar(_ content: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> Unicode.Scalar? {
        guard let high = unit(content, at) else { return nil }
        at += 4
        guard UTF16.isLeadSurrogate(high) else { return Unicode.Scalar(high) }
        guard at + 6 <= content.count, content[at] == UInt8(ascii: "\\"), content[at + 1] == UInt8(ascii: "u"),
            let low = unit(content, at + 2), UTF16.isTrailSurrogate(low)
        else { return nil }
        at += 6
        return Unicode.Scalar(0x10000 + (UInt32(high & 0x3ff) << 10) + UInt32(low & 0x3ff))
    }

    private static func unit(_ content: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt16? {
        guard at + 4 <= content.count else { return nil }
        let digits = content[at..<at + 4]
        guard digits.allSatisfy({ (48...57).contains($0) || (65...70).contains($0) || (97...102).contains($0) }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}

extension Substring {
    fileprivate func padding(to count: Int) -> String {
        String(self) + String(repeating: "0", count: count - self.count)
    }
}
