/// The arguments of one tool that its calls repeat as header fields: what `x-mcp-header` in its `inputSchema` says
/// (MCP 2026-07-28, transports; MCP reference, section 5.3).
package struct ParameterHeaders: Sendable {
    /// The schema breaks the rules, so a client over HTTP must not use the tool.
    package struct Refusal: Error, Equatable {
        /// Why, in plain words. It may quote what the server wrote.
        package let message: String
    }

    /// An object on the way to annotated arguments, or one of those.
    private struct Node: Sendable {
        var children: [(key: [UInt8], node: Node)] = []
        /// The beginning of the field line, up to its value.
        var line: [UInt8]?

        mutating func insert(_ path: ArraySlice<String>, _ line: [UInt8]) {
            guard let key = path.first.map({ Array($0.utf8) }) else { return self.line = line }
            let place: Int
            if let found = children.firstIndex(where: { $0.key == key }) {
                place = found
            } else {
                place = children.count
                children.append((key, Node()))
            }
            children[place].node.insert(path.dropFirst(), line)
        }
    }

    private var root = Node()
    private static let annotation = "x-mcp-header"
    /// Keywords whose value is a schema, a list of schemas, or schemas by name (JSON Schema 2020-12). What stands anywhere else is data.
    private static let single: Set<String> = [
        "items", "additionalItems", "contains", "unevaluatedItems", "additionalProperties", "propertyNames", "unevaluatedProperties", "not",
        "if", "then", "else", "contentSchema",
    ]
    private static let lists: Set<String> = ["allOf", "anyOf", "oneOf", "prefixItems", "items"]
    private static let maps: Set<String> = ["patternProperties", "dependentSchemas", "$defs", "definitions"]

    /// True where a call needs no such field.
    package var isEmpty: Bool { root.children.isEmpty }

    /// Reads a tool's `inputSchema`.
    package init(inputSchema: JSON) throws(Refusal) {
        var taken: Set<String> = []
        try read(inputSchema, [], &taken)
    }

    /// `path` is nil where a schema is reached by anything but `properties`. As deep as the tree, whose parser has bounded that.
    private mutating func read(_ schema: JSON, _ path: [String]?, _ taken: inout Set<String>) throws(Refusal) {
        guard let members = schema.object else { return }
        if let token = schema[Self.annotation] { try add(token, schema["type"], path, &taken) }
        for member in members {
            if member.key == "properties" {
                for property in member.value.object ?? [] { try read(property.value, path.map { $0 + [property.key] }, &taken) }
                continue
            }
            if Self.single.contains(member.key) { try read(member.value, nil, &taken) }
            if Self.lists.contains(member.key) {
                for item in member.value.array ?? [] { try read(item, nil, &taken) }
            } else if Self.maps.contains(member.key) {
                for item in member.value.object ?? [] { try read(item.value, nil, &taken) }
            }
        }
    }

    private mutating func add(_ token: JSON, _ type: JSON?, _ path: [String]?, _ taken: inout Set<String>) throws(Refusal) {
        guard let path, !path.isEmpty else {
            throw Refusal(message: "\(Self.annotation) stands where properties alone do not lead")
        }
        let place = "property '\(path.joined(separator: ".").prefix(100))': "
        guard let token = token.string, !token.isEmpty, token.utf8.allSatisfy(Self.isTokenByte) else {
            throw Refusal(message: place + "\(Self.annotation) is no field name")
        }
        guard let type = type?.string, ["string", "integer", "boolean"].contains(type) else {
            throw Refusal(message: place + "\(Self.annotation) is only for strings, integers and booleans")
        }
        guard taken.insert(token.lowercased()).inserted else {
            throw Refusal(message: place + "\(Self.annotation) '\(token.prefix(100))' stands twice")
        }
        root.insert(path[...], Array("Mcp-Param-\(token): ".utf8))
    }

    /// A character of a token (RFC 9110, section 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// Appends the field lines of a call with these arguments: a JSON object in which no key stands twice, or nothing. What is absent,
    /// null, an array or an object has no line. Text that is no JSON adds nothing.
    package func append(arguments: UnsafeRawBufferPointer, into out: inout [UInt8]) {
        guard !isEmpty, !arguments.isEmpty else { return }
        let before = out.count
        var cursor = JSONCursor(arguments)
        do throws(ScanFailure) {
            try Self.walk(&cursor, arguments, root, &out)
            cursor.skipSpace()
            guard cursor.isAtEnd else { throw .syntax(at: cursor.offset) }
        } catch {
            out.removeSubrange(before...)
        }
    }

    /// Which field does not say what these arguments say, by its name; nil where all do. `given` finds the values of `Mcp-Param-NAME`.
    package func mismatch(arguments: UnsafeRawBufferPointer, given: (_ name: String) -> [UnsafeRawBufferPointer]) -> String? {
        var expected: [UInt8] = []
        append(arguments: arguments, into: &expected)
        var lines: [String: ArraySlice<UInt8>] = [:]
        for line in expected.split(separator: 0x0D) {
            let text = line.drop { $0 == 0x0A }
            guard let colon = text.firstIndex(of: 0x3A) else { continue }
            lines[String(decoding: text[..<colon], as: UTF8.self)] = text[(colon + 2)...]
        }
        for name in names(root) {
            let values = given(String(name.dropFirst("Mcp-Param-".count)))
            guard let line = lines[name] else {
                if values.isEmpty { continue }
                return name
            }
            guard values.count == 1, Self.same(Array(line), values[0]) else { return name }
        }
        return nil
    }

    private static func same(_ line: [UInt8], _ value: UnsafeRawBufferPointer) -> Bool {
        if value.elementsEqual(line) { return true }
        if HeaderValue.isWrapped(value) {
            return HeaderValue.decode(value).map { decoded in line.withUnsafeBytes { HeaderValue.decode($0) } == decoded } ?? false
        }
        // Integers by what they are worth: `42.0` is `42`.
        guard isWhole(line[...]), isNumber(value), let worth = DecimalInteger.spelling(of: value) else { return false }
        return worth == line
    }

    /// True for what `DecimalInteger` writes.
    private static func isWhole(_ line: ArraySlice<UInt8>) -> Bool {
        let digits = line.first == 0x2D ? line.dropFirst() : line
        return !digits.isEmpty && digits.allSatisfy { $0 &- 0x30 < 10 } && (digits.count == 1 || digits.first != 0x30)
    }

    /// True for one JSON number and nothing else.
    private static func isNumber(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first, first == 0x2D || first &- 0x30 < 10 else { return false }
        var cursor = JSONCursor(text)
        return (try? cursor.value()) != nil && cursor.isAtEnd
    }

    private func names(_ node: Node) -> [String] {
        (node.line.map { [String(decoding: $0.dropLast(2), as: UTF8.self)] } ?? []) + node.children.flatMap { names($0.node) }
    }

    private static func walk(_ cursor: inout JSONCursor, _ bytes: UnsafeRawBufferPointer, _ node: Node, _ out: inout [UInt8])
        throws(ScanFailure)
    {
        cursor.skipSpace()
        guard cursor.peek == 0x7B, !node.children.isEmpty else {
            let value = try cursor.value()
            if let line = node.line { append(line, value.slice(of: bytes), &out) }
            return
        }
        try cursor.expect(0x7B)
        cursor.skipSpace()
        while cursor.peek != 0x7D {
            let start = cursor.offset
            let (content, escaped) = try cursor.string()
            let key = escaped ? text(UnsafeRawBufferPointer(rebasing: bytes[start..<cursor.offset])) : nil
            cursor.skipSpace()
            try cursor.expect(0x3A)
            let child = node.children.first { child in key.map { $0 == child.key } ?? content.slice(of: bytes).elementsEqual(child.key) }
            if let child { try walk(&cursor, bytes, child.node, &out) } else { _ = try cursor.value() }
            cursor.skipSpace()
            if cursor.peek == 0x7D { break }
            try cursor.expect(0x2C)
            cursor.skipSpace()
            guard cursor.peek == 0x22 else { throw .syntax(at: cursor.offset) }
        }
        try cursor.expect(0x7D)
    }

    private static func append(_ line: [UInt8], _ value: UnsafeRawBufferPointer, _ out: inout [UInt8]) {
        switch value.first ?? 0 {
        case 0x22:
            guard let text = text(value) else { return }
            out += line
            text.withUnsafeBytes { HeaderValue.append($0, into: &out) }
        case 0x74, 0x66:
            out += line
            out += value
        case 0x2D, 0x30...0x39:
            out += line
            out += DecimalInteger.spelling(of: value) ?? Array(value)
        default: return
        }
        out += [0x0D, 0x0A]
    }

    /// What a JSON string says; nil where it holds half of a surrogate pair.
    private static func text(_ quoted: UnsafeRawBufferPointer) -> [UInt8]? {
        guard quoted.contains(0x5C) else { return Array(quoted.dropFirst().dropLast()) }
        return (try? JSON.parse(Array(quoted)))?.string.map { Array($0.utf8) }
    }
}
