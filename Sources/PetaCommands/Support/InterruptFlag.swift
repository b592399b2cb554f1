import Glibc
import Synchronization

/// Ctrl-C and SIGTERM as something that work asks for now and then, so that it can clean up behind itself. The second one ends at once.
enum InterruptFlag {
    private static let number = Atomic<Int32>(0)
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// Whether one came.
    static var isUp: Bool { number.load(ordering: .sequentiallyConsistent) != 0 }

    /// Runs `body` with the signals caught. Interrupted work ends with `Interrupted`.
    static func watching<Value>(_ body: () throws -> Value) throws -> Value {
        number.store(0, ordering: .sequentiallyConsistent)
        for number in signals {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { InterruptFlag.raised($0) }
            // Without SA_RESTART: a read that waits ends, and its reader looks at the flag.
            sigaction(number, &action, nil)
        }
        defer { for number in signals { signal(number, SIG_DFL) } }
        do {
            return try body()
        } catch is CancellationError {
            throw Interrupted()
        }
    }

    private static func raised(_ signalled: Int32) {
        if number.exchange(signalled, ordering: .sequentiallyConsistent) != 0 {
            signal(signalled, SIG_DFL)
            raise(signalled)
        }
    }
}
