import Glibc

/// Opens connections to this machine.
package enum LocalSocket {
    /// Why not: a number of `errno`.
    package struct Failure: Error, Equatable {
        package let number: Int32

        package init(number: Int32) { self.number = number }

        /// The system's own words.
        package var words: String { strerror(number).map { String(cString: $0) } ?? "error \(number)" }
    }

    /// The most bytes that a path may have.
    package static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// Connects to a Unix socket. Throws ENAMETOOLONG for a path that cannot be one.
    package static func connect(path: String, isBlocking: Bool = true) throws(Failure) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard !bytes.isEmpty, bytes.count <= longestPath, !bytes.contains(0) else { throw Failure(number: ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return try connect(AF_UNIX, &address, isBlocking)
    }

    /// Connects to a port of the loopback address. Without `isBlocking` the connection may still be under way: it can be written to when it
    /// is there.
    package static func connect(port: UInt16, isIPv6: Bool = false, isBlocking: Bool = true) throws(Failure) -> Int32 {
        guard isIPv6 else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
            return try connect(AF_INET, &address, isBlocking)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0[15] = 1 }
        return try connect(AF_INET6, &address, isBlocking)
    }

    private static func connect<Address>(_ family: Int32, _ address: inout Address, _ isBlocking: Bool) throws(Failure) -> Int32 {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | (isBlocking ? 0 : Int32(SOCK_NONBLOCK.rawValue))
        let descriptor = socket(family, flags, 0)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        var result: Int32
        repeat {
            result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
                }
            }
        } while result != 0 && errno == EINTR
        guard result == 0 || errno == EINPROGRESS else {
            let reason = errno
            close(descriptor)
            throw Failure(number: reason)
        }
        return descriptor
    }
}
