import Glibc

/// One blocking stream socket to a path, with a read buffer.
final class UnixConnection {
    private let descriptor: Int32
    private let path: String
    private let patience: Patience
    private var buffer: [UInt8] = []
    private var start = 0

    /// Connects. Throws `AdminError`: unavailable where nothing listens, not permitted where the file mode forbids it.
    init(path: String, patience: Patience = Patience()) throws(AdminError) {
        self.path = path
        self.patience = patience
        do throws(LocalSocket.Failure) {
            // A daemon that accepts nothing any more would hold a blocking connect for ever.
            descriptor = try LocalSocket.connect(path: path, isBlocking: !patience.isLimited)
            if patience.isLimited { _ = fcntl(descriptor, F_SETFL, 0) }
        } catch {
            throw Self.failure(path, error)
        }
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
        // A descriptor of -1 is not looked at.
        var waiting = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: output ?? -1, events: 0, revents: 0),
            pollfd(fd: patience.interrupt ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&waiting, nfds_t(waiting.count), patience.milliseconds(timeoutSeconds))
        if ready < 0 {
            if errno == EINTR { return .more }
            throw lost(errno)
        }
        guard ready > 0 else { throw patience.exhausted(path, timeoutSeconds) }
        if waiting[2].revents != 0 {
            if output != nil { return .nobodyReads }
            throw Patience.interrupted
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
            .unavailable, "lost the connection to the gateway at \(path): \(LocalSocket.Failure(number: reason).words)",
            hint: "See its log; 'peta status' tells if it runs.")
    }

    private static func failure(_ path: String, _ failure: LocalSocket.Failure) -> AdminError {
        switch failure.number {
        case ENAMETOOLONG:
            AdminError(
                .unavailable, "cannot reach the gateway at \(path): a socket's path has 1 to \(LocalSocket.longestPath) bytes",
                hint: "Choose a shorter one with --admin-socket or PETA_SOCKET.")
        case ENOENT, ECONNREFUSED, ENOTDIR:
            AdminError(.unavailable, "cannot reach the gateway at \(path): not running", hint: "Start it with 'peta serve'.")
        case EACCES, EPERM:
            AdminError(
                .notPermitted, "cannot reach the gateway at \(path): permission denied",
                hint: "Run this as the gateway's own user or as root, or become a member of the group 'peta'.")
        case EAGAIN:
            AdminError(.tryAgain, "cannot reach the gateway at \(path): it is busy", hint: "Try again in a moment.")
        default:
            AdminError(.unavailable, "cannot reach the gateway at \(path): \(failure.words)")
        }
    }
}
