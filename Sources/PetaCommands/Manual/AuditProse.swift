/// What peta-audit(1) says beside its commands: what is proven, what is removed, what is sent elsewhere.
enum AuditProse {
    /// The columns of a CSV export, in order.
    static let columns = """
        seq, time, kind, requestId, traceId, user, role, tokenId, clientName, clientVersion, address, session, method, server, tool, \
        decision, rule, approvalId, outcome, error, durationMs, downstreamMs, bytesIn, bytesOut, cached, argumentsDigest, secrets, inputs, \
        arguments, uid, pid, command, target, detail
        """

    private static let proof = """
        Records form a chain: each carries a MAC, under a key derived in the vault, of the record before it, its number, its time and itself; the \
        last number and MAC stand in a row of their own. verify walks all of it. It finds what was changed, removed, put in or moved, and an end \
        that was cut without the key. It cannot find, by itself, that the whole database was replaced by an older copy, or what somebody did who has \
        the key file or passphrase: anchors are for that.
        """

    private static let retention = """
        With audit.retentionDays or audit.retentionRecords the oldest records are removed, some at a time, while calls go on. In their place stands a \
        checkpoint: the number, time and MAC of the last one removed, how many were removed and when, sealed with the key of the chain. verify \
        then proves the rest from there on and says so. A record goes only when it is what was written: at one that is not, retention stops, \
        and 'peta status' tells. The newest record always stays. The room is used again; the file does not shrink.

        No age is judged by a clock that was set. The gateway compares the clock with one that nobody can set; where they part by more than a minute, \
        forward or back, nothing is removed for its age for a day, and 'peta status' says by how much the clock was set. After a start it waits \
        ten minutes, and a day where the clock is more than a day away from the newest record. Records stand in the order of their numbers, \
        whatever their times say.
        """

    private static let webhook = """
        With audit.webhook.url every record is posted there, from the moment on that it was first configured: a body of lines as \
        'peta audit tail --json' prints them, in order, audit.webhook.batchRecords at most and 1 MiB. The next batch follows once the receiver \
        answered 200 to 299; anything else is tried again, the same records first, later each time up to five minutes, or as Retry-After says. How \
        far it came is kept in the database, so that nothing is left out over restarts; a receiver can get records twice and tells by seq. \
        Redirections are not followed. What retention removes before it could be delivered is skipped: the numbers have a gap then, and \
        'peta audit webhook' counts it.

        Each delivery carries these fields:
        """

    private static let fields: [(String, String)] = [
        ("Peta-Event", "audit.records; audit.test with the body {\"test\":true}; audit.anchor for what audit.anchor.url gets."),
        ("Peta-Instance", "Which gateway: 16 hexadecimal digits that stay the same as long as its vault does."),
        ("Peta-First-Seq, Peta-Last-Seq", "The numbers of the first and the last record."),
        ("Peta-Delivery", "Instance and both numbers: the same when the same records are sent again."),
        (
            "Peta-Signature",
            """
            t=SECONDS,v1=HEX: HEX is the HMAC-SHA256, under the value of the secret audit.webhook.secret, of SECONDS, a full stop and the body as it \
            came. Compare it in constant time, and refuse what is older than some minutes.
            """
        ),
    ]

    private static let check = [
        "import hashlib, hmac, time",
        "def is_genuine(secret: bytes, signature: str, body: bytes) -> bool:",
        "    parts = dict(part.split('=', 1) for part in signature.split(','))",
        "    mac = hmac.new(secret, parts['t'].encode() + b'.' + body, hashlib.sha256).hexdigest()",
        "    return hmac.compare_digest(mac, parts['v1']) and abs(time.time() - int(parts['t'])) < 300",
    ]

    private static let anchors = """
        An anchor says where the log ended: instance, number and MAC of the last record, the time, and a MAC of all that which only the log can make. \
        Whoever cuts the log or writes it anew cannot take back what was said elsewhere. audit.anchor.file is added to and never rewritten, so it can \
        be append-only (chattr +a), on another machine, and rotated; audit.anchor.command gets each line on its standard input, without a shell \
        and for ten seconds at most; audit.anchor.url gets it as a POST. That happens every audit.anchor.seconds where there are new records, and \
        when the gateway stops. When it starts, the last line of the file is compared with the log. 'peta audit verify --anchor FILE' \
        compares all that the file holds.
        """

    private static let csv = """
        A CSV export has these columns; new ones are added at the end. secrets, inputs and arguments are JSON. An empty cell is a field that the \
        record does not have. Control characters other than tab and line ends become U+FFFD.
        """

    /// The sections of peta-audit(1).
    static func write(_ page: inout Mdoc) {
        page.raw(".Sh WHAT IS PROVEN")
        page.prose(proof)
        page.raw(".Sh RETENTION")
        page.prose(retention)
        page.raw(".Sh WEBHOOK")
        page.prose(webhook)
        page.raw(".Bl -tag -width Ds")
        for (name, what) in fields {
            page.raw(".It Li \(name)")
            page.prose(what)
        }
        page.raw(".El")
        page.raw(".Pp")
        page.prose("A receiver in Python checks a delivery so:")
        page.literal(check)
        page.raw(".Sh ANCHORS")
        page.prose(anchors)
        page.raw(".Sh CSV")
        page.prose(csv)
        page.raw(".Pp")
        page.prose(columns)
    }
}
