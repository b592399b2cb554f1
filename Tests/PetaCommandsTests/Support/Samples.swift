import PetaAdminAPI

/// One value of each type, with everything set.
enum Samples {
    static let time = Timestamp(milliseconds: 1_773_070_000_120)
    static let later = Timestamp(milliseconds: 1_780_000_000_000)

    static let status = GatewayStatus(
        version: "1.2.3", pid: 4242, uptimeSeconds: 93_784, sealed: false, listen: ["http://127.0.0.1:3002/mcp"],
        socket: "/run/peta/admin.sock", servers: .init(online: 3, sleeping: 1, error: 1), sessions: 12, pendingApprovals: 0,
        callsPerSecond: 3.25, latency: .init(p50Ms: 0.8, p99Ms: 12.5), rssBytes: 43_000_000, problems: [], callsUnderWay: 2,
        metrics: ["http://127.0.0.1:9464/metrics"], logLevels: ["gateway=debug"])

    static let logLevels = LogLevelState(
        parts: LogPart.allCases.map {
            .init(part: $0.rawValue, level: $0 == .gateway ? "debug" : "info", configured: "info", changed: $0 == .gateway)
        })

    static let vault = VaultState(
        sealed: false, key: .passphrase, keyFile: nil, iterations: 600_000, createdAt: time, generation: 3, rotatedAt: time, rotation: nil,
        failedAttempts: 0, next: nil)

    static let findings = [
        DoctorFinding("files.database", .ok, "/var/lib/peta/peta.db is its owner's alone"),
        DoctorFinding("disk.space", .ok, "12.5 GiB free for /var/lib/peta"),
        DoctorFinding("vault.open", .failure, "the vault is sealed\u{1B}[31m", remedy: "peta vault unseal"),
        DoctorFinding(
            "servers.state:time", .failure, "server time: the command 'uvx' is not in the PATH of the gateway (/usr/bin:/bin)",
            remedy: "apt install pipx"),
        DoctorFinding("servers.state", .ok, "3 servers are well"),
        DoctorFinding("people.users:bob", .warning, "user bob has neither a token nor a uid", remedy: "peta token create bob"),
    ]

    static let server = ServerEntry(
        id: "files", title: "Shared files", kind: .stdio, state: .online, enabled: true, tools: 11, resources: 2, prompts: 0,
        lastError: nil)
    static let broken = ServerEntry(
        id: "docs", title: nil, kind: .http, state: .error, enabled: true, tools: 0, resources: 0, prompts: 0,
        lastError: "connection refused")
    static let disabled = ServerEntry(
        id: "old", title: "Old one", kind: .stdio, state: .offline, enabled: false, tools: 4, resources: 0, prompts: 1, lastError: nil)

    private static let watched = {
        var entry = server
        (entry.changed, entry.findings) = (2, 1)
        return entry
    }()
    static let detail = ServerDetail(
        entry: watched, pid: 77, protocolVersion: "2025-11-25", startedAt: time, restarts: 2, failures: 3, dedicated: 2, asks: true,
        refused: ["write: x-mcp-header stands where properties alone do not lead"], stderrTail: ["ready", "\u{1B}[31mred"],
        definition: ServerSpec(
            id: "files", title: "Shared files", kind: .stdio, command: "files mcp", args: ["--root", "/srv/it's"],
            env: ["TOKEN": "${secret:files}", "MODE": ServerDetail.mask], cwd: "/srv", publicAccess: true, lazyStart: false,
            idleTimeoutSeconds: 0, callTimeoutSeconds: 90, redactResults: true, maxConcurrent: 4), settings: [capability])

