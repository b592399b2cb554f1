/// Encodes into a `JSONNodeBox`.
struct JSONNodeEncoder: Encoder, SingleValueEncodingContainer {
    let box: JSONNodeBox
    let codingPath: [any CodingKey]
    let writesNulls: Bool
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        box.becomeObject()
        return KeyedEncodingContainer(JSONKeyedEncoding(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        box.becomeArray()
        return JSONUnkeyedEncoding(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() throws { box.content = .single(.null) }

    func encode<T: Encodable>(_ value: T) throws { try encodeAny(value) }

    /// Every value comes through here: primitives by hand, the rest by its own `encode(to:)`.
    func encodeAny(_ value: some Encodable) throws {
        switch value {
        case let text as String: box.content = .single(.string(text))
        case let flag as Bool: box.content = .single(.bool(flag))
        case let number as any BinaryInteger: box.content = .single(.number(String(number)))
        case let number as Double: box.content = .single(Self.number(number))
        case let number as Float: box.content = .single(Self.number(Double(number)))
        default:
            try value.encode(to: self)
            if value is any StringKeyed {
                box.becomeObject()
                box.sortMembers()
            }
        }
    }

    private static func number(_ value: Double) -> JSONNode {
        guard value.isFinite else { return .null }
        let text = "\(value)"
        return .number(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }
}

/// Dictionaries have no order of their own, so their members are sorted.
private protocol StringKeyed {}
extension Dictionary: StringKeyed where Key == String {}

private struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: JSONNodeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    private func child(_ key: some CodingKey) -> JSONNodeEncoder {
        JSONNodeEncoder(
            box: encoder.box.member(key.stringValue), codingPath: codingPath + [key], writesNulls: encoder.writesNulls)
    }

    private func optional(_ value: (some Encodable)?, _ key: Key) throws {
        if let value {
            try child(key).encodeAny(value)
        } else if encoder.writesNulls {
            try child(key).encodeNil()
        }
    }

    func encodeNil(forKey key: Key) throws { try child(key).encodeNil() }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try child(key).encodeAny(value) }
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try optional(value, key) }
    func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws { try optional(value, key) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        child(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { child(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { child(JSONKey(stringValue: "super")) }
    func superEncoder(forKey key: Key) -> any Encoder { child(key) }
}

private struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    let encoder: JSONNodeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }
    private(set) var count = 0

    init(encoder: JSONNodeEncoder) {
        self.encoder = encoder
    }

    private mutating func child() -> JSONNodeEncoder {
        defer { count += 1 }
        return JSONNodeEncoder(
            box: encoder.box.element(), codingPath: codingPath + [JSONKey(intValue: count)], writesNulls: encoder.writesNulls)
    }

    mutating func encodeNil() throws { try child().encodeNil() }
    mutating func encode<T: Encodable>(_ value: T) throws { try child().encodeAny(value) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        child().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { child().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { child() }
}
