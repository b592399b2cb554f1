/// The one way in which types of the admin protocol become JSON and come back.
///
/// Members are written in the order of declaration (`id` first) and dictionaries sorted by key, so that the same value
/// always gives the same bytes.
package enum AdminJSON {
    /// The tree of a value. A property that is nil is left out, or with `nulls` written as null: what scripts read always
    /// has every field.
    package static func node(_ value: some Encodable, nulls: Bool = true) throws -> JSONNode {
        let encoder = JSONNodeEncoder(box: JSONNodeBox(), codingPath: [], writesNulls: nulls)
        try encoder.encodeAny(value)
        return encoder.box.node
    }

    /// The bytes of a value; see `node(_:nulls:)`.
    package static func encode(_ value: some Encodable, nulls: Bool = true, pretty: Bool = false) throws -> [UInt8] {
        JSONWriter.write(try node(value, nulls: nulls), pretty: pretty)
    }

    /// Reads a value. With `strict` a member that the type does not have is an error, so that a misspelt field of a request
    /// is not silently ignored.
    ///
    /// Throws `AdminError` with code `invalid_argument` that names the field.
    package static func decode<T: Decodable>(_ type: T.Type, from bytes: [UInt8], strict: Bool = false) throws(AdminError) -> T {
        let node: JSONNode
        do {
            node = try JSONReader.read(bytes)
        } catch {
            throw AdminError(.invalidArgument, "this is not JSON: \(error.reason) (byte \(error.offset))")
        }
        return try decode(type, from: node, strict: strict)
    }

    /// Reads a value from a tree; see `decode(_:from:strict:)`.
    package static func decode<T: Decodable>(_ type: T.Type, from node: JSONNode, strict: Bool = false) throws(AdminError) -> T {
        do {
            return try JSONNodeDecoder(node: node, codingPath: [], isStrict: strict).decodeAny(type)
        } catch let error as AdminError {
            throw error
        } catch let error as DecodingError {
            throw AdminError(.invalidArgument, describe(error))
        } catch {
            throw AdminError(.invalidArgument, "the JSON does not have the expected shape")
        }
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "\(path(context.codingPath + [key])): missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(path(context.codingPath)): \(context.debugDescription)"
        @unknown default: "the JSON does not have the expected shape"
        }
    }

    private static func path(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "the document" }
        return path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
