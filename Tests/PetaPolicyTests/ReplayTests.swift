import PetaPolicy
import PetaWire
import Testing

@Suite("Judging calls that were made")
struct ReplayTests {
    private static func call(
        _ arguments: PastCall.Arguments = .none, tool: String = "transfer", user: Bool = true, role: Bool = true, offered: Bool = true,
        annotations: JSON? = nil
    ) -> PastCall {
        PastCall(
            target: PolicyTarget(server: "bank", kind: .tool, name: tool, annotations: annotations), isOffered: offered,
            caller: PolicyCaller(
                user: "alice", userName: "Alice", role: role ? "user" : "", labels: user ? ["team": "red"] : [:], workspace: "default",
                time: 1_795_625_100),
            isUserKnown: user, isRoleKnown: role, arguments: arguments, hasNone: false)
    }

    /// `same`, `from → to`, or why it is unknown.
    private static func judge(_ before: String, _ after: String, _ call: PastCall, unchanged: Set<String> = []) throws -> String {
        func compiled(_ rules: String, _ version: Int) throws -> CompiledPolicy {
            CompiledPolicy(
                [.init(name: "s", version: version, server: nil, document: try PolicyDocument("rules: [\(rules)]"))], denies: false)
        }
        var replay = PolicyReplay(before: try compiled(before, 1), after: try compiled(after, 0), unchanged: unchanged)
        switch replay.judge(call) {
        case .same: return "same"
        case .unknown(let why): return why.rawValue
        case .verdicts(let before, let after): return "\(before.decision.rawValue) → \(after.decision.rawValue)"
        }
    }

    private static func large(_ limit: Int) -> String {
        "{id: large, when: [{left: $args.amount, op: gt, right: \(limit)}], effect: {decision: deny, reason: r}}"
    }
    private static let lost = PolicyReplay.Unknown.arguments.rawValue
    private static let hidden = PolicyReplay.Unknown.hidden.rawValue

    @Test("kept arguments tell, lost ones do not where a rule that is reached looks at them")
    func arguments() throws {
        #expect(try Self.judge(Self.large(10), Self.large(100), Self.call(.kept(["amount": 50]))) == "deny → allow")
        #expect(try Self.judge(Self.large(10), Self.large(100), Self.call(.kept(["amount": 5]))) == "allow → allow")
        // A call without arguments is missing its amount, which counts as too much.
        #expect(try Self.judge(Self.large(10), "", Self.call(.none)) == "deny → allow")
        #expect(try Self.judge(Self.large(10), Self.large(100), Self.call(.lost)) == Self.lost)
        #expect(try Self.judge("", Self.large(100), Self.call(.lost)) == Self.lost)
        // A rule in front of it decides whatever they are.
        let stop = "{id: stop, priority: 1, effect: {decision: deny, reason: r}}"
        #expect(try Self.judge("", "\(stop), \(Self.large(1))", Self.call(.lost)) == "allow → deny")
        // What is the same in both says the same.
        #expect(try Self.judge(Self.large(10), Self.large(10), Self.call(.lost), unchanged: ["s/large"]) == "same")
        let other = "{id: other, match: {tool: other}, effect: {decision: deny, reason: r}}"
        #expect(try Self.judge(Self.large(10), "\(Self.large(10)), \(other)", Self.call(.lost), unchanged: ["s/large"]) == "same")
    }

