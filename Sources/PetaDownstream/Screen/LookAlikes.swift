/// Letters that are taken for others.
enum LookAlikes {
    /// The ASCII letter that this one is taken for; nil for most.
    static func ascii(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0xFF01...0xFF5E: UInt8(scalar.value - 0xFEE0)
        case 0x2018, 0x2019, 0x02BC: UInt8(ascii: "'")
        case 0x00A0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: UInt8(ascii: " ")
        case 0x1D400...0x1D6A3: letter(Int(scalar.value - 0x1D400) % 52)
        case 0x24B6...0x24CF: letter(Int(scalar.value - 0x24B6))
        case 0x24D0...0x24E9: letter(Int(scalar.value - 0x24D0) + 26)
        default: table[scalar]
        }
    }

    private static func letter(_ number: Int) -> UInt8 { number < 26 ? 0x41 + UInt8(number) : 0x61 + UInt8(number - 26) }

    /// Of Cyrillic, Greek and Armenian what most fonts draw alike, and the letters of other scripts that are used for it.
    private static let table: [Unicode.Scalar: UInt8] = {
        let pairs: [(String, String)] = [
            ("аеорсухіјѕԁһӏԛԝցѵ", "aeopcyxijsdhlqwgv"), ("АВЕКМНОРСТУХІЈЅԌ", "ABEKMHOPCTYXIJSG"), ("ορνικυα", "opviKua"),
            ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"), ("օսհոԼ", "ouhnL"), ("ıɑɡɩʏᴏ", "iagiyo"),
        ]
        var made: [Unicode.Scalar: UInt8] = [:]
        for (theirs, ours) in pairs {
            for (scalar, byte) in zip(theirs.unicodeScalars, ours.utf8) { made[scalar] = byte }
        }
        return made
    }()

    /// The scripts that are told apart.
    private enum Script {
        case latin, greek, cyrillic, armenian, wide

        init?(_ scalar: Unicode.Scalar) {
            switch scalar.value {
            case 0x41...0x5A, 0x61...0x7A, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x1E00...0x1EFF: self = .latin
            case 0x0370...0x03FF, 0x1F00...0x1FFF: self = .greek
            case 0x0400...0x052F: self = .cyrillic
            case 0x0531...0x0587: self = .armenian
            case 0xFF21...0xFF3A, 0xFF41...0xFF5A, 0x1D400...0x1D7FF: self = .wide
            default: return nil
            }
        }
    }

    /// Where the first word stands that mixes scripts. In prose Greek letters beside Latin ones are units and formulas, and wide ones style.
    static func mixture(_ scalars: [Unicode.Scalar], inName: Bool) -> Int? {
        var first: Script?
        var start = 0
        for (index, scalar) in scalars.enumerated() {
            guard let script = Script(scalar) else {
                // What is hidden does not end a word.
                if HiddenScalar(scalar) == nil, !(inName && scalar.value < 0x80) { first = nil }
                continue
            }
            guard inName || script == .latin || script == .cyrillic else { continue }
            if let known = first {
                if known != script { return start }
            } else {
                first = script
                start = index
            }
        }
        return nil
    }

    /// Names of one server that look alike, each told once.
    static func findings(_ names: [String]) -> [ToolFinding] {
        var shapes: [[UInt8]: String] = [:]
        var found: [ToolFinding] = []
        for name in names {
            let shape = shape(name)
            if let other = shapes[shape] {
                found.append(
                    ToolFinding(tool: name, field: "name", kind: .lookAlike, excerpt: "looks like \(VisibleText.line(other))", position: 0))
            } else {
                shapes[shape] = name
            }
        }
        return found
    }

    /// What a name looks like at a glance.
    private static func shape(_ name: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in name.unicodeScalars where HiddenScalar(scalar) == nil {
            guard let seen = scalar.value < 0x80 ? UInt8(scalar.value) : ascii(scalar) else {
                bytes += String(Character(scalar)).utf8
                continue
            }
            switch seen {
            case UInt8(ascii: "0"): bytes.append(UInt8(ascii: "O"))
            case UInt8(ascii: "1"), UInt8(ascii: "I"): bytes.append(UInt8(ascii: "l"))
            default: bytes.append(seen)
            }
        }
        return bytes
    }
}
