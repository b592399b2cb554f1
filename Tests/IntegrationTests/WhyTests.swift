import Foundation
import PetaTestSupport
import Testing

/// Recorded calls are explained, and judged anew.
@Suite("why a call was decided as it was")
struct WhyTests {
    private static let secret = "s3cr3t-\(UUID().uuidString.lowercased())"

    private func apply(_ rig: DownstreamRig, _ text: String, name: String = "bank") throws {
        try rig.gateway.expect("policy", "apply", "--name", name, "-f", "-", stdin: text)
    }

    private func call(_ rig: DownstreamRig, _ session: MCPConnection, _ tool: String, _ arguments: String) throws -> HTTPResponse {
        try session.request("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#)
    }

    /// What is told of the newest call of a tool, for scripts and for people.
    private func why(_ rig: DownstreamRig, _ tool: String) throws -> (told: [String: Any], record: [String: Any], page: String) {
        let record = try #require(try rig.records().last { $0["tool"] as? String == tool })
        let id = try #require(record["requestId"] as? String)
        let told = try DownstreamRig.object(rig.gateway.expect("why", id, "--json"))
        let page = try rig.gateway.expect("why", id)
        for line in page.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        let seq = try #require(record["seq"] as? Int)
        #expect(try DownstreamRig.object(rig.gateway.expect("why", "\(seq)", "--json"))["requestId"] as? String == id)
        return (told, try #require(told["record"] as? [String: Any]), page)
    }

    @Test("what rights, policy and nobody decided is told, with what the rule saw and how it read then")
    func layers() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        try rig.gateway.expect("user", "add", "alice")
        let alice = try rig.client(rig.gateway.token("alice"))
        // The right is missing.
        _ = try call(rig, alice, "demo__echo", #"{"text":"a"}"#)
        let missing = try why(rig, "echo")
        #expect(missing.told["layer"] as? String == "rights" && missing.page.contains("had no right"))
        _ = try call(rig, alice, "nothing", "{}")
        #expect(try why(rig, "\"nothing\"").told["layer"] as? String == "target")

        try rig.gateway.expect("user", "grant", "alice", "demo")
        #expect(try call(rig, alice, "demo__echo", #"{"text":"a"}"#).toolText == "a")
        let allowed = try why(rig, "echo")
        #expect(allowed.told["layer"] as? String == "default" && allowed.told["rule"] is NSNull)
        #expect(allowed.record["role"] as? String == "user" && allowed.record["secrets"] == nil && allowed.record["inputs"] == nil)

        try apply(
            rig,
            """
            rules:
              - id: long
                match: { tool: echo }
                extract: { size: { path: args.text, type: bytes.length } }
                when: [{ left: $size, op: gt, right: 3 }, { left: $args.password, op: exists, right: true }]
                effect: { decision: deny, reason: too long }

            """)
        _ = try call(rig, alice, "demo__echo", "{\"text\":\"longer\\u001b[31m\",\"password\":\"\(Self.secret)\"}")
        let denied = try why(rig, "echo")
        let rule = try #require(denied.told["rule"] as? [String: Any])
        #expect(denied.told["layer"] as? String == "policy" && rule["rule"] as? String == "bank/long" && rule["version"] as? Int == 1)
        #expect(rule["inForce"] as? Bool == true && rule["line"] as? Int == 2 && (rule["text"] as? String)?.contains("op: gt") == true)
        let inputs = try #require(denied.record["inputs"] as? [String: Any])
        #expect((inputs["$size"] as? String)?.hasPrefix("longer") == true)
        #expect((inputs["$args.password"] as? String)?.hasPrefix("[hidden, ") == true)
        #expect(!denied.page.contains("\u{1B}") && denied.page.contains("too long") && denied.record["arguments"] == nil)

        // Another version, then none.
        try apply(rig, "rules: [{id: long, match: {tool: echo}, effect: {decision: allow}}]")
        var later = try #require(try why(rig, "echo").told["rule"] as? [String: Any])
        #expect(later["inForce"] as? Bool == false && later["versionInForce"] as? Int == 2 && later["unchanged"] as? Bool == false)
        try rig.gateway.expect("policy", "remove", "bank", "--yes")
        later = try #require(try why(rig, "echo").told["rule"] as? [String: Any])
        #expect(later["versionInForce"] is NSNull && (later["text"] as? String)?.contains("op: gt") == true)

        let newest = try DownstreamRig.object(rig.gateway.expect("why", "--last", "alice", "--json"))
        #expect(newest["seq"] as? Int == denied.told["seq"] as? Int)
        #expect(!(try rig.gateway.expect("audit", "tail", "-n", "1000", "--json")).contains(Self.secret))
        // An act, and what does not exist.
        let act = try #require(try rig.records(kind: "admin").last?["requestId"] as? String)
        let told = try rig.gateway.expect("why", act)
        #expect(told.contains("administrative act") && told.contains("policy remove"))
        for unknown in ["99999999", "99999999999999999999999", "no-such", "../x", "\u{1B}[31m"] {
            let result = try rig.gateway.peta("why", unknown)
            #expect(result.status == 66 && result.stdout.isEmpty && !result.stderr.contains("\u{1B}"), "\(unknown): \(result.stderr)")
        }
        alice.http.close()
        try rig.finish()
    }

    @Test("a denial of one tool, a rate that was exceeded and a header that says something else are told apart")
    func refusals() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let alice = try site.user("alice", grants: ["demo"])
        try rig.gateway.expect("user", "deny", "alice", "demo::echo")
        let session = try rig.client(alice)
        _ = try call(rig, session, "demo__echo", "{}")
        let denied = try why(rig, "echo")
        #expect(denied.told["layer"] as? String == "rights" && denied.page.contains("denied"), "\(denied.page)")
        #expect(denied.told["right"] as? String == "admin" && denied.page.contains("by rights, layer admin"), "\(denied.page)")
        func right(_ words: [String], _ token: String) throws -> String? {
            #expect(try rig.gateway.peta(words).status == 0)
            _ = try call(rig, rig.client(token), "demo__grow", "{}")
            return try why(rig, "grow").told["right"] as? String
        }
        let narrow = try rig.gateway.token("alice", arguments: ["--tool", "demo::add"])
        #expect(try right(["status"], narrow) == "token")
        #expect(try right(["server", "tool", "set", "demo", "grow", "--off"], alice) == "server")
        #expect(try right(["server", "tool", "set", "demo", "grow", "--on"], try site.user("eve", grants: [])) == "admin")
        let chosen = try UserAPITests.ask(
            site.port, "PUT", "/user/preferences", alice,
            #"{"preferences":[{"server":"demo","kind":"tool","name":"grow","enabled":false}]}"#)
        #expect(chosen.status == 200)
        #expect(try right(["status"], alice) == "preference")
        let acts = try rig.gateway.expect("audit", "query", "--json").split(separator: "\n").filter { $0.contains("/user/preferences") }
        let act = try DownstreamRig.object(String(try #require(acts.last)))
        #expect(try rig.gateway.expect("why", try #require(act["requestId"] as? String)).contains("over the user API"))

        /// What is told of the newest refusal by this rule.
        func layer(_ rule: String) throws -> String? {
            var id: String?
            try eventually("it is recorded") {
                id = try rig.records().last { $0["rule"] as? String == rule }?["requestId"] as? String
                return id != nil
            }
            return try DownstreamRig.object(rig.gateway.expect("why", try #require(id), "--json"))["layer"] as? String
        }
        #expect(try site.modern(ModernRequest.call("demo__add").with(\.mcpName, "demo__other"), token: alice).status == 400)
        #expect(try layer("header mismatch") == "request")
        try rig.gateway.expect("user", "update", "alice", "--rate-limit", "1/h")
        for _ in 0..<3 { _ = try site.modern(.call("demo__add", #"{"a":1,"b":2}"#), token: alice) }
        #expect(try layer("rate limit") == "limits")
    }

    @Test("secrets are told by name, and a value is nowhere")
    func secrets() throws {
        let rig = try DownstreamRig(["PETA_AUDIT_ARGUMENTS": "redacted"])
        try rig.gateway.expect("secret", "set", "bank-key", "--stdin", stdin: Self.secret)
        try rig.gateway.expect("secret", "set", "other", "--stdin", stdin: "other-\(Self.secret)")
        try rig.gateway.addDemo("demo", options: ["--env", "KEY=${secret:bank-key}", "--env", "TWO=${secret:other}-${secret:bank-key}"])
        let client = try rig.client()
        #expect(try call(rig, client, "demo__echo", "{\"text\":\"x\",\"token\":\"\(Self.secret)\"}").toolText == "x")
        let told = try why(rig, "echo")
        #expect(told.record["secrets"] as? [String] == ["bank-key", "other"] && told.page.contains("bank-key, other"))
        let arguments = try #require(told.record["arguments"] as? [String: Any])
        #expect(arguments["text"] as? String == "x" && (arguments["token"] as? String)?.hasPrefix("[hidden, ") == true)
        // Long ones are cut, and are JSON still.
        let many = "{" + (0..<300).map { "\"k\($0)\":\"\(String(repeating: "v", count: 100))\"" }.joined(separator: ",") + "}"
        _ = try call(rig, client, "demo__echo", many)
        let cut = try why(rig, "echo").record
        #expect((cut["arguments"] as? [String: Any])?["…"] != nil)
        let everything = try [
            rig.gateway.expect("audit", "tail", "-n", "1000", "--json"), rig.gateway.expect("audit", "tail", "-n", "1000"), told.page,
            rig.gateway.expect("why", "--last", "--json"), rig.gateway.expect("why", "--last"), rig.gateway.expect("audit", "verify"),
        ]
        for text in everything { #expect(!text.contains(Self.secret)) }
        client.http.close()
        try rig.finish()
    }

    /// Decides on a call that waits, by the socket.
    private func decide(_ rig: DownstreamRig, _ id: String, _ verdict: String) throws {
        let result = try run(
            "/usr/bin/env",
            [
                "curl", "-sS", "-f", "--unix-socket", rig.gateway.socket, "-H", "Content-Type: application/json", "-d",
                #"{"reason":"because of tests"}"#, "http://peta/v1/approvals/\(id)/\(verdict)",
            ])
        #expect(result.status == 0, "\(result.stderr)")
    }

    @Test("a call that waited for a person is told with who said what")
    func approvals() throws {
        let rig = try DownstreamRig(["PETA_APPROVALS_HOLD_SECONDS": "0"])
        try rig.gateway.addDemo()
        try rig.gateway.expect("user", "add", "alice")
        try rig.gateway.expect("user", "grant", "alice", "demo")
        try apply(rig, "rules: [{id: ask, match: {tool: echo}, effect: {decision: require_approval, reason: large}}]")
        let client = try rig.client(rig.gateway.token("alice"))
        for (text, verdict) in [("one", "allow"), ("two", "deny")] {
            _ = try call(rig, client, "demo__echo", "{\"text\":\"\(text)\"}")
            let pending = try why(rig, "echo")
            #expect(pending.told["layer"] as? String == "policy" && pending.record["outcome"] as? String == "pending")
            let approval = try #require(pending.told["approval"] as? [String: Any])
            #expect(approval["status"] as? String == "pending")
            try decide(rig, try #require(approval["id"] as? String), verdict)
            _ = try call(rig, client, "demo__echo", "{\"text\":\"\(text)\"}")
            let over = try why(rig, "echo")
            let after = try #require(over.told["approval"] as? [String: Any])
            #expect(after["status"] as? String == (verdict == "allow" ? "executed" : "rejected"))
            #expect(over.told["layer"] as? String == (verdict == "allow" ? "policy" : "approval"))
            #expect((after["resultKept"] as? Bool) == (verdict == "allow" ? true : nil))
            #expect(over.page.contains("because of tests") && over.page.contains("uid:\(getuid())"))
        }
        // The same again is given what was kept.
        _ = try call(rig, client, "demo__echo", #"{"text":"one"}"#)
        let kept = try why(rig, "echo")
        #expect(kept.page.contains("was kept") && (kept.told["rule"] as? [String: Any])?["version"] as? Int == 1)
        client.http.close()
        try rig.finish()
    }

    @Test("what a new set would decide differently is told of recorded calls, and what cannot be told is counted and not guessed")
    func difference() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        for user in ["alice", "bob"] {
            try rig.gateway.expect("user", "add", user)
            try rig.gateway.expect("user", "grant", user, "demo")
        }
        let alice = try rig.client(rig.gateway.token("alice"))
        let bob = try rig.client(rig.gateway.token("bob"))
        for _ in 0..<3 { _ = try call(rig, alice, "demo__echo", #"{"text":"a"}"#) }
        _ = try call(rig, bob, "demo__echo", #"{"text":"b"}"#)
        _ = try call(rig, bob, "nothing", "{}")
        func diff(_ text: String, _ arguments: String...) throws -> [String: Any] {
            try DownstreamRig.object(
                rig.gateway.peta(["policy", "diff", "-f", "-", "--name", "new", "--json"] + arguments, stdin: text).stdout)
        }
        let closing = "rules: [{id: no, match: {tool: echo, user: alice}, effect: {decision: deny, reason: r}}]"
        let plain = try diff(closing)
        #expect(plain["calls"] as? Int == 5 && plain["different"] as? Int == 3 && plain["notAsked"] as? Int == 1, "\(plain)")
        #expect(plain["replaces"] as? Bool == false && (plain["unknown"] as? [Any])?.isEmpty == true)
        let change = try #require((plain["changes"] as? [[String: Any]])?.first)
        #expect(change["target"] as? String == "demo::echo" && change["user"] as? String == "alice" && change["count"] as? Int == 3)
        #expect(change["from"] as? String == "allow" && change["to"] as? String == "deny" && change["toRule"] as? String == "new/no")
        let example = try #require(change["example"] as? String)
        #expect(try rig.gateway.expect("why", example).contains("demo::echo"))
        #expect(try diff(closing, "--last", "2")["calls"] as? Int == 2)
        #expect(try diff(closing, "--until", "2020-01-01T00:00:00Z")["calls"] as? Int == 0)
        // Nothing was changed.
        #expect(try rig.gateway.expect("policy", "list", "--json") == "[]\n")
        // Arguments that were not kept.
        let content =
            "rules: [{id: c, match: {tool: echo}, when: [{left: $args.text, op: eq, right: a}], effect: {decision: deny, reason: r}}]"
        let lost = try diff(content)
        #expect(lost["different"] as? Int == 0)
        let unknown = try #require((lost["unknown"] as? [[String: Any]])?.first)
        #expect(unknown["count"] as? Int == 4 && (unknown["reason"] as? String)?.contains("not kept") == true)
        // A user who is gone, and whose labels a rule asks for.
        try rig.gateway.expect("user", "remove", "bob", "--yes")
        let label = "rules: [{id: l, match: {labels: {team: x}}, effect: {decision: deny, reason: r}}]"
        #expect(((try diff(label)["unknown"]) as? [[String: Any]])?.first?["count"] as? Int == 1)

        let base = ["policy", "diff", "-f", "-", "--name", "new"]
        #expect(try rig.gateway.peta(base, stdin: closing).status == 0)
        #expect(try rig.gateway.peta(base + ["--exit-code"], stdin: closing).status == 1)
        #expect(try rig.gateway.peta(base + ["--exit-code"], stdin: "rules: []").status == 0)
        let bad = try rig.gateway.peta(base, stdin: "rules:\n  - {id: a}\n  - {id: b}\n")
        #expect(bad.status == 65 && bad.stderr.contains("input:2: ") && bad.stderr.contains("input:3: "), "\(bad.stderr)")
        #expect(try rig.gateway.peta(base + ["--last", "100001"], stdin: closing).status == 64)
        alice.http.close()
        try rig.finish()
    }

    @Test("arguments that were kept are judged, and a hidden value among them is not guessed")
    func kept() throws {
        let rig = try DownstreamRig(["PETA_AUDIT_ARGUMENTS": "redacted"])
        try rig.gateway.addDemo()
        let client = try rig.client()
        for text in ["a", "b"] { _ = try call(rig, client, "demo__echo", "{\"text\":\"\(text)\",\"token\":\"\(text)\"}") }
        func diff(_ place: String) throws -> [String: Any] {
            let rule =
                "rules: [{id: c, match: {tool: echo}, when: [{left: \(place), op: eq, right: a}], effect: {decision: deny, reason: r}}]"
            return try DownstreamRig.object(rig.gateway.expect("policy", "diff", "-f", "-", "--name", "new", "--json", stdin: rule))
        }
        let seen = try diff("$args.text")
        #expect(seen["different"] as? Int == 1 && seen["same"] as? Int == 1 && (seen["unknown"] as? [Any])?.isEmpty == true, "\(seen)")
        let hidden = try diff("$args.token")
        let unknown = try #require((hidden["unknown"] as? [[String: Any]])?.first)
        #expect(
            hidden["different"] as? Int == 0 && unknown["count"] as? Int == 2 && (unknown["reason"] as? String)?.contains("hidden") == true)
        client.http.close()
        try rig.finish()
    }
}
