/// One serialiser's habits of escaping inside a JSON string (RFC 8259 section 7).
struct JSONStyle {
    enum Hex { case lower, upper }

    /// `/` as `\/` (PHP, Foundation).
    var slash = false
    /// Line feed, tab and the like as `\u000a` instead of `\n`.
    var longControls: Hex?
    /// Everything beyond ASCII as `\uXXXX` (Python, .NET).
    var nonASCII: Hex?
    /// Which ASCII characters are `\uXXXX`, so that the text may stand in HTML.
    var hidden = Hidden.none

    enum Hidden: CaseIterable {
        case none, go, gson, dotNet

        var characters: [UInt8] {
            switch self {
            case .none: []
            case .go: Array("<>&".utf8)
            case .gson: Array("<>&='".utf8)
            case .dotNet: Array("<>&'\"+`".utf8)
            }
        }

        var hex: Hex { self == .dotNet ? .upper : .lower }
    }

    /// Every combination.
    static let all: [JSONStyle] = {
        let cases: [Hex?] = [nil, .lower, .upper]
        return [false, true].flatMap { slash in
            cases.flatMap { controls in
                cases.flatMap { nonASCII in
                    Hidden.allCases.map { JSONStyle(slash: slash, longControls: controls, nonASCII: nonASCII, hidden: $0) }
                }
            }
        }
    }()

    /// The usual ones, for the inner text of JSON within JSON.
    static let nested = all.filter {
        $0.longControls == nil && $0.nonASCII != .upper && ($0.hidden == .none || $0.hidden == .go)
    }

    /// The usual ones, for the outer text of JSON within JSON.
    static let outer = [
        JSONStyle(), JSONStyle(slash: true), JSONStyle(nonASCII: .lower), JSONStyle(slash: true, nonASCII: .lower),
        JSONStyle(hidden: .go),
    ]

    /// The text of a JSON string that means `bytes`, without its quotes. `bytes` must be UTF-8.
    func escape(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(6 * bytes.count)
        let hiddenCharacters = hidden.characters
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if byte >= 0x80, let nonASCII {
                let (scalar, length) = Self.scalar(bytes, at)
                for unit in UTF16.encode(scalar).map({ Array($0) }) ?? [] { Self.append(unit, nonASCII, to: &out) }
                at += length
                continue
            }
            at += 1
            if hiddenCharacters.contains(byte) {
                Self.append(UInt16(byte), hidden.hex, to: &out)
            } else if byte == 34 || byte == 92 {
                out += [92, byte]
            } else if byte == 47, slash {
                out += [92, 47]
            } else if byte < 0x20 {
                if longControls == nil, let short = Self.short(byte) {
                    out += [92, short]
                } else {
                    Self.append(UInt16(byte), longControls ?? .lower, to: &out)
                }
            } else {
                out.append(byte)
            }
        }
        return out
    }

    private static func short(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 8: 98  // \b
        case 9: 116  // \t
        case 10: 110  // \n
        case 12: 102  // \f
        case 13: 114  // \r
        default: nil
        }
    }

    private static func append(_ unit: UInt16, _ hex: Hex, to out: inout [UInt8]) {
        out += [92, 117]
        for shift in [12, 8, 4, 0] as [UInt16] { out.append(hexDigit(UInt8((unit >> shift) & 15), upper: hex == .upper)) }
    }

    private static func scalar(_ bytes: [UInt8], _ at: Int) -> (Unicode.Scalar, Int) {
        var decoder = UTF8()
        var rest = bytes[at...].makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return ("\u{FFFD}", 1) }
        return (scalar, UTF8.width(scalar))
    }
}
