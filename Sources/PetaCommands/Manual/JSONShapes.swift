/// What each command prints with `--json`, for its man page. Fields may be added; what is here keeps its meaning.
enum JSONShapes {
    private static let server = """
        id, title, kind (stdio, http, sse), state (offline, connecting, online, sleeping, error), enabled, tools, resources, prompts, \
        lastError, changed, findings
        """
    private static let user = """
        id, name, role, state, grants, tokens, notes, labels, createdAt, expiresAt, uid, workspace, rateLimit (null: the default), \
        concurrent (null: the default; 0: any number), rights (objects with server, kind, name, \
        effect), preferences (objects with server, kind, name, enabled, danger)
        """
    private static let tool = """
        name (canonical), listedName, title, description, inputSchema, annotations, state (accepted, changed, new), findings (objects with \
        \(finding)), danger (silent, notify, approval), suggestedDanger, exposed
        """
    private static let finding = "name (canonical), field, kind, excerpt, position"
    private static let capability = "server, kind (tool, prompt, resource), name, exposed, danger, suggestedDanger, offered"
    private static let secret = "name, version, bytes, createdAt, updatedAt, usedBy"
    private static let range = "range, workspace (null: all), note, createdAt, createdBy"
    private static let problem = "file, line, rule, field, message"
    private static let outcome =
        "name, version, status (active, archived), server (null: all), rules, changed, warnings (objects with \(problem))"
    private static let approval = """
        id, status (pending, approved, rejected, expired, executing, executed, failed), user, server, tool, method, arguments, \
        argumentsCut (something of them is hidden or cut), argumentsDigest, reason, rule, policyVersion (0: no rule asked), createdAt, \
        expiresAt, decidedBy, decidedAt, decisionReason, approvers, decisions (an array of objects with by, role, channel, verdict, at, \
        reason), client {name, version}, address, title, description, annotations, failure, attempts, pendingOfUser
        """
    private static let vault = """
        sealed, key (passphrase, keyfile), keyFile, iterations, createdAt, generation, rotatedAt, rotation {recordsLeft, error} (null: \
        nothing is left of the older key), failedAttempts, next
        """
    private static let manifest = """
        id, createdAt, petaVersion, host, dataDirectory, instance, schema (the steps of the database), audit {records, head} (null: no record \
        yet), tables (rows by table), databaseBytes
        """
    private static let verdict = "manifest {\(manifest)}, bytes, sha256, auditRecords, secrets, migrations, findings"
    private static let record = """
        seq, time, kind (call, admin), requestId, traceId, user, role, tokenId, client {name, version}, address, session, method, \
        server, tool, decision (allow, deny, require_approval), rule, approvalId, outcome (ok, error, denied, pending, \
        cancelled, timeout, lost, stopped), error, durationMs, downstreamMs, bytesIn, bytesOut, cached, argumentsDigest, secrets (names of those \
        in the connection that was used, an array), inputs (what the rule that decided looked at: an object of texts, null where there \
        was nothing), arguments (where audit.arguments keeps them), and of an act uid, pid, command, target, detail
        """

    private static let setting =
        "key, value, source (flag, environment, file, default), place, default, live (a new value takes effect on reload)"
    private static let change = "key, from, to, place"
    private static let outcomes = "ok, error, denied, pending, cancelled, timeout, lost, stopped"
    private static let latency = "count, p50Ms, p90Ms, p95Ms, p99Ms, maxMs, bars (objects with upToMs, count)"

