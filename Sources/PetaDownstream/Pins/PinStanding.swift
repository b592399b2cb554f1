package import PetaCrypto

/// How the tools that a server lists stand to those that were accepted. Pure comparison: no clock, no store.
package struct PinStanding: Equatable, Sendable {
    /// How one tool stands.
    package enum State: String, Sendable {
        case accepted, changed, new, gone
    }

    /// Where a definition seems to come from. A guess for people: nothing is decided by it.
    package enum Kinship: Equatable, Sendable {
        /// The same definition stood under this name, which is gone.
        case renamed(from: String)
        /// The same definition now stands under this name.
        case became(String)
        /// The two have each other's definitions.
        case swapped(with: String)
        /// It has the definition that was accepted for this one.
        case copied(from: String)
    }

    /// A tool that awaits an administrator.
    package struct Item: Equatable, Sendable {
        package let name: String
        package let state: State
        /// What was accepted; nil for a new tool.
        package let old: ToolPin?
        /// What is listed now; nil for one that is gone.
        package let new: ToolPin?
        package var kinship: Kinship?

        /// What an administrator has to name to accept exactly this: the definition that is listed, or that of the tool that is gone.
        package var digest: SHA256Digest? { new?.digest ?? old?.digest }
    }

    /// Everything that is not as it was accepted, by name.
    package let items: [Item]
    private let byName: [String: Int]

    /// Everything is as it was accepted.
    package static let clean = PinStanding([])

    init(_ items: [Item]) {
        self.items = items
        byName = Dictionary(items.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// Compares. Linear in the number of tools, but for their order.
    package init(accepted: [String: ToolPin], offered: [ToolPin]) {
        var items: [Item] = []
        var there: Set<String> = []
        for pin in offered {
            there.insert(pin.name)
            let old = accepted[pin.name]
            if old?.digest == pin.digest { continue }
            items.append(Item(name: pin.name, state: old == nil ? .new : .changed, old: old, new: pin))
        }
        for (name, old) in accepted where !there.contains(name) { items.append(Item(name: name, state: .gone, old: old, new: nil)) }
        items.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        self.init(Self.related(items, accepted))
    }

    /// The tool of this name, if it is not as it was accepted.
    package subscript(name: String) -> Item? { byName[name].map { items[$0] } }

    private static func related(_ items: [Item], _ accepted: [String: ToolPin]) -> [Item] {
        guard !items.isEmpty else { return items }
        var items = items
        // Names that are gone, by what they were; each is used up by one rename.
        var gone: [SHA256Digest: [Int]] = [:]
        for index in items.indices.reversed() where items[index].state == .gone {
            if let body = items[index].old?.body { gone[body, default: []].append(index) }
        }
        var owners: [SHA256Digest: String] = [:]
        for pin in accepted.values.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) where owners[pin.body] == nil {
            owners[pin.body] = pin.name
        }
        let places = Dictionary(items.enumerated().map { ($1.name, $0) }) { first, _ in first }
        for index in items.indices {
            guard let body = items[index].new?.body else { continue }
            if items[index].state == .new, let old = gone[body]?.popLast() {
                items[index].kinship = .renamed(from: items[old].name)
                items[old].kinship = .became(items[index].name)
            } else if let owner = owners[body], owner != items[index].name {
                let isSwap = places[owner].map { items[$0].state == .changed && items[$0].new?.body == items[index].old?.body } ?? false
                items[index].kinship = isSwap ? .swapped(with: owner) : .copied(from: owner)
            }
        }
        return items
    }
}