    static let tool = ToolEntry(
        name: "files::list_directory", listedName: "files__list_directory", title: nil, description: "Lists a directory.\nSecond line.",
        inputSchema: RawJSON(trusted: Array(#"{"type":"object","properties":{"path":{"type":"string"}}}"#.utf8)), annotations: nil,
        danger: "notify", suggestedDanger: "approval", exposed: false)
    static let capability = CapabilityEntry(
        server: "files", kind: "tool", name: "wr\u{1B}ite", exposed: false, danger: "approval", suggestedDanger: "notify", offered: false)
    static let rights = [
        RightEntry(
            server: "files", kind: "tool", name: "list_directory", allowed: true, layer: "admin",
            why: "server 'files' is granted to user 'alice'",
            danger: "approval", dangerLayer: "preference"),
        RightEntry(
            server: "files", kind: "resource", name: "file:///etc/passwd", allowed: false, layer: "server",
            why: "server 'files' does not expose this resource", danger: nil, dangerLayer: nil),
    ]

    static let finding = ToolFinding(
        name: "files::list_directory", field: "description", kind: "invisible", excerpt: #"Lists\u{200b} a directory."#, position: 5)
    static let changes = [
        ToolChange(
            name: "files::list_directory", tool: "list_directory", state: "changed", withheld: true, digest: "9f86d0", oldDigest: "1a2b3c",
            newDigest: "9f86d0", note: "looks like swapped with read_file",
            fields: [
                .init(
                    path: "description", old: RawJSON(trusted: Array(#""Lists a directory.\nOne level.\nNothing else.""#.utf8)),
                    new: RawJSON(trusted: Array(#""Lists a directory.\n\u001b[31mAll levels.\u202e\u200b\nNothing else.""#.utf8))),
                .init(
                    path: "inputSchema.properties.path.type", old: RawJSON(trusted: Array(#""string""#.utf8)),
                    new: RawJSON(trusted: Array(#"["string","null"]"#.utf8))),
                .init(path: "title", old: nil, new: RawJSON(trusted: Array(#""List""#.utf8))),
            ], old: RawJSON(trusted: Array(#"{"name":"list_directory"}"#.utf8)),
            new: RawJSON(trusted: Array(#"{"name":"list_directory"}"#.utf8)),
            findings: [finding]),
        ToolChange(
            name: "files::stat", tool: "stat", state: "gone", withheld: false, digest: "77aa", oldDigest: "77aa", newDigest: nil, note: nil,
            fields: [], old: RawJSON(trusted: Array(#"{"name":"stat"}"#.utf8)), new: nil, findings: []),
    ]
    static let acceptedTools = AcceptedTools(server: "files", accepted: ["list_directory"], waiting: 1)

    static let user = UserEntry(
        id: "alice", name: "Alice Adams", role: "user", state: "enabled", grants: ["files", "docs"], tokens: 1, notes: "data team",
        labels: ["team": "data"], createdAt: time, expiresAt: later, uid: 1000,
        rights: [
            UserRightEntry(server: "docs", kind: "tool", name: "drop", effect: "deny"),
            UserRightEntry(server: "bank", kind: nil, name: nil, effect: "deny"),
        ], preferences: [PreferenceEntry(server: "files", kind: "tool", name: "write", enabled: false, danger: "approval")])

    static let token = IssuedToken(id: "tok_1", user: "alice", name: "laptop", token: "peta_abc_123456", expiresAt: later)
    static let tokenEntry = TokenEntry(
        id: "tok_1", user: "alice", name: "laptop", servers: ["files"], createdAt: time, expiresAt: later, lastUsedAt: nil,
        tools: ["bank::balance"])
    static let secret = SecretEntry(name: "files", version: 2, bytes: 40, createdAt: time, updatedAt: time, usedBy: ["files"])
    static let verdict = AuditVerdict(ok: true, records: 1200, head: "a0b1", firstBad: nil)
    static let anchorLine = #"{"instance":"0123456789abcdef","seq":1200,"time":"2026-03-09T16:59:00.000000Z","head":"a0b1","mac":"c2d3"}"#
    static let anchorState = AuditAnchorState(
        anchor: RawJSON(trusted: Array(anchorLine.utf8)),
        places: [
            .init(place: "the file /mnt/elsewhere/peta.anchors", seq: 1200, at: time, error: nil),
            .init(
                place: "the command /usr/bin/keep", seq: nil, at: nil,
                error: "the command /usr/bin/keep ended with exit code 1: No space left on device"),
        ])
    static let webhookState = AuditWebhookState(
        url: "https://siem.example", delivered: 1100, waiting: 100, deliveries: 12, skipped: 3, lastSuccessAt: time, failures: 4,
        lastError: "it answered with HTTP status 503", nextTryAt: Timestamp(milliseconds: time.milliseconds + 60_000))
    static let figures = AuditSample.figures
    static let identity = ToolIdentity(
        name: "files::list_directory", listedName: "files__list_directory", server: "files", tool: "list_directory")

    static let problem = AdminProblem(
        line: 7, rule: "wire-large", field: "effect.reason", message: "missing: people will not know why")
    static let network = NetworkState(
        mode: "enforce",
        entries: [
            NetworkRange(range: "10.0.0.0/8", workspace: nil, note: "office\u{1B}[31m", createdAt: time, createdBy: "uid:0"),
            NetworkRange(range: "2001:db8:0:0:0:0:0:0/32", workspace: "finance", note: nil, createdAt: time, createdBy: "uid:1000"),
        ])
    static let policies = [
        PolicyEntry(name: "bank", version: 3, status: "active", server: "bank", rules: 2, changedAt: time, changedBy: "uid:0"),
        PolicyEntry(name: "old", version: 12, status: "archived", server: nil, rules: 0, changedAt: time, changedBy: "uid:1000"),
    ]
    static let outcome = PolicyOutcome(
        name: "bank", version: 3, status: "active", server: "bank", rules: 2, changed: true, warnings: [problem])
    static let policyText = PolicyText(
        name: "bank", version: 3, change: "applied", server: "bank", changedAt: time, changedBy: "uid:0",
        text: "name: bank\nrules:\n  - \u{1B}[31m\n")
    static let versions = [
        PolicyVersion(version: 3, change: "applied", server: "bank", bytes: 812, changedAt: time, changedBy: "uid:0"),
        PolicyVersion(version: 2, change: "removed", server: nil, bytes: 800, changedAt: time, changedBy: "uid:1000"),
    ]
    static let report = PolicyReport(name: "bank", server: nil, rules: 2, problems: [], warnings: [problem])
    static let answer = PolicyAnswer(
        decision: "deny", rule: "bank/wire-large", version: 3, reason: "over 1000", notes: ["server 'bank' is disabled"],
        evaluated: [
            .init(
                rule: "bank/first", decision: "allow", matched: false, skipped: nil,
                conditions: [.init(left: "$user.labels.team", op: "in", right: "[red, blue]", held: false, value: nil)]),
            .init(
                rule: "bank/wire-large", decision: "deny", matched: true, skipped: nil,
                conditions: [.init(left: "$amount", op: "gt", right: "1000", held: true, value: "5000\u{1B}")]),
            .init(
                rule: "all/later", decision: "require_approval", matched: false, skipped: "another rule decided before", conditions: []),
        ])
    static let effect = PolicyEffect(
        server: "bank", otherwise: "allow",
        rules: [
            .init(
                rule: "bank/wire-large", version: 3, priority: 10, decision: "deny", reason: "over 1000", about: "tool transfer_*",
                conditions: 1),
            .init(rule: "all/later", version: 1, priority: 1000, decision: "allow", reason: "", about: "", conditions: 0),
        ])

    static let difference = PolicyDifference(
        name: "bank", replaces: true, calls: 1000, since: time, until: later, different: 13, same: 900, notAsked: 40,
        changes: [
            .init(
                target: "bank::transfer\u{1B}[31m", user: "alice", from: "allow", to: "require_approval", fromRule: nil,
                toRule: "bank/wire-large", count: 12, example: "r7"),
            .init(
                target: "bank::balance", user: "bob", from: "deny", to: "allow", fromRule: "all/closed", toRule: nil, count: 1,
                example: "r9"),
        ], unknown: [.init(reason: "its arguments were not kept", count: 47, example: "r3")],
        notes: ["names, labels and annotations are those of today"])

    static let why: WhyAnswer = {
        let record = #"""
            {"seq":7,"time":"2026-03-09T16:59:30.250Z","kind":"call","requestId":"r7","user":"alice","role":"user","tokenId":"tok_1",\#
            "client":{"name":"desk\u001b[2J","version":"1"},"address":"192.0.2.7","session":"s1","method":"tools/call","server":"bank",\#
            "tool":"transfer","decision":"require_approval","rule":"bank/wire-large","approvalId":"apr_1","outcome":"ok","durationMs":81.259,\#
            "downstreamMs":12.5,"argumentsDigest":"ab","secrets":["bank-key","bank-user"],\#
            "inputs":{"$amount":"5000","$args.note":"\u202egnp.exe and so many more words that they do not have room in one line of it"},\#
            "arguments":{"amount":5000,"pin":"[hidden, 4 characters]"}}
            """#
        var answer = WhyAnswer(
            seq: 7, requestId: "r7", record: RawJSON(trusted: Array(record.utf8)), layer: "policy",
            explanation: "Rule bank/wire-large wants a person to approve it, and it was approved.", notes: ["Something is not known."])
        var rule = WhyAnswer.Rule(rule: "bank/wire-large", set: "bank", version: 3)
        rule.line = 9
        rule.text =
            "  - id: wire-large\n    when: [{ left: $amount, op: gt, right: 1000 }]\n    effect: { decision: require_approval }\u{1B}"
        rule.changedAt = time
        rule.changedBy = "uid:0"
        rule.versionInForce = 4
        rule.unchanged = true
        answer.rule = rule
        var approval = WhyAnswer.Approval(id: "apr_1")
        approval.status = "executed"
        approval.approvers = 2
        approval.decisions = [
            .init(by: "carol", role: "admin", channel: "cli", verdict: "approved", at: time, reason: "a known payee"),
            .init(by: "uid:0", role: "owner", channel: "socket", verdict: "approved", at: time, reason: nil),
        ]
        approval.resultKept = true
        answer.approval = approval
        return answer
    }()
    static let approval = ApprovalEntry(
        id: "ap_000001", status: "pending", user: "alice", server: "bank", tool: "transfer", method: "tools/call",
        arguments: RawJSON(trusted: Array(#"{"amount":5000.10,"note":"for\u001b Bob","to":["bob"]}"#.utf8)), argumentsCut: true,
        argumentsDigest: String(repeating: "ab", count: 32), reason: "over 1000", rule: "bank/wire-large", policyVersion: 3,
        createdAt: time, expiresAt: Timestamp(milliseconds: 1_773_075_900_000), approvers: 2,
        decisions: [.init(by: "uid:7", role: "admin", channel: "cli", verdict: "approved", at: time, reason: nil)],
        client: .init(name: "claude-code", version: "1.2"), address: "127.0.0.1", title: "Send money",
        description: "Sends money.\nAt once.",
        annotations: RawJSON(trusted: Array(#"{"destructiveHint":true}"#.utf8)), attempts: 3, pendingOfUser: 2)
    static func approval(_ status: String) -> ApprovalEntry {
        var decided = approval
        (decided.status, decided.decidedBy, decided.decidedAt, decided.decisionReason) = (status, "uid:0", later, "because")
        return decided
    }

    static let record = """
        {"seq":7,"time":"2026-03-09T16:59:30.250Z","kind":"call","requestId":"r7","user":"alice","client":{"name":"c","version":"1"},\
        "method":"tools/call","server":"files","tool":"list_directory","decision":"allow","outcome":"ok","error":null,"durationMs":1.25}
        """

    static func json(_ value: some Encodable) -> String {
        (try? AdminJSON.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// A gateway that answers every route with the samples.
    static func gateway() throws -> FakeGateway {
        try FakeGateway { request in
            let path = request.target.split(separator: "?")[0]
            let parts = path.split(separator: "/").dropFirst().map(String.init)
            switch (parts.first, parts.count) {
            case ("status", 1): return .json(json(status))
            case ("doctor", 1): return .json(json(findings.filter { $0.severity == .ok }))
            case ("servers", 1): return .json(request.method == "GET" ? json([server, broken, disabled]) : json(server))
            case ("servers", 2): return .json(request.method == "GET" ? json(detail) : json(server))
            case ("servers", 3) where parts[2] == "tools": return .json(json([tool]))
            case ("servers", 3) where parts[2] == "changes": return .json(json(changes))
            case ("servers", 3) where parts[2] == "findings": return .json(json([finding]))
            case ("servers", 3) where parts[2] == "accept": return .json(json(acceptedTools))
            case ("servers", 3) where parts[2] == "capabilities": return .json(json(capability))
            case ("servers", 3) where parts[2] == "call": return .json(#"{"content":[{"type":"text","text":"hi"}],"isError":false}"#)
            case ("servers", 3) where parts[2] == "logs":
                return .chunked([json(LogLine(time: time, stream: "stderr", line: "hello")) + "\n"])
            case ("servers", 3) where parts[2] == "policy": return .json(json(effect))
            case ("servers", 3): return .json(json(server))
            case ("users", 1): return .json(request.method == "GET" ? json([user]) : json(user))
            case ("users", 3) where parts[2] == "rights": return .json(json(rights))
            case ("users", 3) where parts[2] == "tokens": return .json(json(token))
            case ("users", _): return .json(json(user))
            case ("tokens", 1): return .json(json([tokenEntry]))
            case ("tokens", _): return .json("{}")
            case ("secrets", 1): return .json(json([secret]))
            case ("secrets", _):
                return request.target.hasSuffix("reveal=true")
                    ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ns3cr\n") : .json(json(secret))
            case ("vault", 2) where parts[1] == "key": return .json(json(VaultChange(vault: vault, notes: ["the key file was removed"])))
            case ("vault", _): return .json(json(vault))
            case ("policies", 1): return .json(request.method == "GET" ? json(policies) : json(outcome))
            case ("policies", 2): return .json(json(policyText))
            case ("policies", _):
                var archived = outcome
                archived.status = "archived"
                return .json(parts[2] == "history" ? json(versions) : json(archived))
            case ("policy", _): return .json(parts[1] == "lint" ? json(report) : parts[1] == "diff" ? json(difference) : json(answer))
            case ("why", 2): return parts[1] == "r7" || parts[1] == "7" ? .json(json(why)) : .error(404, "not_found", "there is no call")
            case ("network", 2) where parts[1] == "allow": return .json(request.method == "DELETE" ? "{}" : json(network.entries[0]))
            case ("config", 2): return .json(json(ConfigReload(file: "/etc/peta/peta.yaml", changed: [], waiting: [], certificate: true)))
            case ("log", _): return .json(json(logLevels))
            case ("network", _): return .json(json(network))
            case ("approvals", 1): return .json(json(ApprovalPage(items: [approval, approval("rejected")], total: 2, next: nil)))
            case ("approvals", 2) where parts[1] == "watch":
                let events = [
                    ApprovalEvent(event: "waiting", approval: approval), ApprovalEvent(event: "ready"),
                    ApprovalEvent(event: "decided", approval: approval("rejected")),
                    ApprovalEvent(
                        event: "notice", notice: .init(requestId: "r1", time: time, user: "bob", server: "files", tool: "delete\u{1B}")),
                ]
                return .chunked(events.map { json($0) + "\n" })
            case ("approvals", 2): return .json(json(approval))
            case ("approvals", 3): return .json(json(approval(parts[2] == "allow" ? "approved" : "rejected")))
            case ("tools", _): return .json(json(identity))
            case ("audit", _) where parts[1] == "verify": return .json(json(verdict))
            case ("audit", _) where parts[1].hasPrefix("summary"): return .json(json(figures))
            case ("audit", 2) where parts[1] == "anchor": return .json(json(anchorState))
            case ("audit", 2) where parts[1] == "webhook": return .json(json(webhookState))
            case ("audit", 3): return .json(json(AuditWebhookTest(url: "https://siem.example", status: 204)))
            case ("audit", _): return .chunked([record + "\n"])
            case ("backups", 1):
                return request.method == "GET"
                    ? .json(json(backups))
                    : .raw(
                        "HTTP/1.1 200 OK\r\npeta-backup: bk_1\r\npeta-backup-bytes: 9\r\nTransfer-Encoding: chunked\r\n\r\n",
                        "3\r\none\r\n3\r\ntwo\r\n", "3\r\nsix\r\n0\r\n\r\n")
            case ("backups", _): return .json(json(backups[0]))
            default: return .error(404, "not_found", "no route")
            }
        }
    }
}
