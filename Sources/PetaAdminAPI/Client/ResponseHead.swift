/// The status line and the framing headers of an HTTP/1.1 answer (RFC 9112).
package struct ResponseHead: Equatable, Sendable {
    /// How the body ends.
    package enum Framing: Equatable, Sendable {
        case length(Int)
        case chunked
        case untilClose
    }

    package let status: Int
    package let framing: Framing
    package let keepsAlive: Bool
    /// Fields by their name in small letters; of several lines the first.
    package let fields: [String: String]

    /// The largest head that is read, in bytes.
    package static let maximumBytes = 32_768

    /// Parses a head without its final empty line. nil where it is not one.
    package init?(_ bytes: some Collection<UInt8>) {
        guard let text = String(validating: Array(bytes), as: UTF8.self) else { return nil }
        // "\r\n" is one Character, so the lines are split by code unit.
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.last == "\r" ? String($0.dropLast()) : String($0)
        }
        let parts = lines[0].split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0", let status = Int(parts[1]), (100...599).contains(status)
        else { return nil }
        var framing: Framing?
        var fields: [String: String] = [:]
        var keepsAlive = parts[0] == "HTTP/1.1"
        for line in lines.dropFirst() where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let text = line[line.index(after: colon)...]
            let name = line[..<colon].lowercased()
            if fields[name] == nil { fields[name] = Self.trimmed(text) }
            let value = text.filter { $0 != " " && $0 != "\t" }.lowercased()
            switch name {
            case "content-length":
                guard let length = Int(value), length >= 0, framing == nil || framing == .chunked || framing == .length(length) else {
                    return nil
                }
                if framing == nil { framing = .length(length) }
            case "transfer-encoding":
                guard value == "chunked" else { return nil }
                framing = .chunked
            case "connection":
                if value == "close" { keepsAlive = false }
            default: break
            }
        }
        if status < 200 || status == 204 || status == 304 { framing = .length(0) }
        self.fields = fields
        self.status = status
        self.framing = framing ?? .untilClose
        self.keepsAlive = keepsAlive && framing != nil
    }

    private static func trimmed(_ text: Substring) -> String {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
