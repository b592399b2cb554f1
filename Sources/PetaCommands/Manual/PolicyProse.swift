/// The language of policy sets, for its man page.
enum PolicyProse {
    static let introduction = """
        A policy set is a YAML or JSON document in UTF-8 of at most 1 MiB: rules, and optionally name, description, server (the id \
        of the one server that it belongs to; without it the set is global), timezone (UTC, the default, or an offset such as \
        +01:00, for the rules that ask for the time) and version (of this language: 1). A key stands once, and a key that is \
        not known is an error.

        The rules of all sets in force are tried in the order of their priority, lower first; at the same priority those of a server's \
        own set before those of global ones, then by the name of the set and the order in it. The first rule that is about the call and \
        whose conditions all hold decides. Where none does, the gateway's default holds.
        """

    /// The members of a rule.
    static let members: [(name: String, what: String)] = [
        ("id", "Names the rule in its set. Needed; letters, digits, '.', '_' and '-', at most 64."),
        ("description", "For people."),
        ("priority", "0 to 1000000; 1000 if not given."),
        (
            "match",
            """
            Which calls the rule is about: server, tool, prompt, resource, role (owner, admin, user), user, client, labels (of the user) and \
            annotations (of the tool, which its server chose). Everything that is named has to fit; of tool, prompt and resource one \
            is enough. Values are globs or lists of them: * stands for anything, ? for one character. Without match it is about every call.
            """
        ),
        (
            "extract",
            """
            Names for values: {amount: {path: args.amount, type: number}}. A path begins with args, user, client, session, ip, time, \
            tool or server; args.items[0].price, args.to[*] (each item) and args["a key"] lead further. Types are string, number, \
            boolean, url.host (the host of a URL), bytes.length (of a string in UTF-8, or of any other value as JSON) and ip.
            """
        ),
        (
            "when",
            """
            A list of conditions that all have to hold. A condition is {left, op, right}, where left is a reference and right a \
            value, a list or a reference; or {any: [conditions]}, or {all: [conditions]}. 'not: true' turns one round.
            """
        ),
        (
            "effect",
            """
            decision (allow, deny, require_approval) and reason, which the client and the audit are told. Needed. With require_approval \
            the call waits for people to allow it: approvers, 1 to 10, says how many; without it the setting approvals.approvers does.
            """
        ),
        (
            "missing",
            """
            What a value that is not there, or cannot be read as its type, means: match (the condition holds) or skip (it \
            does not). Without it deny and require_approval match and allow skips, so that nothing is opened by leaving something out.
            """
        ),
    ]

    static let references = """
        $amount refers to what was extracted. $args.PATH, $user.id, $user.name, $user.role, $user.workspace, $user.labels.NAME, \
        $client.name, $client.version, $session.id, $session.era, $ip, $tool.name, $tool.kind (tool, prompt, resource), \
        $tool.annotations.NAME, $server, $time.now, $time.date (2026-12-31), $time.clock (17:05), $time.hour, $time.minute and \
        $time.weekday (mon to sun) are always there. Any other text is itself; one that begins with a dollar is written with two.
        """

    /// What conditions can ask.
    static let operations: [(name: String, what: String)] = [
        ("eq, neq", "Equal, not equal. Numbers are compared by their exact value, also those in texts; texts in Unicode NFC."),
        ("gt, gte, lt, lte", "By value for numbers, by bytes for texts."),
        ("in, not_in", "Among a list of values."),
        ("contains, starts_with, ends_with", "Of a text; with a list one of it is enough."),
        (
            "matches",
            """
            A regular expression (RE2) is found in the text. It takes time in proportion to the text, whatever it says. Anchor it \
            with ^ and $ where the whole text is meant.
            """
        ),
        ("cidr", "An address is in a range, such as 10.0.0.0/8 or fd00::/8."),
        ("exists", "With true (or without right) something is there, with false nothing is."),
    ]

    static let limits = """
        Where a path leads to several values, one that fits is enough for deny and require_approval, and allow wants all of them to fit. \
        Arguments that are no JSON, hold a key twice, or lead to more than 10,000 values are denied where a rule asks for them.

        A gateway holds 1,000 sets, 1,000 rules in a set and 10,000 in force; a rule has 32 conditions and 32 extracted values, four \
        levels of any and all, 100 globs of 256 bytes in a member of match and 1,000 values in a list. A path has 32 steps.
        """

    static let example = [
        "name: bank", "rules:", "  - id: wire-large", "    priority: 10", "    match: { server: \"bank*\", tool: \"transfer_*\" }",
        "    extract:", "      amount: { path: args.amount, type: number }", "    when:",
        "      - { left: \"$amount\", op: gt, right: 1000 }", "    effect: { decision: deny, reason: over 1000 }",
    ]
}
