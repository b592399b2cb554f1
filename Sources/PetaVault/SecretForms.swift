package import PetaCrypto

/// The forms in which a value may turn up in an answer: as it is, inside a JSON string, inside JSON inside a JSON string
/// (as tool results often are), percent-encoded, and inside base64.
///
/// Serialisers differ in what they escape, so one value has several forms of a kind; forms that fall together count once.
/// What mixes styles within one value, or encodes it in any other way, is not found: this stops accidents, it does
/// not stop a server that wants to leak what it was given.
package struct SecretForms {
    /// Values shorter than this are not searched for: two or three bytes are found in nearly any text by chance, and
    /// replacing them would spoil results without hiding anything.
    package static let minimumLength = 4

    /// Every form once, each of four bytes or more; none for a value that is too short.
    package private(set) var all: [[UInt8]] = []
    private var value: [UInt8]

    /// Works the forms out. Wipe them with ``wipeAll()`` after use.
    package init(_ secret: SecretBytes) {
        value = secret.withUnsafeBytes { Array($0) }
        guard value.count >= Self.minimumLength else { return }
        addJSON()
        addPercent()
        addBase64()
    }

    /// Overwrites the copies. Nothing may be used afterwards.
    package mutating func wipeAll() {
        wipe(&value)
        for i in all.indices { wipe(&all[i]) }
    }

    private mutating func add(_ form: consuming [UInt8]) {
        if form.count >= Self.minimumLength, !all.contains(form) { all.append(form) } else { wipe(&form) }
    }

    private mutating func addJSON() {
        add(value.map { $0 })  // a buffer of its own, so that both are wiped
        for style in JSONStyle.all { add(style.escape(value)) }
        for inner in JSONStyle.nested {
            var once = inner.escape(value)
            for outer in JSONStyle.outer { add(outer.escape(once)) }
            wipe(&once)
        }
    }

    private mutating func addPercent() {
        // RFC 3986 unreserved; letters and digits only; encodeURIComponent; Python's quote; what may stand in a query; forms.
        for kept in ["-._~", "", "-._~!'()*", "-._~/", "-._~!'()*$,;:@/?=&+", "-._*", "-._"] {
            for upper in [true, false] {
                for plus in [true, false] {
                    add(Self.percent(value, keeping: Array(kept.utf8), upper: upper, spaceAsPlus: plus))
                }
            }
        }
    }

    private static func percent(_ bytes: [UInt8], keeping kept: [UInt8], upper: Bool, spaceAsPlus: Bool) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(3 * bytes.count)
        for byte in bytes {
            if isAlphanumeric(byte) || kept.contains(byte) {
                out.append(byte)
            } else if byte == 32, spaceAsPlus {
                out.append(43)
            } else {
                out += [37, hexDigit(byte >> 4, upper: upper), hexDigit(byte & 15, upper: upper)]
            }
        }
        return out
    }

    /// The value may begin at any of the three places of a base64 group. The characters at its edges mix in bits of what
    /// stands beside it, so only those that depend on the value alone are searched for.
    private mutating func addBase64() {
        for alphabet in ["+/", "-_"] {
            let last = Array(alphabet.utf8)
            for before in 0..<3 {
                let form = Self.base64(value, after: before, last: last)
                if alphabet == "+/" {
                    add(form.flatMap { $0 == 47 ? [92, 47] : [$0] })
                    for upper in [true, false] { add(Self.percent(form, keeping: [], upper: upper, spaceAsPlus: false)) }
                }
                add(form)
            }
        }
    }

    private static func base64(_ bytes: [UInt8], after before: Int, last: [UInt8]) -> [UInt8] {
        let first = (8 * before + 5) / 6
        let end = 8 * (before + bytes.count) / 6
        var out: [UInt8] = []
        out.reserveCapacity(end - first)
        for i in first..<end {
            // The character holds bits 6i ..< 6i + 6 of the stream, all of them the value's.
            let bit = 6 * i - 8 * before
            let pair = UInt16(bytes[bit / 8]) << 8 | (bit / 8 + 1 < bytes.count ? UInt16(bytes[bit / 8 + 1]) : 0)
            let sextet = UInt8(truncatingIfNeeded: pair >> UInt16(10 - bit % 8)) & 63
            switch sextet {
            case 0..<26: out.append(65 + sextet)
            case 26..<52: out.append(71 + sextet)
            case 52..<62: out.append(sextet - 4)
            default: out.append(last[Int(sextet) - 62])
            }
        }
        return out
    }
}

func isAlphanumeric(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
}

func hexDigit(_ value: UInt8, upper: Bool) -> UInt8 {
    value < 10 ? 48 + value : (upper ? 55 : 87) + value
}
