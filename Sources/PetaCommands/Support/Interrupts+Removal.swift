import Glibc

extension Interrupts {
    // Set before the handlers are and by one thread; the handlers only read it.
    private nonisolated(unsafe) static var leftover: UnsafeMutablePointer<CChar>?

    /// From here on a signal that ends the process removes this file first; nil: signals do again what they always do.
    static func removeAtEnd(_ path: String?) {
        let signals = [SIGINT, SIGTERM, SIGHUP]
        guard let path else {
            for number in signals { signal(number, SIG_DFL) }
            free(leftover)
            leftover = nil
            return
        }
        leftover = strdup(path)
        for number in signals {
            signal(number) { number in
                // Both calls are allowed in a handler.
                if let path = Interrupts.leftover { unlink(path) }
                _exit(128 + number)
            }
        }
    }
}
