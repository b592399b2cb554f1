import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as something that work asks for now and then, so that it can clean up behind itself. The second one ends at once.
enum InterruptFlag {
    private static let number = Atomic<Int32>(0)
    /// The thread that does the work: a signal that another one is given must end its waiting all the same.
    private static let worker = Atomic<pthread_t>(0)
    private static let signals = [SIGINT, SIGTERM, SIGHUP]
    /// Where the handler writes, for who waits for an answer: a signal between a look at the flag and a read would not end the read.
    private static let writing = Atomic<Int32>(-1)

    /// Runs `body`, which is given what tells whether one came, with the signals caught. Interrupted work ends with `Interrupted`.
    ///
    /// In the shell the signals stay the shell's, which tells of them.
    static func watching<Value>(_ body: (_ isUp: @escaping @Sendable () -> Bool) throws -> Value) throws -> Value {
        do {
            if let interruption = CommandContext.current.interruption { return try body { interruption.happened } }
            // The threads of a pool take no signals.
            var mine = sigset_t()
            var before = sigset_t()
            sigemptyset(&mine)
            for number in signals { sigaddset(&mine, number) }
            var ends: [Int32] = [-1, -1]
            // Without it a question is ended by the second signal, as everything is.
            if pipe(&ends) == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
            writing.store(ends[1], ordering: .sequentiallyConsistent)
            catchSignals()
            pthread_sigmask(SIG_UNBLOCK, &mine, &before)
            defer {
                pthread_sigmask(SIG_SETMASK, &before, nil)
                for number in signals { signal(number, SIG_DFL) }
                writing.store(-1, ordering: .sequentiallyConsistent)
                for end in ends where end >= 0 { close(end) }
            }
            var context = CommandContext.current
            if ends[0] >= 0 { context.caught = Interruption(descriptor: ends[0]) }
            return try CommandContext.$current.withValue(context) { try body { number.load(ordering: .sequentiallyConsistent) != 0 } }
        } catch is CancellationError {
            throw Interrupted()
        }
    }

    private static func catchSignals() {
        number.store(0, ordering: .sequentiallyConsistent)
        worker.store(pthread_self(), ordering: .sequentiallyConsistent)
        for number in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { InterruptFlag.raised($0) }
            // Without SA_RESTART: a read that waits ends, and its reader looks at the flag.
            sigaction(number, &action, nil)
        }
    }

    private static func raised(_ signalled: Int32) {
        let worker = worker.load(ordering: .sequentiallyConsistent)
        guard pthread_equal(pthread_self(), worker) != 0 else {
            pthread_kill(worker, signalled)
            return
        }
        guard number.exchange(signalled, ordering: .sequentiallyConsistent) == 0 else {
            signal(signalled, SIG_DFL)
            raise(signalled)
            return
        }
        let end = writing.load(ordering: .sequentiallyConsistent)
        var byte: UInt8 = 0
        // What is interrupted looks at errno.
        let before = errno
        if end >= 0 { _ = write(end, &byte, 1) }
        errno = before
    }
}
