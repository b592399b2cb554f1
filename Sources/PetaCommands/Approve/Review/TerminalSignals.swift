import Glibc
import Synchronization

/// Signals as something that can be waited for together with descriptors, while the shell or a reviewer has the terminal.
///
/// The system gives a signal to any thread, so that waiting for an interrupted call would miss it.
enum TerminalSignals {
    private static let pipeEnd = Atomic<Int32>(-1)
    /// What whoever has the terminal wants to know of.
    static let all = [SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT]

    /// Where the numbers of signals are read, from one `open` to its `close`. The one before is back then: the shell runs a reviewer.
    struct Source {
        /// -1 when there was none to be had.
        var descriptor: Int32 = -1
        fileprivate var end: Int32 = -1
        fileprivate var before: Int32 = -1
    }

    /// Opens a source. What it brings is up to ``catchOne(_:)``.
    static func open() -> Source {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return Source() }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // A full pipe says already that there is something to look at.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        return Source(
            descriptor: ends[0], end: ends[1], before: pipeEnd.exchange(ends[1], ordering: .sequentiallyConsistent))
    }

    /// The signals that came since the last time.
    static func read(_ descriptor: Int32) -> [Int32] {
        var numbers = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(descriptor, &numbers, numbers.count)
        return count > 0 ? numbers[..<count].map { Int32($0) } : []
    }

    /// Signals do what they do by themselves again.
    static func close(_ source: Source) {
        for number in all { signal(number, SIG_DFL) }
        guard source.end >= 0 else { return }
        pipeEnd.store(source.before, ordering: .sequentiallyConsistent)
        Glibc.close(source.end)
        Glibc.close(source.descriptor)
    }

    /// Stops this process as Ctrl-Z does, and returns when it goes on. Where it cannot be stopped it goes on soon.
    static func stopHere(_ descriptor: Int32) {
        stop(until: descriptor)
        catchOne(SIGTSTP)
    }

    /// Stops this process until the descriptor brings SIGCONT. SIGTSTP is not caught afterwards.
    static func stop(until descriptor: Int32) {
        signal(SIGTSTP, SIG_DFL)
        // To the process and not to this thread, which may not be one that takes signals.
        kill(getpid(), SIGTSTP)
        let until = SteadyClock.milliseconds() + 300
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = until - SteadyClock.milliseconds()
            if left <= 0 || (poll(&waiting, 1, Int32(clamping: left)) > 0 && read(descriptor).contains(SIGCONT)) { break }
        }
    }

    /// Ends this process by a signal, so that whoever waits for it learns what ended it.
    static func endBy(_ number: Int32) {
        signal(number, SIG_DFL)
        kill(getpid(), number)
        poll(nil, 0, 1000)
    }

    /// A signal is a number to be read from now on.
    static func catchOne(_ number: Int32) {
        signal(number) { number in
            let end = TerminalSignals.pipeEnd.load(ordering: .sequentiallyConsistent)
            var byte = UInt8(truncatingIfNeeded: number)
            if end >= 0 { _ = write(end, &byte, 1) }
        }
    }
}
