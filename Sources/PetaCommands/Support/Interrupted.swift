import Glibc

/// The person pressed Ctrl-C at a question.
struct Interrupted: Error {}

/// What Ctrl-C does to a command.
enum Interrupts {
    /// From here on Ctrl-C ends the process with exit code 0: a stream that a person ends has done its work. In a shell it ends the
    /// stream alone.
    static func endStreamCleanly() {
        guard CommandContext.current.interruption == nil else { return }
        signal(SIGINT) { _ in _exit(0) }
    }

    /// Waits for input, as what a person types; false where Ctrl-C came first. Outside of a shell, and where no work has to clean up behind
    /// itself, Ctrl-C ends the process.
    static func awaitInput(_ descriptor: Int32) -> Bool {
        (CommandContext.current.interruption ?? CommandContext.current.caught)?.awaits(descriptor) ?? true
    }
}
