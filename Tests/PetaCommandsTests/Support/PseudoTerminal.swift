import Foundation
import Glibc
import Synchronization

/// A terminal whose other end is a script: it waits for words on the screen and then types.
final class PseudoTerminal: Sendable {
    /// The end that a program has as its terminal.
    let terminal: Int32
    private let screenEnd: Int32
    private let shown = Mutex<[UInt8]>([])
    private let finished = DispatchSemaphore(value: 0)

    /// Everything that was shown so far.
    var screen: String { shown.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Types `keys` once `prompt` is on the screen.
    init(when prompt: String, type keys: String) throws {
        // The Glibc module has no posix_openpt; these are the requests that it makes (ioctl_tty(2)).
        screenEnd = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var lock: Int32 = 0
        var number: UInt32 = 0
        guard screenEnd >= 0, ioctl(screenEnd, 0x4004_5431, &lock) == 0, ioctl(screenEnd, 0x8004_5430, &number) == 0 else {
            throw TestFailure("no pseudo-terminal: \(errno)")
        }
        terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        guard terminal >= 0 else { throw TestFailure("no pseudo-terminal: \(errno)") }
        Thread.detachNewThread { [screenEnd, finished, weak self] in
            var isTyped = false
            var chunk = [UInt8](repeating: 0, count: 1024)
            while true {
                let count = read(screenEnd, &chunk, chunk.count)
                guard count > 0, let self else { break }
                let screen = self.shown.withLock { all -> String in
                    all += chunk[..<count]
                    return String(decoding: all, as: UTF8.self)
                }
                if !isTyped, screen.contains(prompt) {
                    isTyped = true
                    // Input is flushed when echo goes off, so it has to wait until it is off.
                    while prompt.contains("not shown"), self.echoes { sched_yield() }
                    let bytes = Array(keys.utf8)
                    _ = write(screenEnd, bytes, bytes.count)
                }
            }
            finished.signal()
        }
    }

    /// Whether what is typed is shown.
    var echoes: Bool {
        var state = termios()
        return tcgetattr(terminal, &state) == 0 && state.c_lflag & tcflag_t(ECHO) != 0
    }

    /// Closes the terminal and returns everything that was shown.
    func finish() -> String {
        close(terminal)
        finished.wait()
        close(screenEnd)
        return screen
    }
}
