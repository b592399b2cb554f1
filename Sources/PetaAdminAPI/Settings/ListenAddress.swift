/// Where MCP is served: a host and a port, or a Unix socket.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address (`0.0.0.0` and `::` mean every interface), and a port; 0 lets the system choose one.
    case tcp(host: String, port: Int)
    /// The path of a Unix socket. Empty where nobody named one: `mcp.sock` beside the admin socket.
    case unix(path: String)

    package init(host: String, port: Int) {
        self = .tcp(host: host, port: port)
    }

    /// Reads `HOST:PORT`, `[IPV6]:PORT`, `:PORT` (every interface), `unix:PATH` or `unix:`. nil where the text is something else.
    package init?(_ text: String) {
        if text.hasPrefix(Self.scheme) {
            let path = text.dropFirst(Self.scheme.utf8.count)
            guard !path.utf8.contains(0), !path.hasSuffix("/") else { return nil }
            self = .unix(path: String(path))
            return
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        var host = text[..<colon]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let port = Int(digits),
            port <= 65535
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard !host.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "[" || $0 == "]" }) else { return nil }
        self = .tcp(host: host.isEmpty ? "0.0.0.0" : String(host), port: port)
    }

    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): Self.scheme + path
        }
    }

    /// True when only this machine can reach it.
    package var isLocal: Bool {
        switch self {
        case .tcp(let host, _): ["127.0.0.1", "::1", "localhost"].contains(host)
        case .unix: true
        }
    }

    /// The path of an MCP socket of which nobody said where it is.
    package static func standardSocket(besideAdminSocket path: String) -> String {
        let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        return path[..<cut] + "mcp.sock"
    }

    /// What stands before a socket's path.
    package static let scheme = "unix:"
}
