/// A JSON value whose content is nobody's business here: a tool's arguments, a schema.
///
/// Written as the bytes it was made from. Read back through `AdminJSON.decode` it keeps member order and the spelling
/// of numbers, white space is dropped. Trap: it can only be coded with `AdminJSON`, not with Foundation's coders.
package struct RawJSON: Sendable, Equatable {
    /// The bytes of the value.
    package let bytes: [UInt8]

    /// Takes bytes that are one JSON value; throws where they are not.
    package init(validating bytes: [UInt8]) throws(JSONSyntaxError) {
        _ = try JSONReader.read(bytes)
        self.bytes = bytes
    }

    /// Takes bytes that the caller knows to be one JSON value.
    package init(trusted bytes: [UInt8]) {
        self.bytes = bytes
    }
}

extension RawJSON: Codable {
    package init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? JSONNodeDecoder else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "only AdminJSON reads raw JSON"))
        }
        bytes = JSONWriter.write(decoder.node)
    }

    package func encode(to encoder: any Encoder) throws {
        guard let encoder = encoder as? JSONNodeEncoder else {
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: "only AdminJSON writes raw JSON"))
        }
        encoder.box.content = .single(.raw(bytes))
    }
}
