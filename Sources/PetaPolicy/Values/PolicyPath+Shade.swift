internal import PetaWire

extension PolicyPath {
    /// True where a tree that was shaded does not tell what stood at this place: it, or something on the way to it, is hidden or cut.
    func isShaded(in tree: JSON) -> Bool {
        var found: [JSON] = [tree]
        for step in steps {
            var next: [JSON] = []
            for value in found {
                if let text = value.string, ArgumentShade.isMark(text) { return true }
                switch step {
                case .key(let key):
                    if let value = value[key] { next.append(value) } else if value[ArgumentShade.cutKey] != nil { return true }
                case .index(let index):
                    guard let items = value.array else { continue }
                    if index < items.count { next.append(items[index]) } else if Self.isCut(items) { return true }
                case .each: next += value.array ?? []
                }
            }
            // More than rules look at is refused by them.
            guard next.count <= Self.valueLimit else { return false }
            found = next
        }
        return found.contains(where: Self.hasMark)
    }

    private static func isCut(_ items: [JSON]) -> Bool { items.last?.string.map(ArgumentShade.isMark) ?? false }

    /// As deep as arguments can be.
    private static func hasMark(_ value: JSON) -> Bool {
        switch value {
        case .string(let text): ArgumentShade.isMark(text)
        case .array(let items): items.contains(where: hasMark)
        case .object(let members): members.contains { $0.key == ArgumentShade.cutKey || hasMark($0.value) }
        case .null, .bool, .number: false
        }
    }
}
