import Glibc

/// Ctrl-C while a command runs inside of something that goes on after it. Whoever waits, waits for `descriptor` too.
final class Interruption: Sendable {
    /// Readable from the first Ctrl-C on.
    let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// It came.
    var happened: Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    /// Waits until there is input; false where Ctrl-C came first.
    func awaits(_ input: Int32) -> Bool {
        while true {
            var waiting = [descriptor, input].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&waiting, 2, -1) > 0 else {
                if errno == EINTR { continue }
                return true
            }
            return waiting[0].revents == 0
        }
    }
}
