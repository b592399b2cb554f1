import PetaAdminAPI

/// The path and query of a request, split and percent-decoded (RFC 3986). `+` is a plus here, not a space.
struct AdminTarget: Equatable {
    let segments: [String]
    let parameters: [String: String]

    init(_ target: String) throws(AdminError) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments: [String] = []
        for part in (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            segments.append(try Self.decode(part))
        }
        var parameters: [String: String] = [:]
        if parts.count > 1 {
            for part in parts[1].split(separator: "&") {
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let name = try Self.decode(pair[0])
                guard parameters.updateValue(pair.count > 1 ? try Self.decode(pair[1]) : "", forKey: name) == nil else {
                    throw AdminError(.invalidArgument, "the parameter '\(name)' stands there twice")
                }
            }
        }
        self.segments = segments
        self.parameters = parameters
    }

    private static func decode(_ text: Substring) throws(AdminError) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { throw malformed }
            bytes.append(high << 4 | low)
        }
        guard !bytes.contains(0), let decoded = String(validating: bytes, as: UTF8.self) else { throw malformed }
        return decoded
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static var malformed: AdminError { AdminError(.invalidArgument, "the request's path or query is malformed") }
}
