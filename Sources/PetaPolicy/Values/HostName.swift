internal import PetaWire

/// The host that a URL leads to, read so that nothing else could read another one out of it.
enum HostName {
    /// The host in lower case, without a dot at its end; an address in its shortest sense (`127.0.0.1` for `[::ffff:127.0.0.1]`). Nil where the
    /// text is no absolute URL (RFC 3986, section 4.3) or where programs disagree on the host: backslashes, blanks, control characters,
    /// percent signs or more than one `@` in the authority, letters beyond ASCII, and numbers that only some take for an address.
    static func of(_ url: String) -> String? {
        let bytes = url.utf8
        guard bytes.count <= 8192, let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > bytes.startIndex,
            bytes[..<colon].allSatisfy({ isLetter($0) || isDigit($0) || [0x2B, 0x2D, 0x2E].contains($0) }),
            isLetter(bytes[bytes.startIndex]),
            bytes[colon...].dropFirst().starts(with: [0x2F, 0x2F])
        else { return nil }
        let rest = bytes[colon...].dropFirst(3)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x5C }) else { return nil }
        let authority = rest.prefix { $0 != 0x2F && $0 != 0x3F && $0 != 0x23 }
        var place = authority
        if let at = authority.firstIndex(of: 0x40) {
            place = authority[at...].dropFirst()
            guard !place.contains(0x40) else { return nil }
        }
        guard place.allSatisfy({ $0 < 0x80 && $0 != 0x25 }) else { return nil }
        var host = place.prefix { $0 != 0x3A }
        if place.first == 0x5B {
            guard let end = place.firstIndex(of: 0x5D) else { return nil }
            host = place[...end]
        }
        let port = place[host.endIndex...]
        guard port.isEmpty || port.first == 0x3A && port.dropFirst().allSatisfy(isDigit) else { return nil }
        var name = String(decoding: host, as: UTF8.self).lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard !name.isEmpty, !name.hasSuffix(".") else { return nil }
        if let address = IPAddress(name) { return address.isV6 ? name : "\(address)" }
        guard !name.hasPrefix("["), name.utf8.allSatisfy({ isLetter($0) || isDigit($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }) else {
            return nil
        }
        // `0x7f.1`, `2130706433` and `127.1` are addresses to some and names to others.
        let last = name.split(separator: ".").last ?? ""
        if last.utf8.allSatisfy(isDigit) || last.hasPrefix("0x") { return nil }
        return name
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
