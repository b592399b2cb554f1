internal import PetaWire

/// What is sealed of a call: its arguments and the texts of its tool.
enum ApprovalDocument {
    /// One level more than what a client may send.
    private static let limits = JSONLimits(depth: 72)

    static func bytes(_ call: ApprovalCall) throws -> [UInt8] {
        var document: JSON = ["arguments": try JSON.parse(call.arguments, limits: limits)]
        if let title = call.title { document.set(key: "title", value: .string(title)) }
        if let description = call.description { document.set(key: "description", value: .string(description)) }
        if let annotations = call.annotations { document.set(key: "annotations", value: annotations) }
        return document.bytes
    }

    /// The call with what was sealed.
    static func complete(_ call: ApprovalCall, _ bytes: [UInt8]) throws -> ApprovalCall {
        let document = try JSON.parse(bytes, limits: limits)
        var call = call
        call.arguments = CanonicalJSON.bytes(document["arguments"] ?? .null)
        call.title = document["title"]?.string
        call.description = document["description"]?.string
        call.annotations = document["annotations"]
        return call
    }
}
