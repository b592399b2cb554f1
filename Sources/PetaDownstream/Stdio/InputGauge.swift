internal import Glibc
internal import Synchronization

/// Tells whether a child has taken what was written to it, also when it has ended: what it did not read is still in the pipe.
///
/// It keeps the pipe open, so that the child does not see the end of its input: to be released as soon as it is of no more use.
final class InputGauge: Sendable {
    private let descriptor: Mutex<Int32>

    /// - Parameter input: this side of the child's standard input.
    init(_ input: Int32) { descriptor = Mutex(fcntl(input, F_DUPFD_CLOEXEC, 0)) }

    /// True if something lies in the pipe; false where that cannot be known.
    var holdsUnread: Bool {
        descriptor.withLock { descriptor in
            var count: Int32 = 0
            return descriptor >= 0 && ioctl(descriptor, UInt(FIONREAD), &count) == 0 && count > 0
        }
    }

    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    deinit { release() }
}
