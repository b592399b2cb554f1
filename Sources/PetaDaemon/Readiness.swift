internal import CPetaShim
internal import Foundation

/// Tells systemd how the daemon is (sd_notify(3)): one datagram to `$NOTIFY_SOCKET`, nothing where it is not set.
enum Readiness {
    static func notify(_ state: String, environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let path = environment["NOTIFY_SOCKET"], let first = path.utf8.first, first == 0x2F || first == 0x40, path.utf8.count < 108
        else { return }
        let fd = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard fd >= 0 else { return }
        defer { close(fd) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            bytes.copyBytes(from: Array(path.utf8))
            // An abstract address is written with '@' and begins with NUL.
            if first == 0x40 { bytes[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        let text = Array(state.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { sendto(fd, text, text.count, 0, $0, length) }
        }
    }
}
