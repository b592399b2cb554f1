import Glibc
import Synchronization

/// Signals of the shell as numbers that are read from a descriptor.
///
/// The system gives a signal to any thread, so that waiting for an interrupted call would miss it.
enum ShellSignals {
    private static let pipeEnd = Atomic<Int32>(-1)
    /// What is caught while a line is typed.
    private static let atPrompt = [SIGINT, SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP]

    /// The descriptor that the numbers are read from. Throws nothing: -1 when there is none to be had.
    static func open() -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return -1 }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // A full pipe says already that there is something to look at.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        pipeEnd.store(ends[1], ordering: .sequentiallyConsistent)
        return ends[0]
    }

    /// A line is typed: the terminal is the editor's.
    static func takeForPrompt() {
        for number in atPrompt { catchOne(number) }
        // Ctrl-\ would leave the terminal as the editor has it.
        signal(SIGQUIT, SIG_IGN)
    }

    /// A command runs: Ctrl-C is for it, the rest does what it does by itself.
    static func takeForCommand() {
        for number in atPrompt where number != SIGINT { signal(number, SIG_DFL) }
        signal(SIGQUIT, SIG_DFL)
        catchOne(SIGINT)
    }

    /// Everything does what it does by itself again.
    static func giveBack() {
        for number in atPrompt { signal(number, SIG_DFL) }
        signal(SIGQUIT, SIG_DFL)
    }

    /// The signals that came since the last time.
    static func read(_ descriptor: Int32) -> [Int32] {
        var numbers = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(descriptor, &numbers, numbers.count)
        return count > 0 ? numbers[..<count].map { Int32($0) } : []
    }

    /// Stops this process as Ctrl-Z does, and returns when it goes on.
    static func stopHere(_ descriptor: Int32) {
        TerminalSignals.stop(until: descriptor)
        catchOne(SIGTSTP)
    }

    private static func catchOne(_ number: Int32) {
        signal(number) { number in
            let end = ShellSignals.pipeEnd.load(ordering: .sequentiallyConsistent)
            var byte = UInt8(truncatingIfNeeded: number)
            if end >= 0 { _ = write(end, &byte, 1) }
        }
    }
}
