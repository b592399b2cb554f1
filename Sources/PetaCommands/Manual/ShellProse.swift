/// The shell, for its man page.
enum ShellProse {
    private static let lines = """
        A line is one command, split into words as in sh(1): single quotes keep everything, double quotes everything but the backslash \
        before a quote, a backslash, a dollar sign or a grave accent, and a backslash the character behind it. Nothing is expanded: no variables, no \
        patterns, no commands. A line whose quotes are open, or that ends with a backslash, goes on in the next one. What stands behind a # at the \
        beginning of a word is a comment. Pipes, redirections and lists (| < > ; &) do not exist here, and a line that holds one is refused unless it \
        is quoted. The word peta in front of a command does no harm.

        A command that fails shows its error and its exit code, and the shell goes on; of lines that were pasted together those behind \
        it are not run. serve, mcp-stdio, demo-server and shell are not run here.
        """

    private static let prompt = """
        The prompt tells what the gateway says of itself: how many calls wait for a person, that the vault is sealed, that it does not answer, \
        that it may not be used, or that there is none. It is asked with each line, and every few seconds while nobody types, and never waited for longer than a moment. A gateway that \
        was started again is found again.
        """

    private static let history = """
        Lines are kept for the next shell, the newest 2,000 of them. Several shells may be open at once. Not kept are lines that begin with a blank; that are no command, such as a \
        passphrase that was typed too early; that belong to 'peta secret set', 'peta token', 'peta vault' and 'peta backup'; and that hold what looks like a credential: \
        a value behind a name such as token or password, an Authorization header, a URL with a password, a token of a known form. What is typed at a question \
        is never part of a line.
        """

    private static let script = """
        Where standard input is no terminal its lines are run without prompt and history, up to the first that fails, whose exit code is that of the \
        shell; with --keep-going all of them. Their commands have nothing on standard input, so that none reads the lines that follow it.
        """

    private static let keys: [(String, String)] = [
        ("Tab", "Completes the word, or shows what may stand there: commands, options, values, files, and names that the gateway knows."),
        ("Ctrl-C", "Cancels the line, or ends the command or stream that runs."), ("Ctrl-D", "At an empty line: leaves."),
        ("Ctrl-Z", "Suspends; fg in the shell of the system goes on with the line."), ("Up, Down", "Lines of before."),
        ("Ctrl-R", "Searches them."), ("Ctrl-L", "Clears the screen."),
    ]

    private static let words: [(String, String)] = [
        ("help", "Lists the commands; with a command it tells what that does and takes."),
        ("history", "Lists lines of before; with a number the last so many, with --clear it forgets all."),
        ("clear", "Clears the screen."), ("exit, quit", "Leave."),
    ]

    /// The sections of peta-shell(1).
    static func write(_ page: inout Mdoc) {
        for (title, prose) in [("Lines", lines), ("Prompt", prompt), ("History", history), ("Without a terminal", script)] {
            page.raw(".Ss \(title)")
            page.prose(prose)
        }
        for (title, list) in [("Words of the shell", words), ("Keys", keys)] {
            page.raw(".Ss \(title)\n.Bl -tag -width Ds")
            for (key, what) in list {
                page.raw(".It Sy \(key)")
                page.prose(what)
            }
            page.raw(".El")
        }
        page.prose("The other keys are those of GNU readline.")
    }
}
