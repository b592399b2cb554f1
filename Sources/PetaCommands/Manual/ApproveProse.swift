/// The reviewer's terminal, for its man page.
enum ApproveProse {
    static let exitCodes: [(String, String)] = ManualProse.exitCodes.map { code, meaning in
        switch code {
        case "66": (code, "There is no such request.")
        case "73": (code, "It is decided already, or has expired.")
        case "77": (code, "Not permitted: above all, nobody decides on an own request unless the configuration lets them.")
        default: (code, meaning)
        }
    }

    static let terminal = """
        Without a verb a terminal shows one request at a time, with everything that is known of it: who asks, with which client, what is \
        called, which rule wants a person and why, until when, and the arguments, complete. Requests that come are shown at once, and \
        requesters come in turn: many requests of one do not keep others waiting. What somebody else decides, and what expires, is told, \
        and the next one is shown.

        Everything that a model, a client or a server chose is made safe: control characters, marks that change the direction of writing, \
        characters of no width and others that do not show themselves are written as escapes such as \\u{202e}. Names and hosts that can \
        be taken for others, as by Cyrillic letters that look Latin, are marked with an exclamation mark.

        What looks like a secret is hidden and long texts are cut until all is asked for with f, which the audit records.

        A terminal that can do nothing but lines (TERM is dumb or not set), or --plain, gets lines: each request is told once, and a \
        letter or a word and Enter answer. Nothing on the screen is changed then, as a screen reader needs it.
        """

    static let keys: [(String, String)] = [
        (
            "a",
            """
            Approve. All of the arguments have to have been on the screen once; pressing it twice does not get round that. Nor does a \
            key decide a request that was not on the screen for a third of a second.
            """
        ),
        ("A", "Approve although something of the arguments is hidden or cut."),
        ("r", "Reject. Asks for a reason, which the one who asks reads; Esc cancels."),
        ("s", "Skip. It waits still, and comes again after the others."),
        ("d", "Show or leave out details: what the tool says of itself, hints of its server, what others said."),
        ("f", "Show all of the arguments. The audit records it."),
        ("j, k, arrows, space, b, Page Up, Page Down, g, G", "Scroll."),
        ("l", "List what waits, by requester."), ("?", "Help."), ("Ctrl-L", "Draw the screen anew."), ("Ctrl-Z", "Suspend."),
        ("q", "Quit. Nothing is decided by that."),
    ]

    /// The section of peta-approve(1) that tells about the terminal.
    static func write(_ page: inout Mdoc) {
        page.raw(".Sh THE REVIEWER'S TERMINAL")
        page.prose(terminal)
        page.raw(".Bl -tag -width Ds")
        for (key, what) in keys {
            page.raw(".It Sy \(Mdoc.word(key))")
            page.prose(what)
        }
        page.raw(".El")
    }
}