    @Test(
        "a value that was hidden or cut is not guessed",
        arguments: [
            (#"{"amount":"[hidden, 6 characters]"}"#, false), (#"{"amount":5,"note":"[hidden, 3 characters]"}"#, true),
            (#"{"x":1,"…":"[3 more]"}"#, false), (#"{"amount":5,"…":"[3 more]"}"#, true), (#"{"amount":[1,"… [50 more]"]}"#, false),
            (#"{"amount":{"a":"long… [9 more characters]"}}"#, false),
        ])
    func shaded(_ arguments: String, _ isKnown: Bool) throws {
        let found = try Self.judge(Self.large(10), Self.large(1), Self.call(.kept(try JSON.parse(arguments))))
        #expect(found == (isKnown ? "allow → deny" : Self.hidden))
    }

    @Test("an item of a list that was cut is not guessed either")
    func items() throws {
        let rule = "{id: i, when: [{left: \"$args.to[120].name\", op: eq, right: x}], missing: skip, effect: {decision: deny, reason: r}}"
        #expect(try Self.judge("", rule, Self.call(.kept(["to": ["a", "… [50 more]"]]))) == Self.hidden)
        #expect(try Self.judge("", rule, Self.call(.kept(["to": ["a", "b"]]))) == "allow → allow")
        let inner = "{id: i, when: [{left: $args.to.name, op: eq, right: x}], missing: skip, effect: {decision: deny, reason: r}}"
        #expect(try Self.judge("", inner, Self.call(.kept(["to": "[hidden, 4 characters]"]))) == Self.hidden)
    }

    @Test("what is not known any more of user, role and tool is not guessed, where a rule asks for it")
    func gone() throws {
        let label = "{id: l, match: {labels: {team: blue}}, effect: {decision: deny, reason: r}}"
        #expect(try Self.judge("", label, Self.call()) == "same")
        #expect(try Self.judge("", label, Self.call(user: false)) == PolicyReplay.Unknown.user.rawValue)
        let name = "{id: n, when: [{left: $user.name, op: eq, right: Bob}], effect: {decision: deny, reason: r}}"
        #expect(try Self.judge("", name, Self.call(user: false)) == PolicyReplay.Unknown.user.rawValue)
        let id = "{id: n, match: {user: alice}, effect: {decision: deny, reason: r}}"
        #expect(try Self.judge("", id, Self.call(user: false)) == "allow → deny")
        let role = "{id: r, match: {role: owner}, effect: {decision: deny, reason: r}}"
        #expect(try Self.judge("", role, Self.call()) == "same")
        #expect(try Self.judge("", role, Self.call(role: false)) == PolicyReplay.Unknown.user.rawValue)
        let hint = "{id: h, match: {annotations: {readOnlyHint: true}}, effect: {decision: deny, reason: r}}"
        #expect(try Self.judge("", hint, Self.call()) == "same")
        #expect(try Self.judge("", hint, Self.call(annotations: ["readOnlyHint": true])) == "allow → deny")
        #expect(try Self.judge("", hint, Self.call(offered: false)) == PolicyReplay.Unknown.offer.rawValue)
        #expect(try Self.judge(hint, hint, Self.call(offered: false), unchanged: ["s/h"]) == "same")
    }

    @Test("a rule's lines are found as they were written, and rules that say the same are found")
    func lines() throws {
        let text = """
            name: s
            rules:
              - id: one
                effect: { decision: deny, reason: r }

              # about the next
              - id: two
                match: { tool: [a,
                  b] }
                effect: { decision: allow }
            timezone: UTC
            """
        let document = try PolicyDocument(text)
        let one = try #require(document.lines(of: "one", in: text))
        #expect(one.first == 3 && one.text == "  - id: one\n    effect: { decision: deny, reason: r }")
        let two = try #require(document.lines(of: "two", in: text))
        #expect(two.first == 7 && two.text.hasSuffix("effect: { decision: allow }") && !two.text.contains("timezone"))
        #expect(document.lines(of: "three", in: text) == nil)
        let other = "rules: [{id: two, match: {tool: [a, b]}, effect: {decision: allow}}, {id: one, effect: {decision: deny, reason: x}}]"
        #expect(PolicyDocument.sameRules(text, other) == ["two"])
        #expect(try PolicyDocument(other).lines(of: "one", in: other)?.text == other)
    }

    @Test("what a rule looked at is told with it, each once, and nothing where it has no conditions")
    func inputs() throws {
        let bench = try Bench(
            """
            rules:
              - id: r
                extract: { size: { path: args.card.number, type: bytes.length } }
                when:
                  - any: [{ left: $size, op: gt, right: 3 }, { left: $args.none, op: exists }]
                  - { left: $user.role, op: eq, right: $args.role }
                  - { left: $size, op: lt, right: 100 }
                effect: { decision: deny, reason: r }
              - { id: plain, effect: { decision: deny, reason: p } }
            """)
        let found = bench.verdict(#"{"card":{"number":"4111"},"role":"user"}"#)
        #expect(found.rule == "set/r" && found.inputs.map(\.reference) == ["$size", "$args.none", "$user.role", "$args.role"])
        #expect(found.inputs.map(\.key) == ["number", "none", "role", "role"])
        #expect(found.inputs.map(\.value) == ["4111", nil, "user", "user"])
        #expect(bench.verdict(#"{}"#).inputs.isEmpty || bench.verdict(#"{}"#).rule == "set/r")
        #expect(bench.verdict(#"{"role":"x"}"#).inputs.isEmpty)
    }
}
