/// Decodes from a tree. Errors name the path of the field and what was found there.
struct JSONNodeDecoder: Decoder, SingleValueDecodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]
    let isStrict: Bool
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = node else { throw mismatch([String: JSONNode].self, "an object") }
        var values: [String: JSONNode] = [:]
        for member in members {
            if values.updateValue(member.value, forKey: member.name) != nil {
                throw corrupted("'\(member.name)' stands here twice")
            }
            if isStrict, Key(stringValue: member.name) == nil { throw corrupted("there is no field '\(member.name)' here") }
        }
        return KeyedDecodingContainer(JSONKeyedDecoding(decoder: self, values: values))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = node else { throw mismatch([JSONNode].self, "an array") }
        return JSONUnkeyedDecoding(decoder: self, elements: elements)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool { node == .null }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decodeAny(type) }

    func decodeAny<T: Decodable>(_ type: T.Type) throws -> T {
        let primitive: Any?
        switch type {
        case is String.Type:
            guard let text = node.stringValue else { throw mismatch(type, "a string") }
            primitive = text
        case is Bool.Type:
            guard let flag = node.boolValue else { throw mismatch(type, "true or false") }
            primitive = flag
        case is Double.Type:
            guard let number = node.doubleValue else { throw mismatch(type, "a number") }
            primitive = number
        case let integer as any FixedWidthInteger.Type:
            guard case .number(let literal) = node, let number = Self.integer(integer, literal) else { throw mismatch(type, "an integer") }
            primitive = number
        default:
            primitive = nil
        }
        // Unwrapped first: nil itself could be cast to a T that is an optional.
        if let primitive, let value = primitive as? T { return value }
        return try type.init(from: self)
    }

    private static func integer<I: FixedWidthInteger>(_ type: I.Type, _ literal: String) -> Any? { I(literal) }

    func mismatch(_ type: Any.Type, _ expected: String) -> DecodingError {
        .typeMismatch(type, .init(codingPath: codingPath, debugDescription: "expected \(expected), found \(node.kind)"))
    }

    func corrupted(_ reason: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath, debugDescription: reason))
    }
}

private struct JSONKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: JSONNodeDecoder
    let values: [String: JSONNode]
    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { values.keys.sorted().compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { values[key.stringValue] != nil }

    private func child(_ key: some CodingKey) throws -> JSONNodeDecoder {
        guard let node = values[key.stringValue] else {
            throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "missing"))
        }
        return JSONNodeDecoder(node: node, codingPath: codingPath + [key], isStrict: decoder.isStrict)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try child(key).decodeNil() }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try child(key).decodeAny(type) }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try child(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try child(key).unkeyedContainer() }
    func superDecoder() throws -> any Decoder { try child(JSONKey(stringValue: "super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

private struct JSONUnkeyedDecoding: UnkeyedDecodingContainer {
    let decoder: JSONNodeDecoder
    let elements: [JSONNode]
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    init(decoder: JSONNodeDecoder, elements: [JSONNode]) {
        self.decoder = decoder
        self.elements = elements
    }

    private func child() throws -> JSONNodeDecoder {
        let path = codingPath + [JSONKey(intValue: currentIndex)]
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(JSONNode.self, .init(codingPath: path, debugDescription: "the array ends here"))
        }
        return JSONNodeDecoder(node: elements[currentIndex], codingPath: path, isStrict: decoder.isStrict)
    }

    mutating func decodeNil() throws -> Bool {
        guard try child().decodeNil() else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let value = try child().decodeAny(type)
        currentIndex += 1
        return value
    }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        let container = try child().container(keyedBy: type)
        currentIndex += 1
        return container
    }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try child().unkeyedContainer()
        currentIndex += 1
        return container
    }
    mutating func superDecoder() throws -> any Decoder {
        let decoder = try child()
        currentIndex += 1
        return decoder
    }
}
