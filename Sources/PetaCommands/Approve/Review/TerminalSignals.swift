import Glibc
import Synchronization

/// Signals as something that can be waited for together with descriptors, while a reviewer has the terminal.
enum TerminalSignals {
    private static let pipeEnd = Atomic<Int32>(-1)
    private static let all = [SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT]

    /// A descriptor from which the numbers of signals are read. -1 when there is none to be had.
    static func open() -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return -1 }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // A full pipe says already that there is something to look at.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        pipeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        for number in all { catchOne(number) }
        return ends[0]
    }

    /// The signals that came since the last time.
    static func read(_ descriptor: Int32) -> [Int32] {
        var numbers = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(descriptor, &numbers, numbers.count)
        return count > 0 ? numbers[..<count].map { Int32($0) } : []
    }

    /// Signals do what they do by themselves again.
    static func close(_ descriptor: Int32) {
        for number in all { signal(number, SIG_DFL) }
        let end = pipeEnd.exchange(-1, ordering: .sequentiallyConsistent)
        if end >= 0 { Glibc.close(end) }
        if descriptor >= 0 { Glibc.close(descriptor) }
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

    private static func catchOne(_ number: Int32) {
        signal(number) { number in
            let end = TerminalSignals.pipeEnd.load(ordering: .sequentiallyConsistent)
            var byte = UInt8(truncatingIfNeeded: number)
            if end >= 0 { _ = write(end, &byte, 1) }
        }
    }
}
