import PetaAdminAPI

/// Where this gateway itself is reached: what points there is not imported into it.
struct OwnAddresses {
    /// The addresses that the gateway says it listens on.
    let listening: [String]
    /// The path of this binary.
    let executable: String

    func isOwn(_ server: FoundServer) -> Bool {
        if server.kind != .stdio { return isOwn(url: server.url) }
        let program = server.command.split(separator: "/").last ?? ""
        if program == "peta" || server.command == executable { return server.args.first == "mcp-stdio" }
        // `npx mcp-remote URL` and its like, and the bridge under another name.
        return server.args.contains { argument in
            argument.contains("://") ? isOwn(url: argument) : listening.contains(ListenAddress.scheme + argument)
        }
    }

    private func isOwn(url: String) -> Bool {
        let wanted = Self.parts(url)
        return listening.contains { own in
            guard own.hasPrefix("http"), let wanted, let own = Self.parts(own), own.port == wanted.port, own.path == wanted.path else {
                return false
            }
            let local = ["127.0.0.1", "[::1]", "localhost"]
            return own.host == wanted.host || local.contains(wanted.host) && (local + ["0.0.0.0", "[::]"]).contains(own.host)
        }
    }

    private static func parts(_ url: String) -> (host: String, port: String, path: String)? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let rest = url[scheme.upperBound...].prefix { $0 != "?" && $0 != "#" }
        let authority = rest.prefix { $0 != "/" }
        let path = rest[authority.endIndex...]
        let host: Substring
        if let close = authority.lastIndex(of: "]") { host = authority[...close] } else { host = authority.prefix { $0 != ":" } }
        let port = authority[host.endIndex...].dropFirst()
        return (
            host.lowercased(), port.isEmpty ? (url.hasPrefix("https") ? "443" : "80") : String(port),
            path.hasSuffix("/") ? String(path.dropLast()) : String(path)
        )
    }
}
