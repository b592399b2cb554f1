import Glibc
import PetaAdminAPI

/// Where a bridge leads: the gateway's MCP endpoint on a Unix socket, or over HTTP on this machine.
struct BridgeTarget {
    enum Place: Equatable {
        case unix(String)
        case tcp(port: UInt16, isIPv6: Bool)
    }

    let place: Place
    /// The value of `Host`.
    let host: String
    /// The path of the endpoint, with its query.
    let path: String
    /// Sent as a bearer token; nil on a Unix socket, where the system says who this is.
    let token: String?

    /// The standard endpoint on a Unix socket.
    init(socket: String, token: String?) {
        place = .unix(socket)
        host = "localhost"
        path = "/mcp"
        self.token = token
    }

    /// An endpoint by its address. nil unless it is `http:` on a loopback address: a token does not cross a network in the clear.
    init?(url: String, token: String?) {
        guard url.hasPrefix("http://") else { return nil }
        let rest = url.dropFirst(7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let target = rest.dropFirst(authority.count)
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !target.contains("#"), !authority.contains("@") else { return nil }
        var name = authority
        var port: UInt16 = 80
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
            guard let number = UInt16(authority[authority.index(after: colon)...]) else { return nil }
            port = number
            name = authority[..<colon]
        }
        guard ["127.0.0.1", "localhost", "[::1]"].contains(name.lowercased()) else { return nil }
        place = .tcp(port: port, isIPv6: name == "[::1]")
        host = String(authority)
        path = target.isEmpty ? "/mcp" : target.hasPrefix("/") ? String(target) : "/mcp" + target
        self.token = token
    }

    /// What people call it.
    var name: String {
        switch place {
        case .unix(let path): path
        case .tcp: "http://\(host)\(path)"
        }
    }

    /// A connection that never blocks; it may still be under way.
    func connect() throws(AdminError) -> Int32 {
        do throws(LocalSocket.Failure) {
            return try open()
        } catch {
            throw failure(error)
        }
    }

    private func open() throws(LocalSocket.Failure) -> Int32 {
        for _ in 0..<200 {
            do throws(LocalSocket.Failure) {
                return try openNow()
            } catch {
                // A Unix socket whose queue is full says so instead of letting one wait (connect(2)); it drains in no time.
                guard error.number == EAGAIN else { throw error }
                usleep(5000)
            }
        }
        return try openNow()
    }

    private func openNow() throws(LocalSocket.Failure) -> Int32 {
        switch place {
        case .unix(let path): return try LocalSocket.connect(path: path, isBlocking: false)
        case .tcp(let port, let isIPv6): return try LocalSocket.connect(port: port, isIPv6: isIPv6, isBlocking: false)
        }
    }

    /// The same, once it is there. Waits for at most `seconds`.
    func connected(within seconds: Int) throws(AdminError) -> Int32 {
        let descriptor = try connect()
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waiting, 1, Int32(seconds * 1000))
        var reason: Int32 = waiting.revents == 0 ? ETIMEDOUT : 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        if reason == 0 { getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &reason, &size) }
        guard reason == 0 else {
            close(descriptor)
            throw failure(LocalSocket.Failure(number: reason))
        }
        return descriptor
    }

    func failure(_ failure: LocalSocket.Failure) -> AdminError {
        let isSocket = if case .unix = place { true } else { false }
        switch failure.number {
        case ENAMETOOLONG:
            return AdminError(
                .unavailable, "cannot reach the gateway at \(name): a socket's path has 1 to \(LocalSocket.longestPath) bytes")
        case ENOENT, ECONNREFUSED, ENOTDIR:
            return AdminError(
                .unavailable, "cannot reach the gateway at \(name): nobody serves MCP there",
                hint: isSocket
                    ? "Start it with 'peta serve --listen unix:', or name its socket with --socket." : "Start it with 'peta serve'.")
        case EACCES, EPERM:
            return AdminError(
                .notPermitted, "cannot reach the gateway at \(name): permission denied",
                hint: "See mcpSocket.access in peta.yaml(5), and the mode of the socket's directory.")
        case EAGAIN:
            return AdminError(.tryAgain, "cannot reach the gateway at \(name): it is busy", hint: "Try again in a moment.")
        default:
            return AdminError(.unavailable, "cannot reach the gateway at \(name): \(failure.words)")
        }
    }

    /// A request, whole.
    func request(_ method: String, _ fields: [(String, String)], body: [UInt8]? = nil) -> [UInt8] {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
        return Array((head + "\r\n").utf8) + (body ?? [])
    }
}