    static let all: [String: String] = [
        "status": """
        an object with version, pid, uptimeSeconds, sealed, listen, socket, servers {online, sleeping, connecting, offline, \
        error}, sessions, pendingApprovals, callsPerSecond, latency {p50Ms, p99Ms}, rssBytes, problems, changedTools, callsUnderWay, metrics (addresses of /metrics), \
        logLevels (those that were changed, as PART=LEVEL).
        """,
        "doctor": """
        an array of objects with check (GROUP.NAME, or GROUP.NAME:SUBJECT), ok (false where something fails), detail, remedy (null: nothing \
        to do), severity (ok, warning, failure).
        """,
        "log level": "an object with parts (an array of objects with part, level, configured, changed).",
        "connect": """
        an object with client, name, via (http, stdio), file, written, changed, configuration (what stands under the name; null once it \
        is written with a token); without a client an array of objects with client, title, ways, file.
        """,
        "version": "an object with version.",
        "config show": """
        an array of objects with \(setting). With --running an object with file, readAt, settings (an array of those), unread and waiting \
        (arrays of objects with \(change)): what would change on reload, and at the next start; problem (why it cannot be read as it is).
        """,
        "config reload": """
        an object with file, changed, waiting (arrays of objects with \(change)), certificate (another one is shown).
        """,
        "config check": "an object with ok, file, problems.",
        "config path": "an object with path.",
        "server list": "an array of objects with \(server).",
        "server add": "the new server as an object with \(server).",
        "server import": """
        an object with files, dryRun, servers (an array of objects with name, id, file, kind (stdio, http, sse), target, action (add, \
        replace: of --dry-run; added, replaced, present, skip, refuse, failed), reason, secrets (objects with name, place, why), notes, \
        state, tools), clients (objects with file, written, backup, removed, configuration (with --show-client)).
        """,
        "server show": """
        an object with \(server), pid, protocolVersion, startedAt, restarts, failures, dedicated, asks, refused, stderrTail, definition {id, title, kind, command, \
        args, env, cwd, url, headers, publicAccess, lazyStart, idleTimeoutSeconds, callTimeoutSeconds, redactResults, enabled, \
        maxConcurrent, healthIntervalSeconds, isolation (auto, shared, session), retry (auto, always), mcpProtocol, pin (default, strict, warn, off)}, settings (objects with \(capability)).
        """,
        "server update": "the server as an object with \(server).",
        "server remove": "an object with id, removed.",
        "server start": "the server as an object with \(server).",
        "server stop": "the server as an object with \(server).",
        "server restart": "the server as an object with \(server).",
        "server enable": "the server as an object with \(server).",
        "server disable": "the server as an object with \(server).",
        "server tools": """
        an array of objects with \(tool). With --changed of objects with name (canonical), tool, state (changed, new, gone), withheld, digest, \
        oldDigest, newDigest, note, fields (objects with path, old, new), old, new, findings. With --findings of objects with \(finding).
        """,
        "server tool accept": "an object with server, accepted, waiting.",
        "server tool set": "an object with \(capability).",
        "server call": "the tool's result exactly as the server gave it.",
        "server logs": "one object a line with time, stream (stderr, stdout, peta), line.",
        "tool list": "an array of objects with \(tool).",
        "tool which": "an object with name (canonical), listedName, server, tool.",
        "secret list": "an array of objects with \(secret).",
        "secret set": "an object with \(secret).",
        "secret show": "an object with \(secret); with --reveal one with name, value.",
        "secret remove": "an object with id, removed.",
        "vault status": "an object with \(vault).",
        "vault unseal": "an object with \(vault).",
        "vault seal": "an object with \(vault).",
        "vault rotate": "an object with \(vault).",
        "vault passphrase": "an object with vault (an object with \(vault)), notes.",
        "user list": "an array of objects with \(user).",
        "user add": "the new user as an object with \(user).",
        "user update": "the user as an object with \(user).",
        "user show": "an object with \(user).",
        "user remove": "an object with id, removed.",
        "user disable": "the user as an object with \(user).",
        "user enable": "the user as an object with \(user).",
        "user grant": "the user as an object with \(user).",
        "user deny": "the user as an object with \(user).",
        "user revoke": "the user as an object with \(user).",
        "user rights": """
        an array of objects with server, kind (tool, prompt, resource), name, allowed, layer (server, admin, preference), why, danger, \
        dangerLayer (server, preference; null: nobody set it).
        """,
        "policy list": """
        an array of objects with name, version, status (active, archived), server (null: all), rules, changedAt, changedBy.
        """,
        "policy apply": """
        an object with \(outcome). A refusal is {error:{code, message, hint, problems}}, problems like warnings.
        """,
        "policy show": "an object with name, version, change (applied, archived, removed), server, changedAt, changedBy, text.",
        "policy history": """
        an array of objects with version, change (applied, archived, removed), server, bytes, changedAt, changedBy.
        """,
        "policy archive": "an object with \(outcome).",
        "policy remove": "an object with id, removed.",
        "policy lint": """
        an array of objects with file, ok, name, server, rules, problems, warnings (both of objects with \(problem)).
        """,
        "policy test": """
        an object with decision (allow, deny, require_approval), rule, version, reason, failure, notes, evaluated (an array of \
        objects with rule, decision, matched, skipped, conditions, an array of objects with left, op, right, held, value).
        """,
        "policy diff": """
        an object with name, replaces, calls, since, until, different, same, notAsked, changes (an array of objects with target, user, \
        from, to, fromRule, toRule, count, example), moreChanges, unknown (an array of objects with reason, count, example), notes.
        """,
        "policy effective": """
        an object with server, default (allow, deny), rules (an array of objects with rule, version, priority, decision, reason, \
        about, conditions).
        """,
        "network show": "an object with mode (off, report, enforce), entries (an array of objects with \(range)).",
        "network allow list": "an array of objects with \(range).",
        "network allow add": "an object with \(range).",
        "network allow remove": "an object with id, removed.",
        "network mode": "an object with mode (off, report, enforce).",
        "approve list": "an array of objects with \(approval).",
        "approve show": "an object with \(approval).",
        "approve allow": "an array of those that were allowed, objects with \(approval).",
        "approve deny": "an array of those that were denied, objects with \(approval).",
        "approve watch": """
        one object a line with event (waiting, ready, created, vote, decided, expired, executing, executed, failed, released, notice), \
        approval (an object with \(approval)) and notice (of a call that ran without anyone being asked: requestId, time, user, server, \
        tool).
        """,
        "why": """
        an object with seq, requestId, record (as peta audit query gives it), layer (request, target, rights, policy, default, danger, \
        approval, limits, act), right (server, admin, preference or token, where rights decided), explanation, rule {rule, set, version, line, text, changedAt, changedBy, inForce, versionInForce, \
        unchanged}, approval {id, status, approvers, decisions (an array of objects with by, role, channel, verdict, at, reason), \
        createdAt, expiresAt, failure, resultKept}, notes.
        """,
        "token create": "an object with id, user, name, token, expiresAt.",
        "token list":
            "an array of objects with id, user, name, servers (null: all), tools (narrowed to beside servers), createdAt, expiresAt, lastUsedAt, rateLimit.",
        "token revoke": "an object with id, removed.",
        "audit tail": "one object a line with \(record).",
        "audit query": "one object a line with \(record).",
        "audit verify": """
        an object with ok, records, head, firstBad, reason (changed, removed, reordered, tail_cut, checkpoint), checkpoint {seq, removed, at} \
        (null: retention removed nothing), anchors {checked, removed, newest {seq, at}, bad {seq, at, reason (tail_cut, rewritten, \
        foreign)}} (null: none were given).
        """,
        "audit stats": """
        an object with from, to, bucketSeconds, calls, acts, unreadable, bytesIn, bytesOut, cached, outcomes {\(outcomes)}, decisions (objects \
        with name, count), latency {\(latency)}, downstream {\(latency)}, buckets (objects with start, outcomes, p50Ms, p99Ms), and users, servers, \
        tools, clients, errors, each {items (objects with name, calls, outcomes, p50Ms, p99Ms, trend: calls in 24 equal pieces of the time), names, \
        isCapped, others}, approvals {asked, approved, rejected, waiting {\(latency)}}, checkpoint {seq, removed, at}.
        """,
        "audit report": "an object with file, bytes, calls, from, to, verified (null: not asked).",
        "audit export": "with -o an object with file, format, bytes; without, the records themselves.",
        "audit anchor": """
        the anchor, an object with instance, seq, time, head, mac, also without --json; with --status or --put an array of objects with place, \
        seq, at, error.
        """,
        "audit webhook status": """
        an object with url (null: none is configured), delivered, waiting, deliveries, skipped, lastSuccessAt, failures, lastError, nextTryAt.
        """,
        "audit webhook test": "an object with url, status.",
        "backup list": """
        an array of objects with id, state (running, done, failed), startedAt, endedAt, bytes, databaseBytes, sha256 (of the file), uid, error.
        """,
        "backup create": "an object with file, id, bytes, databaseBytes, sha256, startedAt, endedAt.",
        "backup show": "an object with \(manifest).",
        "backup verify": "an object with \(verdict). With findings the exit code is 65.",
        "backup restore":
            "an object with dataDirectory, before (null: nothing was there), keyFile (null: a passphrase), verdict {\(verdict)}.",
    ]
}
