import PetaWire

extension DemoSession {
    static let readmeURI = "demo://readme"
    /// The numbers of the extra tools: what `grow` and `shrink` change, and a subscriber is told of.
    static let numbersURI = "demo://numbers"
    static let echoPrefix = "demo://echo/"
    static let echoTemplate = "demo://echo/{text}"

    var resources: [JSON] {
        [
            ["uri": .string(Self.readmeURI), "name": "readme", "description": "What this server is.", "mimeType": "text/markdown"],
            [
                "uri": .string(Self.numbersURI), "name": "numbers", "description": "The numbers of the extra tools.",
                "mimeType": "application/json",
            ],
        ]
    }

    var resourceTemplates: [JSON] {
        [
            [
                "uriTemplate": .string(Self.echoTemplate), "name": "echo", "description": "Reads as the text in its URI.",
                "mimeType": "text/plain",
            ]
        ]
    }

    func readResource(_ params: JSON) throws(RPCError) -> JSON {
        let uri = try knownURI(params)
        let (type, text): (String, String) =
            switch uri {
            case Self.readmeURI: ("text/markdown", "# Peta demonstration server\n\nTools, resources and prompts to try a gateway with.\n")
            case Self.numbersURI: ("application/json", "[" + (0..<extras).map { String($0 + 1) }.joined(separator: ",") + "]")
            default: ("text/plain", Self.echoed(uri) ?? "")
            }
        return ["contents": [["uri": .string(uri), "mimeType": .string(type), "text": .string(text)]]]
    }

    mutating func subscribe(_ params: JSON) throws(RPCError) -> JSON {
        let uri = try knownURI(params)
        // Only this one ever changes, and a client cannot make the set grow.
        if uri == Self.numbersURI { subscriptions.insert(uri) }
        return .object([])
    }

    mutating func unsubscribe(_ params: JSON) throws(RPCError) -> JSON {
        subscriptions.remove(try knownURI(params))
        return .object([])
    }

    private func knownURI(_ params: JSON) throws(RPCError) -> String {
        try requireOpen()
        guard let uri = params["uri"]?.string else { throw .invalidParams("uri is missing") }
        guard uri == Self.readmeURI || uri == Self.numbersURI || Self.echoed(uri) != nil else { throw .resourceNotFound(uri) }
        return uri
    }

    /// The text in a URI of the template; nil for another URI or a broken percent-encoding (RFC 3986, section 2.1).
    private static func echoed(_ uri: String) -> String? {
        guard uri.hasPrefix(echoPrefix) else { return nil }
        var bytes: [UInt8] = []
        var rest = uri.utf8.dropFirst(echoPrefix.utf8.count)
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "/"): return nil
            default: bytes.append(byte)
            }
        }
        return bytes.isEmpty ? nil : String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
