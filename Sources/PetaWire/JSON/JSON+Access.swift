extension JSON {
    /// The text, when this is a string.
    package var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The truth value, when this is one; numbers are none.
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The whole number, when this is a number spelled as one (`1`, not `1.0` or `1e0`) that fits.
    package var int: Int? { if case .number(let spelling) = self { Int(spelling) } else { nil } }

    /// The number as a double, perhaps rounded; infinite when it is out of range.
    package var double: Double? { if case .number(let spelling) = self { Double(spelling) } else { nil } }

    /// The items, when this is an array.
    package var array: [JSON]? { if case .array(let items) = self { items } else { nil } }

    /// The members in their order, when this is an object.
    package var object: [Member]? { if case .object(let members) = self { members } else { nil } }

    /// True for `null`; a missing member is `nil`, not this.
    package var isNull: Bool { if case .null = self { true } else { false } }

    /// The value of a member, when this is an object that has it.
    package subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        for member in members where ExactText.same(member.key, key) { return member.value }
        return nil
    }

    /// Gives a member a value: in its place when it exists, else at the end. A value that is no object becomes one.
    package mutating func set(key: String, value: JSON) {
        guard case .object(var members) = self else {
            self = .object([Member(key: key, value: value)])
            return
        }
        self = .null
        if let index = members.firstIndex(where: { ExactText.same($0.key, key) }) {
            members[index].value = value
        } else {
            members.append(Member(key: key, value: value))
        }
        self = .object(members)
    }

    /// Takes a member out; false when there was none.
    @discardableResult
    package mutating func remove(_ key: String) -> Bool {
        guard case .object(var members) = self, let index = members.firstIndex(where: { ExactText.same($0.key, key) }) else { return false }
        members.remove(at: index)
        self = .object(members)
        return true
    }

    /// A whole number.
    package static func int(_ value: Int) -> JSON { .number(String(value)) }

    /// An object from a list of members; a later one replaces an earlier one of the same key.
    package static func members(_ list: [(String, JSON)]) -> JSON {
        var object = JSON.object([])
        for (key, value) in list { object.set(key: key, value: value) }
        return object
    }
}

extension JSON: ExpressibleByStringLiteral {
    /// A string.
    package init(stringLiteral value: String) { self = .string(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
    /// A whole number.
    package init(integerLiteral value: Int) { self = .int(value) }
}

extension JSON: ExpressibleByBooleanLiteral {
    /// A truth value.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON: ExpressibleByArrayLiteral {
    /// An array.
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByDictionaryLiteral {
    /// An object with its members in the order of the literal; a later one replaces an earlier one of the same key.
    package init(dictionaryLiteral elements: (String, JSON)...) { self = .members(elements) }
}
