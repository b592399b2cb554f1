/// Two spellings of one URI, made one (RFC 3986, section 6.2.2): case of scheme, host and percent-encodings, encodings that were not
/// needed, dot segments. What a server makes of a URI beyond that is its own affair.
package enum URIForm {
    /// The normal form. What is no absolute URI keeps its bytes, but for percent-encodings; so does the inside of `{…}` of a template.
    package static func normal(_ text: String) -> String {
        var bytes = decoded(Array(text.utf8))
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, bytes[..<colon].allSatisfy(isSchemeByte) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        lower(&bytes, 0..<colon)
        var path = colon + 1
        if bytes[path...].starts(with: "//".utf8) {
            let end = bytes[(path + 2)...].firstIndex { "/?#".utf8.contains($0) } ?? bytes.count
            // The user's part before an `@` keeps its case.
            let host = bytes[(path + 2)..<end].lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? path + 2
            lower(&bytes, host..<end)
            path = end
        }
        let end = bytes[path...].firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.count
        guard path < end, bytes[path] == UInt8(ascii: "/") else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: Array(bytes[..<path]) + withoutDots(bytes[path..<end]) + Array(bytes[end...]), as: UTF8.self)
    }

    /// Percent-encodings of unreserved characters are undone, the others spelled in capitals.
    private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = digit(bytes[at + 1]), let low = digit(bytes[at + 2])
            else {
                // A percent sign that begins nothing is one: spelled so, the form of a form is the form.
                if bytes[at] == UInt8(ascii: "%") { out += Array("%25".utf8) } else { out.append(bytes[at]) }
                at += 1
                continue
            }
            let byte = high << 4 | low
            if isUnreserved(byte) {
                out.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                out += [UInt8(ascii: "%"), digits[Int(high)], digits[Int(low)]]
            }
            at += 3
        }
        return out
    }

    /// RFC 3986, section 5.2.4, on a path that begins with a slash.
    private static func withoutDots(_ path: ArraySlice<UInt8>) -> [UInt8] {
        guard path.contains(UInt8(ascii: ".")) else { return Array(path) }
        var kept: [ArraySlice<UInt8>] = []
        let pieces = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        for (index, piece) in pieces.enumerated() {
            let isDot = piece.elementsEqual(".".utf8)
            let isUp = piece.elementsEqual("..".utf8)
            if isUp, !kept.isEmpty { kept.removeLast() }
            if !isDot, !isUp {
                kept.append(piece)
            } else if index == pieces.count - 1 {
                kept.append([])
            }
        }
        return kept.flatMap { [UInt8(ascii: "/")] + $0 }
    }

    private static func lower(_ bytes: inout [UInt8], _ range: Range<Int>) {
        for at in range where (0x41...0x5A).contains(bytes[at]) { bytes[at] |= 0x20 }
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "+-.".utf8.contains(byte)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-._~".utf8.contains(byte)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
