import Foundation

/// A response as it came over the wire.
package struct HTTPResponse: Sendable {
    /// The status code.
    package let status: Int
    /// The fields in their order, as they were spelled.
    package let fields: [(name: String, value: String)]
    /// The body without its framing; empty where it is read as a stream.
    package var body: [UInt8] = []

    /// The first field of this name, whatever its case.
    package subscript(name: String) -> String? {
        fields.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The JSON messages in the body: one when it is JSON, each event's when it is an event stream.
    package var messages: [[String: Any]] {
        get throws {
            guard self["content-type"]?.hasPrefix("text/event-stream") == true else { return body.isEmpty ? [] : [try Self.object(body)] }
            var parser = EventParser()
            return try parser.take(body).filter { !$0.data.isEmpty }.map { try Self.object(Array($0.data.utf8)) }
        }
    }

    /// The last message, which answers the request.
    package var answer: [String: Any] {
        get throws {
            guard let last = try messages.last else { throw TestFailure("status \(status) without a message: \(text)") }
            return last
        }
    }

    private static func object(_ bytes: [UInt8]) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw TestFailure("no JSON object: \(String(decoding: bytes, as: UTF8.self))")
        }
        return object
    }
}
