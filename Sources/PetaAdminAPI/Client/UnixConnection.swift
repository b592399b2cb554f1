import Glibc

/// One blocking stream socket to a path, with a read buffer.
final class UnixConnection {
    private let descriptor: Int32
    private let path: String
    private var buffer: [UInt8] = []
    private var start = 0

    /// Connects. Throws `AdminError`: unavailable where nothing listens, not permitted where the file mode forbids it.
    init(path: String) throws(AdminError) {
        self.path = path
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path) - 1
        guard !bytes.isEmpty, bytes.count <= capacity, !bytes.contains(0) else {
            throw AdminError(
                .unavailable, "cannot reach the gateway at \(path): a socket's path has 1 to \(capacity) bytes",
                hint: "Choose a shorter one with --admin-socket or PETA_SOCKET.")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let opened = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard opened >= 0 else { throw Self.failure(path, errno) }
        var result: Int32
        repeat {
            result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(opened, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        } while result != 0 && errno == EINTR
        guard result == 0 else {
            let reason = errno
            close(opened)
            throw Self.failure(path, reason)
        }
        descriptor = opened
    }

    deinit {
        close(descriptor)
    }

    /// Writes everything.
    func send(_ bytes: [UInt8]) throws(AdminError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all -> Int in
                let rest = UnsafeRawBufferPointer(rebasing: all[sent...])
                return Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                throw lost(errno)
            }
        }
    }

    /// What is buffered and not yet taken.
    var pending: ArraySlice<UInt8> { buffer[start...] }

    /// Takes bytes off the front of the buffer.
    func take(_ count: Int) {
        start += count
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        }
    }

    /// Waits for more bytes and appends them to the buffer.
    ///
    /// `timeoutSeconds` nil waits for ever. With `watching` it also ends when nobody reads that descriptor any more.
    func fill(timeoutSeconds: Int?, watching output: Int32? = nil) throws(AdminError) -> FillResult {
        var waiting = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        if let output { waiting.append(pollfd(fd: output, events: 0, revents: 0)) }
        let timeout = timeoutSeconds.map { Int32(clamping: $0 * 1000) } ?? -1
        let ready = poll(&waiting, nfds_t(waiting.count), timeout)
        if ready < 0 {
            if errno == EINTR { return .more }
            throw lost(errno)
        }
        guard ready > 0 else {
            throw AdminError(.tryAgain, "the gateway at \(path) did not answer within \(timeoutSeconds ?? 0) seconds")
        }
        if waiting[0].revents == 0 { return .nobodyReads }
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0 {
            if errno == EINTR { return .more }
            throw lost(errno)
        }
        guard count > 0 else { return .end }
        buffer.append(contentsOf: chunk[..<count])
        return .more
    }

    /// What became of a wait for bytes.
    enum FillResult {
        case more, end, nobodyReads
    }

    func lost(_ reason: Int32 = ECONNRESET) -> AdminError {
        AdminError(
            .unavailable, "lost the connection to the gateway at \(path): \(Self.words(reason))",
            hint: "See its log; 'peta status' tells if it runs.")
    }

    private static func failure(_ path: String, _ reason: Int32) -> AdminError {
        switch reason {
        case ENOENT, ECONNREFUSED, ENOTDIR:
            AdminError(.unavailable, "cannot reach the gateway at \(path): not running", hint: "Start it with 'peta serve'.")
        case EACCES, EPERM:
            AdminError(
                .notPermitted, "cannot reach the gateway at \(path): permission denied",
                hint: "Run this as the gateway's own user or as root, or become a member of the group 'peta'.")
        case EAGAIN:
            AdminError(.tryAgain, "cannot reach the gateway at \(path): it is busy", hint: "Try again in a moment.")
        default:
            AdminError(.unavailable, "cannot reach the gateway at \(path): \(words(reason))")
        }
    }

    private static func words(_ reason: Int32) -> String {
        strerror(reason).map { String(cString: $0) } ?? "error \(reason)"
    }
}
