import Foundation
import Glibc
import PetaAdminAPI

/// An answer read by hand from a Unix socket.
struct RawAnswer: Sendable {
    let status: Int
    let headers: [String: String]
    let body: [UInt8]

    struct Broken: Error { let what: String }

    var text: String { String(decoding: body, as: UTF8.self) }

    func error() throws -> AdminError { try AdminJSON.decode(AdminError.self, from: body) }

    static func exchange(socket path: String, method: String, target: String, headers: [String], body: [UInt8]?) throws -> RawAnswer {
        let connection = try RawConnection(path)
        var head = "\(method) \(target) HTTP/1.1\r\nHost: peta\r\nConnection: close\r\n"
        for header in headers { head += header + "\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        try connection.send(Array((head + "\r\n").utf8))
        if let body { try connection.send(body) }
        return try RawAnswer(Data(connection.readAll()))
    }

    init(_ bytes: Data) throws {
        guard let end = bytes.range(of: Data("\r\n\r\n".utf8)) else { throw Broken(what: "no head") }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        guard let status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") else { throw Broken(what: lines[0]) }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        self.status = status
        self.headers = headers
        body = Array(bytes[end.upperBound...])
    }
}

/// A blocking connection. Reads give up after two minutes, so that a test that fails ends.
final class RawConnection {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard result == 0 else { throw RawAnswer.Broken(what: String(cString: strerror(errno))) }
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// What cannot be sent because the server closed is not our concern: its answer says why.
    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Some bytes; empty at the end.
    func read() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw RawAnswer.Broken(what: String(cString: strerror(errno))) }
        return Array(buffer[..<count])
    }

    func readAll() throws -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let more = try read()
            if more.isEmpty { return all }
            all += more
        }
    }

    /// Reads until `text` was seen.
    func read(until text: String) throws -> String {
        var all = ""
        while !all.contains(text) {
            let more = try read()
            guard !more.isEmpty else { throw RawAnswer.Broken(what: "ended after: " + all) }
            all += String(decoding: more, as: UTF8.self)
        }
        return all
    }
}
