import PetaAdminAPI

/// Every setting, declared once. The resolver, `peta config show`, the example file and the man page all read this table.
enum SettingTable {
    static let all: [Setting] = [
        .addresses(
            "listen", flag: "--listen", \.listen,
            """
            Addresses on which MCP is served. Put a TLS certificate or a proxy before anything but the loopback address. unix:PATH is a \
            Unix socket, on which a local client is known by its user id and needs no token (see peta-user(1), --uid); unix: alone is \
            mcp.sock beside the admin socket.
            """),
        .choice(
            "mcpSocket.access", \.mcpSocket.access,
            """
            Who may open the Unix sockets among the addresses: group, the gateway's own user and the group peta; everyone, each user of \
            the machine. Who is no user of the gateway and has no token is refused all the same.
            """),
        .optionalPath("tls.certificate", flag: "--tls-cert", \.tls.certificate, "PEM file of the certificate chain. Needs tls.key."),
        .optionalPath("tls.key", flag: "--tls-key", \.tls.key, "PEM file of the private key. Needs tls.certificate."),
        .path("dataDir", flag: "--data-dir", \.dataDirectory, "Directory of the database and the key file, readable by its owner only."),
        .path("socket", flag: "--admin-socket", \.socket, "Path of the admin socket, to which every other command connects."),
        .choice("log.level", flag: "--log-level", \.logging.level, "The least severe level that is logged."),
        .choice("log.format", flag: "--log-format", \.logging.format, "How a log line is written."),
        .levels(
            "log.levels", \.logging.levels,
            "Levels of single parts, like gateway=debug. 'peta log level' changes levels while the gateway runs."),
        .url(
            "log.webhook.url", \.logging.webhook.url, example: "https://logs.example/peta",
            """
            Where lines of the log are sent too, in batches of JSON. At most 1000 lines wait; more are dropped, and the next batch says how \
            many.
            """),
        .choice("log.webhook.level", \.logging.webhook.level, "The least severe level that is sent there, of what is logged at all."),
        .headers("log.webhook.headers", \.logging.webhook.headers, "Header fields that are sent along. Values may hold ${secret:NAME}."),
        .list(
            "http.allowedOrigins", \.http.allowedOrigins, of: "origins",
            "Values of the Origin header that are let in. Requests of browsers from any other origin are refused."),
        .list(
            "http.allowedHosts", \.http.allowedHosts, of: "host names",
            "Values of the Host header that are let in, beside the addresses that are listened on."),
        .list(
            "http.trustedProxies", \.http.trustedProxies, of: "addresses and ranges",
            """
            Proxies in front of the gateway. Of a request that comes from one of them the client's address is what the proxy wrote into \
            http.proxyHeader; from anywhere else that field says nothing. Name only proxies that write it themselves.
            """),
        .choice(
            "http.proxyHeader", \.http.proxyHeader,
            "The field that these proxies write: x-forwarded-for, or forwarded (RFC 7239). The other one is never read."),
        .addresses(
            "metrics.listen", mayBeEmpty: true, \.metrics.listen,
            """
            Addresses on which /metrics is served for Prometheus, apart from those for MCP. None by default. Beyond the loopback address it \
            needs metrics.token, and is served over TLS where tls.certificate is set.
            """),
        .text(
            "metrics.token", \.metrics.token, "A bearer token.", example: "${secret:metrics-token}",
            "The bearer token that has to come with a request for /metrics. May hold ${secret:NAME}."),
        .number(
            "metrics.servers", \.metrics.servers, 0...1000,
            "Servers that metrics tell apart: the first so many that are called. The others are counted together, as _other."),
        .choice(
            "trace.propagate", \.trace.propagate,
            """
            When servers are told the trace that a call is part of (W3C Trace Context): received, when the client said it or otlp.endpoint \
            is set; always, with each call; off, never. The audit has the id of the trace in any case.
            """),
        .url(
            "otlp.endpoint", \.otlp.endpoint, example: "http://127.0.0.1:4318",
            """
            Where spans of calls are sent, over OTLP/HTTP as JSON. /v1/traces is added unless the URL ends with it. At most 8192 spans wait; \
            more are dropped and counted.
            """),
        .headers("otlp.headers", \.otlp.headers, "Header fields that are sent along. Values may hold ${secret:NAME}."),
        .fraction(
            "otlp.ratio", \.otlp.ratio,
            "Of the traces that begin at the gateway the share that is recorded. For others the caller has decided."),
        .number("loops", \.loops, 0...1024, "Event loops. 0 means one for each core."),
        .choice(
            "names.style", \.names.style,
            "How tools are listed: safe is server__tool, which every model vendor accepts; qualified is server::tool."),
        .flag(
            "redactResults", \.redactResults,
            "Replaces injected secrets in results of servers that are added without --redact or --no-redact."),
        .choice(
            "policy.default", \.policy.byDefault,
            "What becomes of a call that no rule of a policy decides. Rights are asked before."),
        .number(
            "approvals.holdSeconds", \.approvals.holdSeconds, 0...3600, .seconds,
            "How long a call waits for an approval before its client is told to come back. Keep it below the timeout of clients."),
        .number(
            "approvals.expirySeconds", \.approvals.expirySeconds, 10...604_800, .seconds,
            "How long a request waits for a decision; once approved, how long its call may take to come."),
        .number(
            "approvals.retentionSeconds", \.approvals.retentionSeconds, 10...604_800, .seconds,
            "How long the same call is given the result, or the rejection, that it was given before. Later it is asked for anew."),
        .number("approvals.historyDays", \.approvals.historyDays, 1...3650, "Days for which requests that are over can be looked at."),
        .number(
            "approvals.pendingPerUser", \.approvals.pendingPerUser, 1...10_000,
            "Calls of one user that may wait for approval. More are refused."),
        .number("approvals.pending", \.approvals.pending, 1...1_000_000, "Calls of all users that may wait for approval."),
        .number(
            "approvals.perUserAndHour", \.approvals.perUserAndHour, 1...1_000_000,
            "Approvals that one user may ask for within an hour, whatever becomes of them."),
        .number(
            "approvals.argumentBytes", \.approvals.argumentBytes, 1024...(4 << 20), .bytes,
            "The largest arguments that people are asked about; a call with larger ones that needs an approval is refused."),
        .number(
            "approvals.approvers", \.approvals.approvers, 1...10,
            "How many people have to approve a call, where its rule does not say it. One rejection is enough."),
        .flag(
            "approvals.selfApproval", \.approvals.selfApproval,
            "People may decide about requests of their own user."),
        .optionalPath(
            "vault.passphraseFile", flag: "--passphrase-file", \.vault.passphraseFile,
            """
            File with the passphrase of the vault, which no other user may read; one line end behind it is dropped. On an empty data \
            directory it makes a vault that a passphrase opens, otherwise one with a key file is made. See peta-serve(1) for other ways.
            """),
        .number(
            "vault.iterations", \.vault.iterations, 600_000...20_000_000,
            """
            How often a passphrase is stretched at least (PBKDF2-HMAC-SHA256), which takes about a quarter of a microsecond each time. One that \
            was stretched less is stretched anew when it opens the vault.
            """),
        .choice(
            "audit.durability", \.audit.durability,
            "What an answer waits for: journal, its record in a file that outlives the process; normal, its commit; full, its sync to disk."
        ),
        .choice(
            "audit.arguments", \.audit.arguments,
            "Whether records hold the arguments of calls: off, or redacted, what looks like a secret hidden and what is long cut, 4 KiB at most."
        ),
        .number(
            "audit.retentionDays", \.audit.retentionDays, 0...36_500,
            "Days after which records are removed; a sealed checkpoint takes their place. 0 means never."),
        .number(
            "audit.retentionRecords", \.audit.retentionRecords, 0...1_000_000_000_000,
            "The most records that are kept; the oldest are removed first. 0 means any number."),
        .optionalText(
            "audit.webhook.url", \.audit.webhook.url, "an http or https URL",
            "Where every record is posted to, in order, signed and at least once; see peta-audit(1)."),
        .optionalText(
            "audit.webhook.secret", \.audit.webhook.secret, "the name of a secret",
            "The secret in the vault that deliveries, and anchors that are posted, are signed with."),
        .number(
            "audit.webhook.batchRecords", \.audit.webhook.batchRecords, 1...1000, "Records that are delivered together, at most."),
        .number(
            "audit.webhook.batchSeconds", \.audit.webhook.batchSeconds, 0...300, .seconds, "How long a record waits for company."),
        .number("audit.webhook.timeoutSeconds", \.audit.webhook.timeoutSeconds, 1...300, .seconds, "How long a delivery may take."),
        .optionalText(
            "audit.anchor.file", \.audit.anchor.file, "a path",
            """
            A file, best on another machine or append-only, to which a line is added that says where the audit ends: a cut tail contradicts it. \
            See 'peta audit verify --anchor'.
            """),
        .list(
            "audit.anchor.command", \.audit.anchor.command, of: "a program and its arguments",
            "A program that gets the same line on its standard input. No shell is in between."),
        .optionalText(
            "audit.anchor.url", \.audit.anchor.url, "an http or https URL", "A URL that the same line is posted to."),
        .number(
            "audit.anchor.seconds", \.audit.anchor.seconds, 10...86_400, .seconds,
            "How often the end is said where there is a new one. It is said at the stop of the gateway too."),
        .flag(
            "audit.plainHttp", \.audit.allowHTTP,
            "Lets these URLs be http on other machines too, where the network in between is to be trusted."),
        .number("limits.bodyBytes", \.limits.bodyBytes, 1024...(1 << 30), .bytes, "The largest request body."),
        .number("limits.resultBytes", \.limits.resultBytes, 1024...(1 << 30), .bytes, "The largest result of a call."),
        .number(
            "limits.resultMemoryBytes", \.limits.resultMemoryBytes, 1 << 20...(1 << 36), .bytes,
            "How much memory results may hold together."),
        .number("limits.headBytes", \.limits.headBytes, 4096...(1 << 20), .bytes, "The largest request head."),
        .number(
            "limits.sessionIdleSeconds", \.limits.sessionIdleSeconds, 10...604_800, .seconds,
            "A session without a request ends after so long."),
        .number("limits.sessionsPerUser", \.limits.sessionsPerUser, 1...1_000_000, "Sessions of one user."),
        .number("limits.sessions", \.limits.sessions, 1...10_000_000, "Sessions in all."),
        .number(
            "limits.inFlightPerSession", \.limits.inFlightPerSession, 1...65_536,
            "Requests of one session that may wait for an answer."),
        .number("limits.connections", \.limits.connections, 1...1_000_000, "Client connections in all."),
        .number("limits.headerSeconds", \.limits.headerSeconds, 1...3600, .seconds, "How long a request head may take to arrive."),
        .number("limits.bodySeconds", \.limits.bodySeconds, 1...3600, .seconds, "How long a request body may take to arrive."),
        .number(
            "limits.writeStallSeconds", \.limits.writeStallSeconds, 1...3600, .seconds,
            "How long a client may read nothing before it is dropped."),
        .number(
            "limits.streamEvents", \.limits.streamEvents, 1...65_536,
            "Events that are kept for a session, so that it can resume a stream that broke."),
        .number("limits.streamBytes", \.limits.streamBytes, 4096...(1 << 28), .bytes, "How large these events may be together."),
        .number("limits.streamSeconds", \.limits.streamSeconds, 1...86_400, .seconds, "How long such an event is kept."),
        .number("limits.jsonDepth", \.limits.jsonDepth, 8...512, "How deep JSON may nest."),
        .number(
            "limits.userPerMinute", \.limits.userPerMinute, 0...1_000_000,
            "Requests of one user in a minute, by all its tokens, unless the user has a rate of its own. 0 means any number."),
        .number(
            "limits.tokenPerMinute", \.limits.tokenPerMinute, 0...1_000_000,
            "Requests by one token in a minute, unless the token has a rate of its own. 0 means any number."),
        .number(
            "limits.addressPerMinute", \.limits.addressPerMinute, 0...1_000_000,
            "Requests from one address in a minute; of IPv6 each /64 counts as one. 0 means any number."),
        .number(
            "limits.failuresPerMinute", \.limits.failuresPerMinute, 0...1_000_000,
            "Tokens that are none, from one address in a minute, before it is told to wait. 0 means any number."),
        .number(
            "limits.userConcurrent", \.limits.userConcurrent, 0...1_000_000,
            "Calls of one user that may be under way, unless the user has a number of its own. 0 means any number."),
        .number(
            "calls.timeoutSeconds", \.calls.timeoutSeconds, 1...86_400, .seconds,
            "A call without news ends after so long, unless its server says otherwise."),
        .number("calls.maxSeconds", \.calls.maxSeconds, 1...86_400, .seconds, "A call ends after so long, whatever its progress."),
        .number("servers.startSeconds", \.servers.startSeconds, 1...600, .seconds, "How long a server may take to start."),
        .number(
            "servers.idleSeconds", \.servers.idleSeconds, 0...604_800, .seconds,
            "A server without calls is put to sleep after so long. 0 means never."),
        .choice(
            "servers.pin", \.servers.pin,
            """
            What becomes of tools whose definitions are no longer those that were accepted, unless a server says otherwise: strict withholds \
            them until 'peta server tool accept', warn uses them and tells of it, off compares nothing.
            """),
        .number(
            "backup.stallSeconds", \.backup.stallSeconds, 1...3600, .seconds,
            "A backup is broken off when nobody takes its bytes for so long."),
        .number(
            "backup.logBytes", \.backup.logBytes, 16 << 20...(1 << 40), .bytes,
            "A backup is broken off when the write-ahead log, which it holds back while calls go on, becomes larger than this."),
        .number(
            "shutdown.drainSeconds", \.shutdown.drainSeconds, 0...600, .seconds,
            "How long running calls may take to finish when the gateway stops."),
    ]

    static func setting(_ key: String) -> Setting? {
        all.first { $0.key == key }
    }
}
