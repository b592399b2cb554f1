/// An address of IPv4 or IPv6. An IPv4 address inside IPv6 (`::ffff:192.0.2.1`, RFC 4291, section 2.5.5.2) is the IPv4 address.
package struct IPAddress: Hashable, Sendable {
    /// The bytes, 4 or 16 of them, as one number of 128 bits: high and low half.
    let high: UInt64
    let low: UInt64
    /// True for IPv6.
    package let isV6: Bool

    private init(high: UInt64, low: UInt64) {
        // What only wraps an IPv4 address must not be a way around a rule about it.
        isV6 = !(high == 0 && low >> 32 == 0xFFFF)
        self.high = isV6 ? high : 0
        self.low = isV6 ? low : low & 0xFFFF_FFFF
    }

    private init(v4: UInt32) {
        isV6 = false
        high = 0
        low = UInt64(v4)
    }

    /// Reads an address in its usual spelling (RFC 4291, section 2.2; four decimal numbers without leading zeros for IPv4); brackets around
    /// IPv6 are taken, a zone (`%eth0`), a port and anything else are not.
    package init?(_ text: some StringProtocol) {
        let text = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : String(text)
        guard text.utf8.count <= 45 else { return nil }
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let (high, low) = Self.v6(Array(text.utf8)) else { return nil }
            self.init(high: high, low: low)
        } else {
            guard let number = Self.v4(text.utf8) else { return nil }
            self.init(v4: number)
        }
    }

    /// The address with all bits behind the first `bits` cleared: of a range, the address that stands for it.
    package func prefix(_ bits: Int) -> IPAddress {
        if !isV6 { return IPAddress(v4: bits <= 0 ? 0 : UInt32(truncatingIfNeeded: low) & ~UInt32(0) << UInt32(max(0, 32 - bits))) }
        return IPAddress(
            high: bits <= 0 ? 0 : high & ~UInt64(0) << UInt64(max(0, 64 - bits)),
            low: bits <= 64 ? 0 : low & ~UInt64(0) << UInt64(max(0, 128 - bits)))
    }

    private static func v4(_ text: some Collection<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }), part.count == 1 || part.first != 0x30
            else { return nil }
            let value = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
            guard value < 256 else { return nil }
            number = number << 8 | value
        }
        return number
    }

    private static func v6(_ text: [UInt8]) -> (UInt64, UInt64)? {
        let colon = UInt8(ascii: ":")
        var groups: [UInt16] = []
        var gap: Int?
        var rest = text[...]
        if rest.starts(with: [colon, colon]) {
            gap = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            guard groups.count < 8 else { return nil }
            let part = rest.prefix { $0 != colon }
            if part.contains(UInt8(ascii: ".")) {
                guard part.count == rest.count, let number = v4(part) else { return nil }
                groups += [UInt16(number >> 16), UInt16(truncatingIfNeeded: number)]
                rest = []
                break
            }
            guard (1...4).contains(part.count), let value = UInt16(String(decoding: part, as: UTF8.self), radix: 16),
                part.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") })
            else { return nil }
            groups.append(value)
            rest = rest.dropFirst(part.count)
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == colon {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        return (
            groups[..<4].reduce(0) { $0 << 16 | UInt64($1) },
            groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
        )
    }
}

/// A single address or all addresses that begin with the same bits (CIDR, RFC 4632 and RFC 4291).
package struct AddressRange: Hashable, Sendable {
    /// Its first address, if it was spelled so; bits behind the prefix say nothing.
    package let base: IPAddress
    /// How many bits are the same, counted from the left.
    package let bits: Int

    /// Reads `ADDRESS` or `ADDRESS/BITS`. Bits of the address behind the prefix are not looked at.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(parts[0]) else { return nil }
        // `::ffff:10.0.0.0/104` would mean bits of another address than the one it stands for.
        if !address.isV6, parts[0].contains(":"), parts.count == 2 { return nil }
        let most = address.isV6 ? 128 : 32
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let bits = Int(parts[1]), bits <= most
            else { return nil }
            self.bits = bits
        } else {
            bits = most
        }
        base = address
    }

    /// True if the address lies in it. One of the other version never does.
    package func contains(_ address: IPAddress) -> Bool {
        guard address.isV6 == base.isV6 else { return false }
        if !base.isV6 { return bits == 0 || (address.low ^ base.low) >> UInt64(32 - bits) == 0 }
        if bits <= 64 { return bits == 0 || (address.high ^ base.high) >> UInt64(64 - bits) == 0 }
        return address.high == base.high && (address.low ^ base.low) >> UInt64(128 - bits) == 0
    }
}

extension AddressRange: CustomStringConvertible {
    /// One spelling for each range: `ADDRESS` or `ADDRESS/BITS`, bits behind the prefix cleared.
    package var description: String {
        let isWhole = bits == (base.isV6 ? 128 : 32)
        return isWhole ? "\(base)" : "\(base.prefix(bits))/\(bits)"
    }
}

extension IPAddress: CustomStringConvertible {
    /// The usual spelling; IPv6 without its shortening.
    package var description: String {
        if !isV6 { return (0..<4).map { String(UInt8(truncatingIfNeeded: low >> (24 - 8 * UInt64($0)))) }.joined(separator: ".") }
        return [high, low].flatMap { half in (0..<4).map { String(UInt16(truncatingIfNeeded: half >> (48 - 16 * UInt64($0))), radix: 16) } }
            .joined(separator: ":")
    }
}
