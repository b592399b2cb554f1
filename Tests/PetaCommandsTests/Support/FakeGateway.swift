import Foundation
import Glibc
import Synchronization

/// A gateway's admin socket in a temporary directory: answers each request as a closure says, and remembers them all.
final class FakeGateway: Sendable {
    struct Request: Sendable {
        let method: String
        let target: String
        let headers: [String: String]
        let body: [UInt8]
        /// Which connection it came on, counted from 1.
        let connection: Int

        var line: String { "\(method) \(target)" }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// What is written to the connection, piece by piece, and whether it is closed then.
    struct Answer: Sendable {
        var pieces: [[UInt8]]
        var closes = false

        static func json(_ text: String, status: Int = 200) -> Answer {
            raw("HTTP/1.1 \(status) X\r\nContent-Length: \(text.utf8.count)\r\nContent-Type: application/json\r\n\r\n\(text)")
        }

        static func error(_ status: Int, _ code: String, _ message: String, hint: String? = nil) -> Answer {
            let hintText = hint.map { "\"\($0)\"" } ?? "null"
            return json("{\"error\":{\"code\":\"\(code)\",\"message\":\"\(message)\",\"hint\":\(hintText)}}", status: status)
        }

        static func chunked(_ chunks: [String]) -> Answer {
            let body = chunks.map { String($0.utf8.count, radix: 16) + "\r\n" + $0 + "\r\n" }.joined()
            return raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + "0\r\n\r\n")
        }

        static func raw(_ pieces: String..., closes: Bool = false) -> Answer {
            Answer(pieces: pieces.map { Array($0.utf8) }, closes: closes)
        }
    }

    let directory: String
    let path: String
    private let listener: Int32
    private let log = Mutex<[Request]>([])
    private let open = Mutex<Set<Int32>>([])

    var requests: [Request] { log.withLock { $0 } }

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        directory = try TemporaryDirectory.make()
        path = directory + "/s"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard bound == 0, listen(listener, 16) == 0 else { throw TestFailure("cannot listen at \(path): \(errno)") }
        let accepting = listener
        Thread.detachNewThread { [weak self] in
            defer { close(accepting) }
            var count = 0
            while true {
                let connection = accept(accepting, nil, nil)
                guard connection >= 0 else { return }
                count += 1
                let number = count
                guard let gateway = self else {
                    close(connection)
                    return
                }
                gateway.open.withLock { _ = $0.insert(connection) }
                Thread.detachNewThread { [weak gateway] in
                    Self.serve(connection, number, { request in gateway?.log.withLock { $0.append(request) } }, answer)
                    // Closed under the lock, so that the number cannot be another file's when the gateway goes away.
                    if let gateway {
                        gateway.open.withLock {
                            $0.remove(connection)
                            close(connection)
                        }
                    } else {
                        close(connection)
                    }
                }
            }
        }
    }

    deinit {
        // The accepting thread closes it: a number that is closed here could be another test's socket by the time it accepts.
        shutdown(listener, Int32(SHUT_RDWR))
        open.withLock { $0.forEach { shutdown($0, Int32(SHUT_RDWR)) } }
        TemporaryDirectory.remove(directory)
    }

    private static func serve(_ socket: Int32, _ number: Int, _ note: (Request) -> Void, _ answer: (Request) -> Answer) {
        var buffer: [UInt8] = []
        while let request = read(socket, number, &buffer) {
            note(request)
            let reply = answer(request)
            for piece in reply.pieces {
                var sent = 0
                while sent < piece.count {
                    let count = piece.withUnsafeBytes { all -> Int in
                        let rest = UnsafeRawBufferPointer(rebasing: all[sent...])
                        return send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                    }
                    guard count > 0 else { return }
                    sent += count
                }
            }
            if reply.closes { return }
        }
    }

    private static func read(_ socket: Int32, _ number: Int, _ buffer: inout [UInt8]) -> Request? {
        let mark = Array("\r\n\r\n".utf8)
        while true {
            if let end = buffer.indices.first(where: { buffer[$0...].starts(with: mark) }) {
                let lines = String(decoding: buffer[..<end], as: UTF8.self).components(separatedBy: "\r\n")
                let words = lines[0].components(separatedBy: " ")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let pair = line.components(separatedBy: ": ")
                    headers[pair[0].lowercased()] = pair.dropFirst().joined(separator: ": ")
                }
                let length = headers["content-length"].flatMap(Int.init) ?? 0
                if buffer.count >= end + 4 + length {
                    let body = Array(buffer[(end + 4)..<(end + 4 + length)])
                    buffer.removeFirst(end + 4 + length)
                    return Request(method: words[0], target: words[1], headers: headers, body: body, connection: number)
                }
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = recv(socket, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }
}
