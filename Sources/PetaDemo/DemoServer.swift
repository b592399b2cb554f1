import Glibc

/// A small MCP server over stdio, for the first steps with Peta and for its tests: `peta demo-server`. Nothing it
/// does leaves the process. It speaks the revisions with a handshake, 2025-03-26 to 2025-11-25, and 2026-07-28 with `--modern`.
package enum DemoServer {
    /// One line for the help of the command.
    package static let usage = "demo-server [--tools N] [--page N] [--slow-start MS] [--modern]"

    /// The longest message that is taken, in bytes.
    static let messageLimit = 64 << 20

    /// Serves standard input and output until the input ends. Calls under way are then dropped.
    /// Throws `DemoUsageError` for wrong arguments. The tool `crash` ends the process from inside.
    package static func run(arguments: [String]) throws {
        let options = try DemoOptions(arguments: arguments)
        if options.slowStart > 0 { pause(milliseconds: options.slowStart) }
        var session = DemoSession(options: options) { name in getenv(name).map { String(cString: $0) } }
        var reader = LineReader(descriptor: STDIN_FILENO, limit: messageLimit)
        while true {
            session.advance(to: now())
            guard flush(&session) else { return }
            guard waitForInput(until: session.nextDeadline) else { continue }
            let open = reader.read { line in
                switch line {
                case .text(let bytes): session.receive(bytes, at: now())
                case .tooLong: session.refuseLongMessage()
                }
            }
            guard open else { return }
        }
    }

    /// Nanoseconds of the monotonic clock.
    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static func pause(milliseconds: Int) {
        var asked = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        var left = timespec()
        while nanosleep(&asked, &left) < 0 && errno == EINTR { asked = left }
    }

    /// False when the deadline came first. Without a deadline the read itself may wait.
    private static func waitForInput(until deadline: UInt64?) -> Bool {
        guard let deadline else { return true }
        let current = now()
        guard deadline > current else { return false }
        // Rounded up: a poll that returns early would find nothing due and spin.
        let milliseconds = min((deadline - current + 999_999) / 1_000_000, 60_000)
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&input, 1, Int32(milliseconds)) > 0
    }

    /// Writes what the session has to say; false when nobody reads any more.
    private static func flush(_ session: inout DemoSession) -> Bool {
        let (output, diagnostics) = session.takeOutput()
        _ = write(diagnostics, to: STDERR_FILENO)
        let written = write(output, to: STDOUT_FILENO)
        if let status = session.exitStatus { exit(status) }
        return written
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return true }
            var done = 0
            while done < buffer.count {
                let count = Glibc.write(descriptor, base + done, buffer.count - done)
                if count < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                done += count
            }
            return true
        }
    }
}
