/// One JSON value as a tree that keeps the order of members and the spelling of numbers.
///
/// For the administrative side only: the request path of the gateway reads bytes and builds no tree.
package indirect enum JSONNode: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The literal as it was written, so that no precision is lost.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
    /// Bytes that are JSON already and are written as they are. Only made for writing; reading never gives it.
    case raw([UInt8])

    /// The value of the first member with this name, if this is an object that has one.
    package subscript(_ name: String) -> JSONNode? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text, if this is a string.
    package var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The truth value, if this is one.
    package var boolValue: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    /// The number as an integer, if this is a number that is one.
    package var integerValue: Int64? {
        guard case .number(let literal) = self else { return nil }
        return Int64(literal)
    }

    /// The number as a double, if this is a number.
    package var doubleValue: Double? {
        guard case .number(let literal) = self else { return nil }
        return Double(literal)
    }

    /// The elements, if this is an array.
    package var elements: [JSONNode]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// What kind of value this is, in words for an error message.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        case .raw: "JSON"
        }
    }
}
