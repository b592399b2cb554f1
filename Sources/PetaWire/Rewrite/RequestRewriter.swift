/// The way back: gives a request's params the name or URI by which the downstream server knows the thing.
package enum RequestRewriter {
    /// Which value is replaced.
    package enum Field: Sendable, CaseIterable {
        /// `name`: `tools/call`, `prompts/get`.
        case name
        /// `uri`: `resources/read`, `resources/subscribe`, `resources/unsubscribe`.
        case uri
        /// `ref.name`: `completion/complete` for a prompt.
        case refName
        /// `ref.uri`: `completion/complete` for a resource.
        case refURI
    }

    /// Why nothing was rewritten.
    package enum Failure: Error, Equatable, Sendable {
        case malformed(JSONError)
        /// The member is not there, or is no string.
        case missing
        /// The member is there twice, so that two readers could see two values.
        case twice

        /// The failure in plain words.
        package var message: String {
            switch self {
            case .malformed(let error): error.message
            case .missing: "the params lack the name or URI of what is meant"
            case .twice: "the params have the same key twice"
            }
        }
    }

    /// The params with that one value replaced. The key is written plainly even if it came with escapes, so that the
    /// downstream server reads what was judged; every other byte stays as it was.
    package static func rewrite(_ params: UnsafeRawBufferPointer, _ field: Field, to value: String) throws(Failure) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(params.count + value.utf8.count + 16)
        try append(params, field, to: value, into: &out)
        return out
    }

    /// The same, appended to a buffer, which stays as it was when this throws.
    package static func append(
        _ params: UnsafeRawBufferPointer, _ field: Field, to value: String, into out: inout [UInt8]
    ) throws(Failure) {
        guard var walker = JSONWalker(params) else { throw .malformed(JSONError(.unexpectedEnd, at: 0)) }
        var found = Found()
        do throws(JSONError) {
            guard walker.isAt(UInt8(ascii: "{")) else { throw JSONError(.unexpectedByte, at: walker.position) }
            switch field {
            case .name: try found.look(for: "name", &walker)
            case .uri: try found.look(for: "uri", &walker)
            case .refName: try found.lookInRef(for: "name", &walker)
            case .refURI: try found.lookInRef(for: "uri", &walker)
            }
            try walker.finish()
        } catch {
            throw .malformed(error)
        }
        guard found.count < 2, found.refs < 2 else { throw .twice }
        guard let place = found.value else { throw .missing }
        var copied = 0
        for (range, key) in found.keys {
            out.append(contentsOf: UnsafeRawBufferPointer(rebasing: params[copied..<range.lowerBound]))
            out.append(contentsOf: key.utf8)
            copied = range.upperBound
        }
        out.append(contentsOf: UnsafeRawBufferPointer(rebasing: params[copied..<place.lowerBound]))
        JSON.appendEscaped(value, into: &out)
        out.append(contentsOf: UnsafeRawBufferPointer(rebasing: params[place.upperBound...]))
    }

    private struct Found {
        /// Keys on the way that came with escapes, in order; all stand before the value.
        var keys: [(Range<Int>, String)] = []
        var value: Range<Int>?
        var count = 0
        var refs = 0

        mutating func look(for name: StaticString, _ walker: inout JSONWalker) throws(JSONError) {
            try walker.eachMember { (walker, key) throws(JSONError) in
                guard try walker.matches(key, name) else { return try walker.skipValue() }
                count += 1
                note(key, name)
                guard walker.isAt(UInt8(ascii: "\"")) else { return try walker.skipValue() }
                value = try walker.skipString()
            }
        }

        mutating func lookInRef(for name: StaticString, _ walker: inout JSONWalker) throws(JSONError) {
            try walker.eachMember { (walker, key) throws(JSONError) in
                guard try walker.matches(key, "ref") else { return try walker.skipValue() }
                refs += 1
                note(key, "ref")
                try look(for: name, &walker)
            }
        }

        /// A key that matches and is longer than its name was spelled with escapes.
        private mutating func note(_ key: Range<Int>, _ name: StaticString) {
            if key.count != name.utf8CodeUnitCount { keys.append((key, name.description)) }
        }
    }
}
