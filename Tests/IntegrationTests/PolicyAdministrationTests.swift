import Foundation
import PetaTestSupport
import Testing

@Suite("administration of policy")
struct PolicyAdministrationTests {
    private static let bank = """
        name: bank
        rules:
          - id: large
            priority: 10
            match: { server: "demo", tool: "e*" }
            extract: { size: { path: args.text, type: bytes.length } }
            when: [{ left: $size, op: gt, right: 3 }]
            effect: { decision: deny, reason: too long }
          - id: quiet
            match: { tool: add }
            effect: { decision: deny }

        """

    private static func array(_ text: String) throws -> [[String: Any]] {
        guard let list = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] else {
            throw TestFailure("no array of objects: \(text)")
        }
        return list
    }

    private func file(_ rig: DownstreamRig, _ name: String, _ text: String) throws -> String {
        try text.write(toFile: rig.state.path(name), atomically: true, encoding: .utf8)
        return rig.state.path(name)
    }

    @Test("from a file to what is in force, to the version before, to nothing; a restart keeps all of it")
    func life() throws {
        let rig = try DownstreamRig()
        let gateway = rig.gateway
        #expect(try gateway.expect("policy") == "No policy set yet. Apply one with 'peta policy apply -f FILE'.\n")
        let path = try file(rig, "bank.yaml", Self.bank)
        let lint = try gateway.peta("policy", "lint", path)
        let warning = "\(path):9: warning: rule 'quiet', effect.reason: missing: people will not know why\n"
        #expect(lint.status == 0 && lint.stdout == warning && lint.stderr.isEmpty)
        #expect(try gateway.expect("policy", "list", "--json") == "[]\n")

        let applied = try gateway.peta("policy", "apply", "-f", path)
        #expect(applied.status == 0 && applied.stdout == "bank: version 1 in force, 2 rules\n" && applied.stderr == warning)
        #expect(try gateway.expect("policy", "apply", "-f", path) == "bank: nothing changed, version 1 in force, 2 rules\n")
        #expect(try gateway.expect("policy", "show", "bank") == Self.bank)
        let second = Self.bank.replacingOccurrences(of: "right: 3", with: "right: 4")
        #expect(try gateway.expect("policy", "apply", "-f", "-", stdin: second) == "bank: version 2 in force, 2 rules\n")
        #expect(try gateway.expect("policy", "show", "bank", "--version", "1") == Self.bank)
        #expect(try gateway.expect("policy", "archive", "bank") == "bank: archived, version 3\n")
        #expect(try gateway.expect("policy", "archive", "bank") == "bank: nothing changed, archived before, version 3\n")
        #expect(try gateway.expect("policy", "apply", "-f", "-", stdin: second) == "bank: version 4 in force, 2 rules\n")
        try gateway.expect("policy", "apply", "-f", "-", "--name", "other", stdin: "rules: []")

        try gateway.stop()
        let again = try gateway.restarted()
        let sets = try Self.array(again.expect("policy", "--json"))
        #expect(sets.map { $0["name"] as? String } == ["bank", "other"])
        #expect(sets.map { $0["version"] as? Int } == [4, 1])
        #expect(Set(sets[0].keys) == ["name", "version", "status", "server", "rules", "changedAt", "changedBy"])
        #expect(sets[0]["status"] as? String == "active" && sets[0]["changedBy"] as? String == "uid:\(getuid())")
        let record = try DownstreamRig.object(again.expect("policy", "show", "bank", "--json"))
        #expect(record["text"] as? String == second && record["change"] as? String == "applied" && record["server"] is NSNull)
        #expect(try again.expect("policy", "remove", "bank", "--yes") == "bank: removed\n")
        #expect(try again.peta("policy", "show", "bank").status == 66)
        let history = try Self.array(again.expect("policy", "history", "bank", "--json"))
        #expect(history.map { $0["change"] as? String } == ["removed", "applied", "archived", "applied", "applied"])
        #expect(Set(history[0].keys) == ["version", "change", "server", "bytes", "changedAt", "changedBy"])

        let acts = try again.expect("audit", "tail", "-n", "100", "--json").split(separator: "\n").map {
            try DownstreamRig.object(String($0))
        }
        .filter { ($0["method"] as? String)?.contains("/v1/policies") ?? false }
        #expect(acts.count == 8 && acts.allSatisfy { $0["outcome"] as? String == "ok" })
        #expect(try again.expect("audit", "tail", "-n", "100", "--json").contains("DELETE /v1/policies/{name}"))
        try again.stop()
    }

    @Test("a bad text is refused whole with file and line, and what was in force stays in force")
    func refused() throws {
        let rig = try DownstreamRig()
        try rig.gateway.expect("policy", "apply", "-f", "-", stdin: Self.bank)
        let rule = "  - {id: a, effect: {decision: deny, reason: r}}\n"
        let cases: [(name: String, text: String, told: [String])] = [
            ("unparsable", "name: bank\nrules: [\n", [":3: "]), ("empty", "", [": it is empty"]),
            ("binary", "name: \u{0}\nrules: []\n", [": not YAML"]), ("cyclic", "name: bank\nrules: &a [*a]\n", [":2: "]),
            (
                "contradictory", "name: bank\nrules:\n\(rule)  - {id: b, effect: {decision: allow}}\n",
                [":4: rule 'b', effect.decision: contradicts rule 'a' in line 3"]
            ),
            (
                "several", "name: bank\nrulez: 1\nrules:\n  - id: a\n    effect: {decision: perhaps}\n  - effect: {decision: deny}\n",
                [":2: rulez: unknown", ":5: rule 'a', effect.decision: expected allow, deny", ":6: rule 'rules[1]', id: missing"]
            ),
            (
                "approvals",
                """
                name: bank
                rules:
                  - {id: many, effect: {decision: require_approval, reason: r, approvers: 11}}
                  - {id: none, effect: {decision: require_approval, reason: r, approvers: 0}}
                  - {id: open, effect: {decision: allow, approvers: 2}}
                  - {id: b}

                """,
                [
                    ":3: rule 'many', effect.approvers: expected a whole number from 1 to 10",
                    ":4: rule 'none', effect.approvers: expected a whole number from 1 to 10",
                    ":5: rule 'open', effect.approvers: only require_approval has approvers", ":6: rule 'b', effect: missing",
                ]
            ),
            (
                "nested", "name: bank\nrules: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
                [":2: nested too deep"]
            ),
            (
                "expression",
                "name: bank\nrules:\n  - id: a\n    when: [{left: $ip, op: matches, right: \"(\"}]\n    effect: {decision: deny}\n",
                [":4: "]
            ),
        ]
        for (name, text, told) in cases {
            let path = try file(rig, name, text)
            let result = try rig.gateway.peta("policy", "apply", "-f", path)
            #expect(result.status == 65 && result.stdout.isEmpty, "\(name): \(result.status) \(result.stderr)")
            for line in told { #expect(result.stderr.contains(path + line), "\(name): \(result.stderr)") }
            #expect(
                result.stderr.hasSuffix("peta: the policy was refused; what was in force stays in force.\n"), "\(name): \(result.stderr)")
            let lint = try rig.gateway.peta("policy", "lint", path)
            #expect(lint.status == 65 && lint.stderr.isEmpty, "\(name): \(lint.stderr)")
            for line in told { #expect(lint.stdout.contains(path + line), "\(name): \(lint.stdout)") }
        }
        let json = try rig.gateway.peta("policy", "apply", "-f", rig.state.path("several"), "--json")
        let error = try #require(try DownstreamRig.object(json.stderr)["error"] as? [String: Any])
        #expect(json.status == 65 && error["code"] as? String == "invalid_argument" && (error["problems"] as? [[String: Any]])?.count == 3)
        let lints = try Self.array(rig.gateway.peta("policy", "lint", rig.state.path("several"), "--json").stdout)
        #expect(Set(lints[0].keys) == ["file", "ok", "name", "server", "rules", "problems", "warnings"])
        #expect(lints[0]["ok"] as? Bool == false)

        var bytes = Data("name: bank\nrules: []\n# ".utf8)
        bytes.append(contentsOf: [0xFF, 0xFE])
        try bytes.write(to: URL(fileURLWithPath: rig.state.path("latin")))
        let latin = try rig.gateway.peta("policy", "apply", "-f", rig.state.path("latin"))
        #expect(latin.status == 65 && latin.stderr.contains("it is not UTF-8"))
        #expect(try rig.gateway.peta("policy", "apply", "-f", try file(rig, "big", String(repeating: "#", count: 2 << 20))).status == 65)
        #expect(try rig.gateway.peta("policy", "apply", "-f", rig.state.path("none")).status == 66)
        #expect(try rig.gateway.peta("policy", "apply").status == 64)
        #expect(try rig.gateway.peta("policy", "apply", "-f", "-", stdin: "rules: []").status == 65)
        #expect(try rig.gateway.peta("policy", "apply", "-f", "-", "--name", "a/b", stdin: "rules: []").status == 65)
        #expect(try rig.gateway.peta("policy", "apply", "-f", "-", "--name", "b", stdin: Self.bank).status == 65)
        #expect(try rig.gateway.expect("policy", "show", "bank") == Self.bank)
        #expect(try Self.array(rig.gateway.expect("policy", "list", "--json")).count == 1)
        try rig.finish()
    }

    @Test("an unknown set ends with 66 and says what was meant; removing asks for --yes")
    func unknown() throws {
        let rig = try DownstreamRig()
        try rig.gateway.expect("policy", "apply", "-f", "-", stdin: Self.bank)
        for verb in [["show"], ["history"], ["archive"], ["remove", "--yes"]] {
            let result = try rig.gateway.peta(["policy"] + verb + ["bnk"])
            #expect(result.status == 66 && result.stderr.contains("Did you mean 'bank'?"), "\(verb): \(result.stderr)")
            let foul = try rig.gateway.peta(["policy"] + verb + ["\u{1B}[31m/../x"])
            #expect(foul.status == 66 && !foul.stderr.contains("\u{1B}"), "\(verb): \(foul.stderr)")
        }
        #expect(try rig.gateway.peta("policy", "show", "bank", "--version", "9").status == 66)
        #expect(try rig.gateway.peta("policy", "show", "bank", "--version", "0").status == 64)
        #expect(try rig.gateway.peta("policy", "remove", "bank").status == 64)
        #expect(try rig.gateway.peta("policy", "effective", "nobody").status == 66)
        #expect(try rig.gateway.expect("complete-names", "policies") == "bank\n")
        try rig.finish()
    }

    @Test("a test tells the decision, the rule and what each rule saw; rights come first")
    func test() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        try rig.gateway.expect("policy", "apply", "-f", "-", stdin: Self.bank)
        try rig.gateway.expect("user", "add", "alice")
        func ask(_ arguments: String..., tool: String = "demo::echo") throws -> [String: Any] {
            try DownstreamRig.object(
                rig.gateway.peta(["policy", "test", "--user", "alice", "--tool", tool, "--json"] + arguments).stdout)
        }
        let none = try ask("--args", #"{"text":"long"}"#)
        #expect(none["decision"] as? String == "deny" && none["rule"] as? String == "no grant")
        #expect((none["evaluated"] as? [Any])?.isEmpty == true)
        try rig.gateway.expect("user", "grant", "alice", "demo")
        let long = try ask("--args", #"{"text":"long"}"#)
        #expect(Set(long.keys) == ["decision", "rule", "version", "reason", "failure", "notes", "evaluated"])
        #expect(long["decision"] as? String == "deny" && long["rule"] as? String == "bank/large" && long["reason"] as? String == "too long")
        let steps = try #require(long["evaluated"] as? [[String: Any]])
        #expect(steps.map { $0["rule"] as? String } == ["bank/large", "bank/quiet"])
        #expect(steps.map { $0["matched"] as? Bool } == [true, false])
        let condition = try #require((steps[0]["conditions"] as? [[String: Any]])?.first)
        #expect(condition["left"] as? String == "$size" && condition["value"] as? String == "4" && condition["held"] as? Bool == true)
        #expect(try ask("--args", #"{"text":"abc"}"#)["decision"] as? String == "allow")
        // As a call would: a level above what policy allows, and a denial above the level.
        try rig.gateway.expect("server", "tool", "set", "demo", "echo", "--danger", "approval")
        let dangerous = try ask("--args", #"{"text":"abc"}"#)
        #expect(dangerous["decision"] as? String == "require_approval" && dangerous["rule"] as? String == "danger approval")
        #expect(dangerous["notes"] as? [String] == ["policy alone allows it (no rule decides)"])
        #expect(try ask("--args", #"{"text":"long"}"#)["decision"] as? String == "deny")
        try rig.gateway.expect("server", "tool", "set", "demo", "echo", "--danger", "notify")
        #expect(try ask("--args", #"{"text":"abc"}"#)["decision"] as? String == "allow")
        #expect(try ask(tool: "demo::nothing")["notes"] as? [String] == ["server 'demo' is not known to offer tool 'nothing'"])

        let text = try rig.gateway.expect(
            "policy", "test", "--user", "alice", "--tool", "demo::echo", "--args", "-", stdin: #"{"text":"long"}"#)
        #expect(
            text == """
                decision  deny
                rule      bank/large (version 1)
                reason    too long

                bank/large: deny, decides
                  holds  $size gt 3  (found 4)

                bank/quiet: deny, not asked: match: another server, name, kind or annotation

                """)
        // As if it were applied; nothing is.
        let tried = try DownstreamRig.object(
            rig.gateway.expect(
                "policy", "test", "--user", "alice", "--tool", "demo::echo", "-f", "-", "--json", stdin: "name: bank\nrules: []\n"))
        #expect(tried["decision"] as? String == "allow" && tried["rule"] is NSNull)
        #expect(try rig.gateway.expect("policy", "show", "bank") == Self.bank)
        let file = try file(rig, "args.json", #"{"text":"long"}"#)
        #expect(try ask("--args", "@" + file)["rule"] as? String == "bank/large")
        try rig.gateway.expect("user", "disable", "alice")
        #expect(try ask()["rule"] as? String == "disabled")

        let base = ["policy", "test", "--tool", "demo::echo", "--user"]
        let wrong: [([String], Int32)] = [
            (["alice", "--args", "{"], 65), (["alice", "--args", "[]"], 65), (["alice", "--args", #"{"a":1,"a":2}"#], 65),
            (["alice", "--args", "@/none"], 66), (["alice", "--address", "here"], 65), (["alice", "--time", "noon"], 64), (["alcie"], 66),
            (["alice", "-f", "/none"], 66),
        ]
        for (arguments, status) in wrong {
            let result = try rig.gateway.peta(base + arguments)
            #expect(result.status == status && result.stdout.isEmpty, "\(arguments): \(result.status) \(result.stderr)")
        }
        #expect(try rig.gateway.peta("policy", "test", "--user", "alice", "--tool", "dmo::echo").stderr.contains("Did you mean 'demo'?"))
        try rig.finish()
    }

    @Test("what is in force for a server is told in the order in which it is tried")
    func effective() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        let own = "server: demo\nrules: [{id: first, priority: 10, match: {user: 'a*'}, effect: {decision: allow}}]"
        let other = "server: elsewhere\nrules: [{id: x, effect: {decision: deny, reason: no}}]"
        try rig.gateway.expect("policy", "apply", "-f", "-", stdin: Self.bank)
        try rig.gateway.expect("policy", "apply", "-f", "-", "--name", "own", stdin: own)
        let warned = try rig.gateway.peta(["policy", "apply", "-f", "-", "--name", "other"], stdin: other)
        #expect(warned.status == 0 && warned.stderr == "standard input: warning: server: there is no server 'elsewhere' (yet)\n")
        let effect = try DownstreamRig.object(rig.gateway.expect("policy", "effective", "demo", "--json"))
        #expect(effect["server"] as? String == "demo" && effect["default"] as? String == "allow")
        let rules = try #require(effect["rules"] as? [[String: Any]])
        #expect(rules.map { $0["rule"] as? String } == ["own/first", "bank/large", "bank/quiet"])
        #expect(rules.map { $0["about"] as? String } == ["user a*", "server demo; tool e*", "tool add"])
        #expect(try rig.gateway.expect("policy", "effective", "demo").hasSuffix("Where no rule decides: allow\n"))
        try rig.finish()
    }

    @Test("a reader that goes away is no failure")
    func closedPipe() throws {
        let rig = try DownstreamRig()
        let long = "name: long\nrules: []\n" + String(repeating: "# a line of no meaning\n", count: 40_000)
        try rig.gateway.expect("policy", "apply", "-f", "-", stdin: long)
        for verb in ["show long", "show long --json", "list", "history long"] {
            let result = try run(
                "/usr/bin/env", ["bash", "-c", "\"$0\" policy \(verb) | true; echo ${PIPESTATUS[0]}", try PetaBinary.path()],
                environment: ChildProcess.plainEnvironment.merging(["PETA_SOCKET": rig.gateway.socket]) { $1 })
            #expect(result.stdout == "0\n" && result.stderr.isEmpty, "\(verb): \(result.stdout)\(result.stderr)")
        }
        try rig.finish()
    }

    @Test("the example that is installed is right")
    func example() throws {
        let rig = try DownstreamRig()
        let path = PetaBinary.sourceRoot + "/etc/policy-example.yaml"
        let lint = try rig.gateway.peta("policy", "lint", path)
        #expect(lint.status == 0 && lint.stdout.hasSuffix("nothing to complain about\n"), "\(lint.stdout)")
        try rig.gateway.addDemo("files")
        try rig.gateway.expect("policy", "apply", "-f", path)
        func rule(_ tool: String, _ arguments: String) throws -> String? {
            try DownstreamRig.object(
                rig.gateway.expect("policy", "test", "--user", "owner", "--tool", tool, "--args", arguments, "--json"))["rule"] as? String
        }
        #expect(try rule("files::fetch", #"{"url":"http://10.1.2.3/"}"#) == "example/fetch-inside-address")
        #expect(try rule("files::fetch", #"{"url":"http://a.internal:80/"}"#) == "example/fetch-inside")
        #expect(try rule("files::fetch", #"{"url":"http://example.com/"}"#) == nil)
        #expect(try rule("files::fetch", #"{"url":"http://a\\b/"}"#) == "example/fetch-inside")
        try rig.finish()
    }
}
