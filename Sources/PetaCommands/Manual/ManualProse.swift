/// What the man pages say beside what the declarations say.
enum ManualProse {
    static let manners = """
        A command is a noun and a verb; a bare noun lists. Every command that prints data takes --json: one document, or one \
        object a line for streams, whose fields never change their meaning. Times in JSON are RFC 3339 in UTC, durations are \
        milliseconds and sizes bytes unless the name of the field says otherwise. Standard output carries the answer, standard \
        error everything else. Nothing asks a question unless standard input is a terminal. A secret is never an argument.

        Every command but serve and demo-server is a client of the gateway's admin socket. The gateway asks the system who is \
        at the other end: its own user and root are owner, members of the group peta are administrators, others are refused. \
        While the vault is sealed only status and vault work; every other one ends with 75 (see peta-vault(1)).
        """

    static let files = [
        ("/var/lib/peta", "The data directory of root; anyone else has $XDG_DATA_HOME/peta or ~/.local/share/peta."),
        (
            "/run/peta/admin.sock",
            "The admin socket of root; anyone else has $XDG_RUNTIME_DIR/peta/admin.sock or one in the data directory."
        ),
        ("/var/lib/peta/etc/peta.yaml", "The configuration file, below the data directory."),
        ("/etc/peta/peta.yaml", "The configuration file that is read when the data directory has none."),
    ]

    static let exitCodes = [
        ("0", "Done."), ("1", "Failed."), ("64", "The command line is wrong."), ("65", "The input data are wrong."),
        ("66", "There is no such thing."), ("69", "The gateway cannot be reached."), ("73", "It exists already."),
        ("75", "Try again later."), ("77", "Not permitted."), ("130", "Ended by Ctrl-C at a question."),
    ]

    static let configuration = """
        A YAML file. Keys with a dot nest: limits.bodyBytes is the key bodyBytes below limits. An unknown key or a value of the \
        wrong kind is an error that names file and line, and the gateway does not start with it.

        A flag goes before an environment variable, that before this file, that before the default. \
        'peta config show' tells for each setting which value is in force and where it came from.

        SIGHUP and 'peta config reload' make the running gateway read all of it, and the certificates, again. Sessions stay open. It is \
        all or nothing: when the file cannot be read, is empty, or anything of it is wrong, the old values stay and the log names file \
        and line. Settings that cannot change while the gateway runs wait for its next start; 'peta status' and \
        'peta config show --running' name those that wait.
        """
}
