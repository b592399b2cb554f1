/// Finds names that are written to be taken for others: letters of one script that look like those of another.
package enum LookAlikes {
    /// What is odd about a name, and how it reads at a glance; nil where nothing is.
    ///
    /// A word is odd when it mixes Latin letters with those of a script that looks like it, when all its letters are of such a script
    /// and each looks Latin, or when it holds forms of letters, digits or signs that look like the plain ones. Plain words of any one
    /// script are not. The answer is made safe for a terminal.
    package static func remark(_ name: String) -> String? {
        guard !name.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        for word in words(name) {
            if let remark = oddity(word) { return remark + ": " + Escaped.line(word) + reading(word) }
        }
        return nil
    }

    /// What is odd about the hosts in a text: look-alike letters in anything with dots, a name before the host of a URL.
    package static func hosts(in text: String) -> [String] {
        guard text.utf8.contains(where: { $0 >= 0x80 }) || text.contains("://") || text.contains("xn--") else { return [] }
        var found: [String] = []
        for token in text.prefix(1 << 20).unicodeScalars.split(whereSeparator: isDelimiter).map({ String($0) }) where found.count < most {
            let rest = token.range(ofText: "://").map { token[$0.upperBound...] } ?? token[...]
            let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" }
            let host = authority.split(separator: "@").last.map(String.init) ?? ""
            if rest.startIndex != token.startIndex, let at = authority.lastIndex(of: "@") {
                found.append("a URL has a name before its host, which is \(Escaped.line(host)): \(Escaped.line(String(authority[...at])))")
            }
            if host.unicodeScalars.contains(where: { $0 == "." || isDot($0) }), let odd = remark(host) { found.append("a host " + odd) }
            if host.split(separator: ".").contains(where: { $0.lowercased().hasPrefix("xn--") }) {
                found.append("a host is written in other letters than it shows: " + Escaped.line(host))
            }
        }
        return found
    }

    private static let most = 20

    private static func words(_ name: String) -> [String] {
        name.unicodeScalars.split { scalar in
            scalar.value < 0x80 && !scalar.properties.isAlphabetic && scalar.properties.numericType == nil
        }.map { String($0) }
    }

    private static func oddity(_ word: String) -> String? {
        var isLatin = false
        var scripts: [String] = []
        var letters = 0
        var plain = 0
        for scalar in word.unicodeScalars {
            if isForm(scalar) { return "has characters that look like plain ones" }
            guard scalar.properties.isAlphabetic else { continue }
            letters += 1
            if plainForm(scalar) != nil { plain += 1 }
            switch script(scalar) {
            case "Latin": isLatin = true
            case let script?: if !scripts.contains(script) { scripts.append(script) }
            case nil: break
            }
        }
        guard let first = scripts.first else { return nil }
        if isLatin { return "mixes Latin and \(Words.and(scripts)) letters" }
        if scripts.count > 1 { return "mixes \(Words.and(scripts)) letters" }
        return plain == letters ? "has \(first) letters that look Latin" : nil
    }

    private static func reading(_ word: String) -> String {
        let plain = String(String.UnicodeScalarView(word.unicodeScalars.map { plainForm($0) ?? $0 }))
        guard plain.utf8.allSatisfy({ $0 < 0x80 }) else { return "" }
        return " (reads like \(Escaped.line(plain)))"
    }

    /// The scripts that can be taken for each other.
    private static func script(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x1E00...0x1EFF: "Latin"
        case 0x250...0x2AF, 0x1D00...0x1D7F: "phonetic"
        case 0x370...0x3FF, 0x1F00...0x1FFF: "Greek"
        case 0x400...0x52F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F: "Cyrillic"
        case 0x530...0x58F: "Armenian"
        case 0x13A0...0x13FF, 0xAB70...0xABBF: "Cherokee"
        case 0xA4D0...0xA4FF: "Lisu"
        case 0x2C80...0x2CFF: "Coptic"
        default: nil
        }
    }

    private static func isDot(_ scalar: Unicode.Scalar) -> Bool { [0x2024, 0x3002, 0xFF0E, 0xFF61].contains(scalar.value) }

    private static func isDelimiter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || "\"'`<>(){}[],;|".unicodeScalars.contains(scalar)
    }

    /// Another form of what ASCII has: wide, mathematical, or a sign that looks like one of ASCII's.
    private static func isForm(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xFF01...0xFF5E, 0x1D400...0x1D7FF, 0x2100...0x214F, 0x2160...0x2188, 0x2460...0x24FF, 0x1F100...0x1F1AD: true
        case 0x2010...0x2015, 0x2024, 0x2039, 0x203A, 0x2044, 0x2212, 0x2215, 0x2216, 0x2236, 0x29F8, 0x3002, 0xA789, 0xFF61, 0x0589,
            0x02D0:
            true
        default: false
        }
    }

    private static func plainForm(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0xFF01...0xFF5E: Unicode.Scalar(scalar.value - 0xFEE0)
        case 0x1D400...0x1D6A3:
            Unicode.Scalar((scalar.value - 0x1D400) % 52 < 26 ? 0x41 + (scalar.value - 0x1D400) % 52 : 0x47 + (scalar.value - 0x1D400) % 52)
        case 0x1D7CE...0x1D7FF: Unicode.Scalar(0x30 + (scalar.value - 0x1D7CE) % 10)
        case 0x2010...0x2015, 0x2212: "-"
        case 0x2044, 0x2215, 0x29F8: "/"
        case 0x2236, 0xA789, 0x0589, 0x02D0: ":"
        case 0x2024, 0x3002, 0xFF61: "."
        default: table[scalar]
        }
    }

    private static let table: [Unicode.Scalar: Unicode.Scalar] = {
        let pairs = [
            // Cyrillic
            ("аеорсухіјѕһԁԛԝӏԍѵԏАВЕКМНОРСТУХІЈЅҺԌԚԜӀ", "aeopcyxijshdqwlgvgABEKMHOPCTYXIJShGQWI"),
            // Greek
            ("ανορυιϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "avopuicjABEZHIKMNOPTYXC"),
            // Armenian, Cherokee, Lisu, Coptic
            ("օսոհզցքյՕՍՏԼ", "ounhqgpjOUSL"), ("ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃ", "ABCDEGHiJKLMPRSTVWZ"),
            ("ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ", "ABCDEFGHIJKLMNOPRSTUVWXYZ"), ("ⲟⲣⲥⲭⲞⲢⲤⲬ", "opcxOPCX"),
            // Phonetic
            ("ɑɡɩɪʏʀɴʙᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢ", "agiiYRNBACDEJKMOPTUVWZ"),
        ]
        var table: [Unicode.Scalar: Unicode.Scalar] = [:]
        for (odd, plain) in pairs {
            for (from, to) in zip(odd.unicodeScalars, plain.unicodeScalars) { table[from] = to }
        }
        return table
    }()
}

extension String {
    fileprivate func range(ofText text: String) -> Range<String.Index>? {
        guard let first = text.utf8.first else { return nil }
        var index = startIndex
        while let found = self[index...].utf8.firstIndex(of: first) {
            if self[found...].utf8.starts(with: text.utf8) { return found..<utf8.index(found, offsetBy: text.utf8.count) }
            index = utf8.index(after: found)
        }
        return nil
    }
}
