package import PetaWire

/// Ranges, prepared so that asking takes one look for each prefix length that occurs, however many they are.
package struct AddressSet: Sendable {
    private struct Level: Sendable {
        let bits: Int
        var bases: Set<IPAddress>
    }
    private var v4: [Level] = []
    private var v6: [Level] = []

    /// The same range twice is no error.
    package init(_ ranges: some Sequence<AddressRange>) {
        for range in ranges {
            let base = range.base.prefix(range.bits)
            if range.base.isV6 { Self.add(base, range.bits, to: &v6) } else { Self.add(base, range.bits, to: &v4) }
        }
    }

    /// True if no address is in it.
    package var isEmpty: Bool { v4.isEmpty && v6.isEmpty }

    private static func add(_ base: IPAddress, _ bits: Int, to levels: inout [Level]) {
        if let index = levels.firstIndex(where: { $0.bits == bits }) {
            levels[index].bases.insert(base)
        } else {
            levels.append(Level(bits: bits, bases: [base]))
        }
    }

    /// True if a range holds the address.
    package func contains(_ address: IPAddress) -> Bool {
        (address.isV6 ? v6 : v4).contains { $0.bases.contains(address.prefix($0.bits)) }
    }
}
