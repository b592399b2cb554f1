import Foundation

/// A blocking HTTP/1.1 client over one TCP connection that sends exactly the bytes it is given, right or wrong, and
/// reads what comes back. Every wait has a limit.
package final class RawHTTP {
    /// Where a body ends.
    private enum Framing {
        case none
        case length(Int)
        case chunked
        case untilClose
    }

    /// The port it is connected to.
    package let port: Int

    private let descriptor: Int32
    private let limit: Double
    private var buffer: [UInt8] = []
    private var framing = Framing.none
    private var events = EventParser()
    private var waiting: [StreamEvent] = []
    private var closed = false

    /// Connects to a port of 127.0.0.1. `limit`: seconds that one read or write may take.
    package init(port: Int, limit: Double = patience) throws {
        signal(SIGPIPE, SIG_IGN)
        self.port = port
        self.limit = limit
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure.system("socket") }
        var timeout = timeval(tv_sec: Int(limit), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else {
            // All properties are set, so `deinit` runs and closes the descriptor.
            throw TestFailure.system("connect to port \(port)")
        }
    }

    /// Connects to a Unix socket.
    package init(socket path: String, limit: Double = patience) throws {
        signal(SIGPIPE, SIG_IGN)
        port = 0
        self.limit = limit
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure.system("socket") }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard result == 0 else { throw TestFailure.system("connect to \(path)") }
    }

    deinit { close() }

    /// Closes the connection; what was not read is lost, as when a client goes away.
    package func close() {
        if !closed { Glibc.close(descriptor) }
        closed = true
    }

    /// Ends the sending half only.
    package func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Sends bytes as they are.
    package func send(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, 0) }
            if count < 0 {
                if errno == EINTR { continue }
                throw TestFailure.system("send")
            }
            done += count
        }
    }

    /// Sends text as it is; line ends are the caller's.
    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Sends a well-formed request. `Host` and, with a body, `Content-Length` are added unless given.
    package func send(_ method: String, _ target: String, _ fields: [(String, String)] = [], body: [UInt8]? = nil) throws {
        var head = "\(method) \(target) HTTP/1.1\r\n"
        let given = Set(fields.map { $0.0.lowercased() })
        if !given.contains("host") { head += "Host: 127.0.0.1:\(port)\r\n" }
        if let body, !given.contains("content-length"), !given.contains("transfer-encoding") { head += "Content-Length: \(body.count)\r\n" }
        for (name, value) in fields { head += "\(name): \(value)\r\n" }
        try send(Array((head + "\r\n").utf8) + (body ?? []))
    }

    /// Reads a whole response; interim ones (1xx) are passed over. `head`: the request was HEAD, so there is no body.
    package func response(toHead head: Bool = false) throws -> HTTPResponse {
        var response = try responseHead(toHead: head)
        while let part = try bodyPart() { response.body += part }
        return response
    }

    /// Reads the head of a response; the body follows by `bodyPart` or `event`.
    package func responseHead(toHead head: Bool = false) throws -> HTTPResponse {
        let end = Array("\r\n\r\n".utf8)
        var range: Range<Int>?
        while range == nil {
            range = buffer.firstRange(of: end)
            if range == nil, try !readMore() { throw TestFailure("the connection was closed before a response: \(shown(buffer))") }
        }
        guard let range else { throw TestFailure("no response") }
        let lines = String(decoding: buffer[..<range.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        buffer.removeSubrange(..<range.upperBound)
        let first = lines[0].split(separator: " ", maxSplits: 2)
        guard first.count >= 2, first[0].hasPrefix("HTTP/1."), let status = Int(first[1]) else {
            throw TestFailure("no status line: \(lines[0])")
        }
        var fields: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { throw TestFailure("no header field: \(line)") }
            fields.append((String(line[..<colon]), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)))
        }
        let response = HTTPResponse(status: status, fields: fields)
        if (100...199).contains(status), status != 101 { return try responseHead(toHead: head) }
        events = EventParser()
        if head || status == 204 || status == 304 {
            framing = .none
        } else if response["transfer-encoding"]?.lowercased() == "chunked" {
            framing = .chunked
        } else if let text = response["content-length"] {
            guard let length = Int(text) else { throw TestFailure("bad Content-Length: \(text)") }
            framing = .length(length)
        } else {
            framing = .untilClose
        }
        return response
    }

    /// The next piece of the body, as soon as there is one; nil at its end.
    package func bodyPart() throws -> [UInt8]? {
        switch framing {
        case .none: return nil
        case .untilClose:
            if buffer.isEmpty, try !readMore() {
                framing = .none
                return nil
            }
            defer { buffer = [] }
            return buffer
        case .length(let left):
            guard left > 0 else {
                framing = .none
                return nil
            }
            if buffer.isEmpty, try !readMore() { throw TestFailure("the connection was closed \(left) bytes before the end of the body") }
            let part = Array(buffer.prefix(left))
            buffer.removeFirst(part.count)
            framing = .length(left - part.count)
            return part
        case .chunked: return try chunk()
        }
    }

    /// The next event of an event stream; nil when the stream has ended. Comments keep a stream open for ever, but are none.
    package func event() throws -> StreamEvent? {
        let deadline = monotonicSeconds() + limit
        while waiting.isEmpty {
            guard monotonicSeconds() < deadline else { throw TestFailure("no event came within \(limit) s") }
            guard let part = try bodyPart() else { return nil }
            waiting = events.take(part)
        }
        return waiting.removeFirst()
    }

    /// True when the peer closes the connection within the limit, and sends nothing more before.
    package func isClosedByPeer() throws -> Bool {
        guard buffer.isEmpty else { return false }
        return try !readMore()
    }

    /// The bytes up to and with the next occurrence of this text, whatever they are: for what is no final response.
    package func bytes(until mark: String) throws -> [UInt8] {
        while true {
            if let end = buffer.firstRange(of: Array(mark.utf8)) {
                defer { buffer.removeSubrange(..<end.upperBound) }
                return Array(buffer[..<end.upperBound])
            }
            if try !readMore() { throw TestFailure("the connection was closed before '\(mark)': \(shown(buffer))") }
        }
    }

    /// Everything until the peer closes.
    package func rest() throws -> [UInt8] {
        while try readMore() {}
        defer { buffer = [] }
        return buffer
    }

    private func chunk() throws -> [UInt8]? {
        let sizeLine = try line()
        guard let size = Int(sizeLine.split(separator: ";", omittingEmptySubsequences: false)[0], radix: 16) else {
            throw TestFailure("bad chunk size: \(sizeLine)")
        }
        if size == 0 {
            while try !line().isEmpty {}
            framing = .none
            return nil
        }
        while buffer.count < size + 2 {
            if try !readMore() { throw TestFailure("the connection was closed inside a chunk") }
        }
        let part = Array(buffer[..<size])
        guard buffer[size] == 0x0D, buffer[size + 1] == 0x0A else { throw TestFailure("a chunk without its end") }
        buffer.removeFirst(size + 2)
        return part
    }

    private func line() throws -> String {
        while true {
            if let end = buffer.firstRange(of: [0x0D, 0x0A]) {
                defer { buffer.removeSubrange(..<end.upperBound) }
                return String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
            }
            if try !readMore() { throw TestFailure("the connection was closed inside a line") }
        }
    }

    /// Reads what has arrived, waiting for something; false at the end.
    private func readMore() throws -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let deadline = monotonicSeconds() + limit
        while true {
            let left = deadline - monotonicSeconds()
            guard left > 0 else { throw TestFailure("nothing came within \(limit) s; unread: \(shown(buffer))") }
            let ready = poll(&entry, 1, Int32(min(left * 1000 + 1, 1e9)))
            if ready < 0 && errno != EINTR { throw TestFailure.system("poll") }
            if ready > 0 { break }
        }
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        // A reset is an end too: the peer closed without reading all.
        if count < 0 && errno == ECONNRESET { return false }
        guard count >= 0 else { throw TestFailure.system("recv") }
        buffer += chunk[..<count]
        return count > 0
    }

    private func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes.prefix(500), as: UTF8.self) }
}
