package import PetaIdentity
package import PetaWire

/// What proxies say of the client. Only what configured proxies have written is believed: the field is read from its end, where the
/// proxy that is known by its connection has written, and the first address that is no proxy's is the client's. What the client itself
/// put into the field stands before that and is never looked at.
package enum ForwardedField {
    /// What the field says.
    package enum Outcome: Equatable {
        /// Nothing: the request is the proxy's own.
        case none
        case client(IPAddress)
        case unreadable
    }

    /// Hops, and elements of the field, that are looked at.
    package static let hopLimit = 64

    /// Reads the lines of the field from the end.
    package static func read(_ lines: [UnsafeRawBufferPointer], as header: ProxyHeader, _ proxies: AddressSet) -> Outcome {
        var last: IPAddress?
        var looked = 0
        for line in lines.reversed() {
            var rest = line
            while true {
                let (element, before) = lastElement(rest)
                looked += 1
                guard looked <= hopLimit else { return .unreadable }
                if !element.isEmpty {
                    guard let address = header == .forwarded ? forwardedNode(element) : plainNode(element) else { return .unreadable }
                    guard proxies.contains(address) else { return .client(address) }
                    last = address
                }
                guard let before else { break }
                rest = before
            }
        }
        // All of them are proxies: the first one has asked for itself.
        return last.map(Outcome.client) ?? .none
    }

    /// What stands behind the last comma outside of quotes, without blanks; and what stands before that comma, if there is one.
    private static func lastElement(_ text: UnsafeRawBufferPointer) -> (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) {
        var quoted = false
        var index = text.count
        while index > 0 {
            index -= 1
            if text[index] == 0x22 { quoted.toggle() }
            if text[index] == 0x2C, !quoted {
                return (trimmed(UnsafeRawBufferPointer(rebasing: text[(index + 1)...])), UnsafeRawBufferPointer(rebasing: text[..<index]))
            }
        }
        return (trimmed(text), nil)
    }

    private static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var slice = text[...]
        while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
        return UnsafeRawBufferPointer(rebasing: slice)
    }

    /// `ADDRESS`, `ADDRESS:PORT` of IPv4, `[ADDRESS]` or `[ADDRESS]:PORT` of IPv6.
    private static func plainNode(_ text: UnsafeRawBufferPointer) -> IPAddress? {
        guard text.count <= 64 else { return nil }
        let word = String(decoding: text, as: UTF8.self)
        if word.hasPrefix("[") {
            guard let end = word.firstIndex(of: "]"), isPort(word[word.index(after: end)...]) else { return nil }
            let inside = word[word.index(after: word.startIndex)..<end]
            return inside.contains(":") ? IPAddress(inside) : nil
        }
        let colons = word.utf8.count { $0 == 0x3A }
        guard colons == 1, let colon = word.firstIndex(of: ":") else { return IPAddress(word) }
        return isPort(word[colon...]) ? IPAddress(word[..<colon]) : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard let first = text.utf8.first else { return true }
        let digits = text.utf8.dropFirst()
        return first == 0x3A && (1...5).contains(digits.count) && digits.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// The `for` of an element (RFC 7239, section 4); `unknown` and hidden names are no address.
    private static func forwardedNode(_ element: UnsafeRawBufferPointer) -> IPAddress? {
        guard element.count <= 512, !element.contains(0x5C) else { return nil }
        var found: IPAddress?
        for pair in element.split(separator: 0x3B) {
            let pair = trimmed(UnsafeRawBufferPointer(rebasing: pair))
            guard pair.count > 4, UnsafeRawBufferPointer(rebasing: pair[..<4]).equalsIgnoringCase("for=") else { continue }
            var value = pair[4...]
            if value.first == 0x22 {
                guard value.count > 2, value.last == 0x22 else { return nil }
                value = value.dropFirst().dropLast()
            }
            guard found == nil, let address = plainNode(UnsafeRawBufferPointer(rebasing: value)) else { return nil }
            found = address
        }
        return found
    }
}
