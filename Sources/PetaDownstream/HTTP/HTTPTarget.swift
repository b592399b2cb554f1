internal import NIOCore
internal import NIOSSL

/// An HTTP endpoint, taken apart once: where to connect and which bytes each request begins with.
struct HTTPTarget: Sendable {
    let scheme: String
    let host: String
    let port: Int
    private(set) var path: String
    let tls: NIOSSLContext?
    /// Header fields of the administrator, as lines, credentials in place.
    private let extra: String

    /// - Throws: `DownstreamFailure.notSent` with what is wrong; the text never holds the URL's credentials.
    init(url: String, headers: [(String, String)]) throws {
        func bad(_ why: String) -> DownstreamFailure { .notSent("the URL cannot be used: \(why)") }
        guard let colon = url.firstRange(of: "://") else { throw bad("it has no scheme") }
        scheme = url[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { throw bad("the scheme must be http or https") }
        let rest = url[colon.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        var target = String(rest[authority.endIndex...])
        if !target.hasPrefix("/") { target = "/" + target }
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw bad("its path holds a space or a character that is not ASCII")
        }
        path = target
        guard !authority.contains("@") else { throw bad("user and password belong into a header, for example with --header") }
        if authority.hasPrefix("["), let close = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<close])
            let tail = authority[authority.index(after: close)...]
            guard tail.isEmpty || (tail.hasPrefix(":") && Int(tail.dropFirst()) != nil) else { throw bad("its port is no number") }
            port = Int(tail.dropFirst()) ?? (scheme == "https" ? 443 : 80)
        } else if let at = authority.lastIndex(of: ":") {
            host = String(authority[..<at])
            guard let number = Int(authority[authority.index(after: at)...]) else { throw bad("its port is no number") }
            port = number
        } else {
            host = String(authority)
            port = scheme == "https" ? 443 : 80
        }
        guard !host.isEmpty, (1...65535).contains(port) else { throw bad("it has no host, or no possible port") }
        var lines = "Host: \(authority)\r\n"
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }) else {
                throw DownstreamFailure.notSent("a header has an impossible name")
            }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw DownstreamFailure.notSent("the value of header \(name) holds a control character")
            }
            guard !Self.owned.contains(name.lowercased()), !name.lowercased().hasPrefix("mcp-param-") else {
                throw DownstreamFailure.notSent("header \(name) is set by the gateway itself")
            }
            lines += "\(name): \(value)\r\n"
        }
        extra = lines
        tls = scheme == "https" ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
    }

    /// The place that a reference found here means (RFC 3986, section 5), with the same header fields. Another origin is refused: the fields
    /// may hold credentials.
    func resolving(_ reference: String) throws(DownstreamFailure) -> HTTPTarget {
        func bad(_ why: String) -> DownstreamFailure { .badAnswer("its endpoint cannot be used: \(why)") }
        let reference = String(reference.prefix { $0 != "#" })
        guard !reference.isEmpty, reference.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }) else {
            throw bad("it is empty, or holds a character that a URL cannot hold")
        }
        var made = self
        let scheme = reference.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
        if reference.hasPrefix("//") || reference[scheme.endIndex...].hasPrefix(":") {
            guard let other = try? HTTPTarget(url: reference.hasPrefix("//") ? "\(self.scheme):\(reference)" : reference, headers: [])
            else {
                throw bad("it is no http or https URL")
            }
            guard other.scheme == self.scheme, other.host.lowercased() == host.lowercased(), other.port == port else {
                throw bad("it is on another origin")
            }
            made.path = other.path
        } else if reference.hasPrefix("/") {
            made.path = reference
        } else {
            let base = path.prefix { $0 != "?" }
            made.path = reference.hasPrefix("?") ? base + reference : base[...(base.lastIndex(of: "/") ?? base.startIndex)] + reference
        }
        made.path = Self.withoutDots(made.path)
        return made
    }

    private static func withoutDots(_ target: String) -> String {
        let path = target.prefix { $0 != "?" }
        var kept: [Substring] = []
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (position, segment) in segments.enumerated() {
            switch segment {
            case ".": if position == segments.count - 1 { kept.append("") }
            case "..":
                _ = kept.popLast()
                if position == segments.count - 1 { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/") + target[path.endIndex...]
    }

    private static let owned: Set<String> = [
        "host", "content-length", "content-type", "transfer-encoding", "connection", "accept", "mcp-session-id", "mcp-protocol-version",
        "expect", "upgrade", "te", "trailer", "accept-encoding", "last-event-id", "mcp-method", "mcp-name",
    ]

    /// The first bytes of a POST, up to the number of `Content-Length`.
    func postPrefix(session: String?, version: String?) -> [UInt8] {
        Array(
            ("POST \(path) HTTP/1.1\r\n" + extra + Self.sessionLines(session, version)
                + "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: ").utf8)
    }

    /// A whole request without a body.
    func bodiless(_ method: String, session: String?, version: String?) -> [UInt8] {
        Array(("\(method) \(path) HTTP/1.1\r\n" + extra + Self.sessionLines(session, version) + "Accept: text/event-stream\r\n\r\n").utf8)
    }

    private static func sessionLines(_ session: String?, _ version: String?) -> String {
        (session.map { "Mcp-Session-Id: \($0)\r\n" } ?? "") + (version.map { "MCP-Protocol-Version: \($0)\r\n" } ?? "")
    }
}
