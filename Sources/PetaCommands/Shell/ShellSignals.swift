import Glibc

/// Which signals the shell takes, and when: as numbers from its ``TerminalSignals/Source``.
enum ShellSignals {
    /// A line is typed: the terminal is the editor's.
    static func takeForPrompt() {
        for number in TerminalSignals.all { TerminalSignals.catchOne(number) }
        // Ctrl-\ would leave the terminal as the editor has it.
        signal(SIGQUIT, SIG_IGN)
    }

    /// A command runs: Ctrl-C is for it, the rest does what it does by itself.
    static func takeForCommand() {
        for number in TerminalSignals.all where number != SIGINT { signal(number, SIG_DFL) }
        signal(SIGQUIT, SIG_DFL)
        TerminalSignals.catchOne(SIGINT)
    }

    /// Everything does what it does by itself again.
    static func giveBack() {
        for number in TerminalSignals.all { signal(number, SIG_DFL) }
        signal(SIGQUIT, SIG_DFL)
    }
}
