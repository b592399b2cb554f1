import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as something that work asks for now and then, so that it can clean up behind itself. The second one ends at once.
enum InterruptFlag {
    private static let number = Atomic<Int32>(0)
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// Runs `body`, which is given what tells whether one came, with the signals caught. Interrupted work ends with `Interrupted`.
    ///
    /// In the shell the signals stay the shell's, which tells of them.
    static func watching<Value>(_ body: (_ isUp: @escaping @Sendable () -> Bool) throws -> Value) throws -> Value {
        do {
            if let interruption = CommandContext.current.interruption { return try body { interruption.happened } }
            catchSignals()
            defer { for number in signals { signal(number, SIG_DFL) } }
            return try body { number.load(ordering: .sequentiallyConsistent) != 0 }
        } catch is CancellationError {
            throw Interrupted()
        }
    }

    private static func catchSignals() {
        number.store(0, ordering: .sequentiallyConsistent)
        for number in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { InterruptFlag.raised($0) }
            // Without SA_RESTART: a read that waits ends, and its reader looks at the flag.
            sigaction(number, &action, nil)
        }
    }

    private static func raised(_ signalled: Int32) {
        if number.exchange(signalled, ordering: .sequentiallyConsistent) != 0 {
            signal(signalled, SIG_DFL)
            raise(signalled)
        }
    }
}
