import Glibc

/// The person pressed Ctrl-C at a question.
struct Interrupted: Error {}

/// What Ctrl-C does to a stream.
enum Interrupts {
    /// From here on Ctrl-C ends the process with exit code 0: a stream that a person ends has done its work.
    static func endStreamCleanly() {
        signal(SIGINT) { _ in _exit(0) }
    }
}
