import PetaPolicy
import PetaWire
import Testing

@Suite("Policy: which rule decides")
struct RuleTests {
    @Test(
        "a rule is about what its match names",
        arguments: [
            ("{}", true), ("{server: 'b?nk'}", true), ("{server: [x, 'ba*']}", true), ("{server: bank2}", false),
            ("{tool: 'trans*'}", true),
            ("{tool: '*fer'}", true), ("{tool: 'tr*s*f?r'}", true), ("{tool: transfe}", false), ("{prompt: '*'}", false),
            ("{role: user}", true),
            ("{role: [admin, owner]}", false), ("{user: 'al*'}", true), ("{user: bob}", false), ("{client: claude}", true),
            ("{client: cursor}", false),
            ("{labels: {team: 'r*'}}", true), ("{labels: {team: blue}}", false), ("{labels: {floor: '*'}}", false),
            ("{annotations: {destructiveHint: true}}", true), ("{annotations: {readOnlyHint: true}}", false),
            ("{annotations: {title: 'Send *'}}", true), ("{server: bank, tool: transfer, role: user, user: bob}", false),
        ])
    func match(match: String, isMeant: Bool) throws {
        let bench = try Bench("rules: [{id: r, match: \(match), effect: {decision: deny}}]")
        #expect((bench.verdict(annotations: ["title": "Send money"]).decision == .deny) == isMeant)
    }

    @Test("prompts and resources are matched by their own names, and by rules that name none")
    func kinds() throws {
        let bench = try Bench(
            """
            rules:
              - {id: p, match: {prompt: draft}, effect: {decision: deny}}
              - {id: r, match: {resource: "file:///etc/*"}, effect: {decision: deny}}
              - {id: s, match: {server: secret}, effect: {decision: deny}}
            """)
        #expect(bench.verdict(tool: "draft", kind: .prompt).rule == "set/p")
        #expect(bench.verdict(tool: "draft").decision == .allow)
        #expect(bench.verdict(tool: "file:///etc/passwd", kind: .resource).rule == "set/r")
        #expect(bench.verdict(tool: "anything", server: "secret", kind: .resource).rule == "set/s")
    }

    @Test("lower priority comes first, then sets of a server, then names of sets, then the order in them")
    func order() throws {
        func set(_ name: String, _ server: String?, _ rules: [(String, Int)]) throws -> CompiledPolicy.Active {
            let text =
                "rules: [\(rules.map { "{id: \($0.0), priority: \($0.1), effect: {decision: deny}, match: {user: alice}}" }.joined(separator: ", "))]"
            return .init(name: name, version: 1, server: server, document: try PolicyDocument(text))
        }
        let compiled = CompiledPolicy(
            [
                try set("b", nil, [("one", 5), ("two", 1)]), try set("a", nil, [("three", 5), ("four", 5)]),
                try set("z", "bank", [("five", 5)]),
            ], denies: false)
        #expect(compiled.entries.map(\.id) == ["b/two", "z/five", "a/three", "a/four", "b/one"])
    }

    @Test("a set of a server is asked for that server alone")
    func ofServer() throws {
        let document = try PolicyDocument("rules: [{id: r, effect: {decision: deny}}]")
        let compiled = CompiledPolicy([.init(name: "s", version: 3, server: "bank", document: document)], denies: false)
        let caller = PolicyCaller(user: "a", userName: "A", role: "user", workspace: "default", time: 0)
        func verdict(_ server: String) -> PolicyVerdict {
            compiled.decide(compiled.candidates(for: .init(server: server, kind: .tool, name: "t")), caller) {
                () throws(PolicyUnreadable) in nil
            }
        }
        #expect(verdict("bank") == PolicyVerdict(decision: .deny, rule: "s/r", version: 3))
        #expect(verdict("other").decision == .allow)
    }

    @Test("the first rule whose conditions hold decides, and no rule means the default")
    func first() throws {
        let text = """
            rules:
              - {id: big, priority: 10, when: [{left: $args.a, op: gt, right: 100}], effect: {decision: deny, reason: too much}}
              - {id: known, priority: 20, match: {user: alice}, effect: {decision: allow}}
              - {id: rest, priority: 30, effect: {decision: require_approval}}
            """
        let bench = try Bench(text, denies: true)
        let seen = [PolicyInput(reference: "$args.a", key: "a", value: 101)]
        #expect(
            bench.verdict(#"{"a":101}"#) == PolicyVerdict(decision: .deny, rule: "set/big", version: 1, reason: "too much", inputs: seen))
        #expect(bench.verdict(#"{"a":100}"#).inputs.isEmpty)
        #expect(bench.verdict(#"{"a":100}"#).rule == "set/known")
        #expect(bench.verdict(#"{"a":100}"#) { $0.user = "bob" }.decision == .requireApproval)
        let nothing = try Bench("rules: []", denies: true).verdict()
        #expect(nothing.decision == .deny && nothing.rule == nil)
        #expect(try Bench("rules: []").verdict().decision == .allow)
    }

    @Test("arguments are read once, and not at all where no rule wants them")
    func laziness() throws {
        let bench = try Bench(
            """
            rules:
              - {id: who, when: [{left: $user.id, op: eq, right: bob}], match: {tool: plain}, effect: {decision: deny}}
              - {id: a, when: [{left: $args.a, op: eq, right: 1}], match: {tool: deep}, effect: {decision: deny}}
              - {id: b, when: [{left: $args.b, op: eq, right: 1}], match: {tool: deep}, effect: {decision: deny}}
            """)
        func reads(_ tool: String) -> (Int, Bool) {
            var count = 0
            let candidates = bench.compiled.candidates(for: .init(server: "s", kind: .tool, name: tool))
            _ = bench.compiled.decide(candidates, .init(user: "a", userName: "A", role: "user", workspace: "default", time: 0)) {
                () throws(PolicyUnreadable) in
                count += 1
                return ["a": 0, "b": 0]
            }
            return (count, candidates.readArguments)
        }
        #expect(reads("plain") == (0, false))
        #expect(reads("deep") == (1, true))
    }

    @Test("an explanation tells of each rule what it saw and which one decided")
    func explanation() throws {
        let bench = try Bench(
            """
            rules:
              - {id: other, match: {server: mail}, effect: {decision: deny}}
              - {id: boss, match: {role: owner}, effect: {decision: allow}}
              - {id: big, when: [{left: $args.a, op: gt, right: 100}, {left: $args.b, op: exists}], effect: {decision: deny, reason: no}}
            """)
        let explained = bench.compiled.explain(
            .init(server: "bank", kind: .tool, name: "t"), .init(user: "a", userName: "A", role: "user", workspace: "default", time: 0)
        ) { () throws(PolicyUnreadable) in ["a": 101, "b": 1] }
        #expect(explained.verdict.rule == "set/big")
        #expect(explained.steps.map(\.isMatch) == [false, false, true])
        #expect(explained.steps.map { $0.skipped != nil } == [true, true, false])
        #expect(explained.steps[2].conditions.map(\.held) == [true, true])
        #expect(explained.steps[2].conditions[0].value == "101" && explained.steps[2].conditions[0].left == "$args.a")
    }
}
