import PetaPolicy
import Testing

@Suite("Policy: what is refused, and where")
struct ReadingTests {
    @Test(
        "a mistake is told with line, rule and field",
        arguments: [
            ("", "it is empty"), ("rules", "line 1: expected keys with values, among them 'rules'"), ("name: x", "line 1: rules: missing"),
            ("rules: {}", "line 1: rules: expected a list"), ("rules: [1]", "line 1: rule 'rules[0]': expected keys with values"),
            ("a: 1\nrules: []", "line 1: a: unknown; known here: name, server, description, timezone, rules, version"),
            ("rules:\n  - effect: {decision: deny}", "line 2: rule 'rules[0]', id: missing"),
            ("rules:\n  - id: x\n", "line 2: rule 'x', effect: missing"),
            (
                "rules:\n  - id: x\n    effect: {decision: maybe}",
                "line 3: rule 'x', effect.decision: expected allow, deny, require_approval"
            ),
            (
                "rules:\n  - id: x\n    priority: -1\n    effect: {decision: deny}",
                "line 3: rule 'x', priority: expected a whole number from 0 to 1000000"
            ),
            (
                "rules:\n  - id: x\n    match: {serve: a}\n    effect: {decision: deny}",
                "line 3: rule 'x', match.serve: unknown; known here: server, tool, prompt, resource, role, user, client, labels, annotations"
            ),
            (
                "rules:\n  - id: x\n    match: {role: boss}\n    effect: {decision: deny}",
                "line 3: rule 'x', match.role: 'boss' is no role; roles are owner, admin, user, anonymous"
            ),
            (
                "rules:\n  - id: x\n    when:\n      - {left: $args.a, op: like, right: 1}\n    effect: {decision: deny}",
                "line 4: rule 'x', when[0].op: expected eq, neq, gt, gte, lt, lte, in, matches, exists, contains, cidr, not_in, starts_with, ends_with"
            ),
            (
                "rules:\n  - id: x\n    when:\n      - {left: $arg.a, op: eq, right: 1}\n    effect: {decision: deny}",
                "line 4: rule 'x', when[0].left: '$arg.a' is neither extracted nor part of the context"
            ),
            (
                "rules:\n  - id: x\n    when:\n      - {left: $user.mail, op: eq, right: 1}\n    effect: {decision: deny}",
                "line 4: rule 'x', when[0].left: there is no 'user.mail'; there is user.id, user.name, user.role, user.workspace, user.labels.*"
            ),
            (
                "rules:\n  - id: x\n    when:\n      - {left: 5, op: eq, right: 1}\n    effect: {decision: deny}",
                "line 4: rule 'x', when[0].left: expected a reference such as $args.amount"
            ),
            (
                "rules:\n  - id: x\n    when:\n      - {left: $args.a, op: matches, right: '(a'}\n    effect: {decision: deny}",
                "line 4: rule 'x', when[0].right: no regular expression: missing ): (a"
            ),
            (
                "rules:\n  - id: x\n    when:\n      - {left: $args.a, op: cidr, right: 10.0.0.0/33}\n    effect: {decision: deny}",
                "line 4: rule 'x', when[0].right: '10.0.0.0/33' is no address and no range of them"
            ),
            (
                "rules:\n  - id: x\n    when:\n      - {left: $args.a, op: in, right: 1}\n    effect: {decision: deny}",
                "line 4: rule 'x', when[0].right: expected a list"
            ),
            ("rules:\n  - id: x\n    when: []\n    effect: {decision: deny}", "line 3: rule 'x', when: expected at least one condition"),
            (
                "rules:\n  - id: x\n    extract:\n      v: {path: 'args[', type: number}\n    effect: {decision: deny}",
                "line 4: rule 'x', extract.v.path: '[' wants a number, '*' or a quoted key"
            ),
            (
                "rules:\n  - id: x\n    extract:\n      v: {path: args.a, type: int}\n    effect: {decision: deny}",
                "line 4: rule 'x', extract.v.type: expected string, number, boolean, url.host, bytes.length, ip"
            ),
            (
                "rules:\n  - {id: x, effect: {decision: deny}}\n  - {id: x, effect: {decision: deny}}",
                "line 3: rule 'x', id: stands in line 2 already"
            ),
            (
                "rules:\n  - {id: x, effect: {decision: deny}}\n  - {id: y, effect: {decision: allow}}",
                "line 3: rule 'y', effect.decision: contradicts rule 'x' in line 2: same priority, same match, other decision"
            ),
            ("rules:\n  - id: x\n    id: y\n", "line 2: 'id' stands here twice"),
            ("timezone: Berlin\nrules: []", "line 1: timezone: expected UTC or an offset like +01:00"),
            ("version: 2\nrules: []", "line 1: version: the version of this language is 1"),
            ("rules: [", "line 2: did not find expected node content"),
        ])
    func mistakes(text: String, problem: String) {
        #expect(problems(text).contains(problem), "\(problems(text))")
    }

    @Test("all mistakes are told at once, in the order of their lines")
    func all() {
        let found = problems(
            """
            rules:
              - id: x
                priority: high
                effect: {decision: no}
              - id: "-"
                when: [{left: a, op: b}]
                effect: {}
            """)
        #expect(found.count == 6, "\(found)")
        #expect(found.first?.hasPrefix("line 3: rule 'x', priority") == true)
    }

    @Test("cyclic, deep and oversized texts are refused without being unfolded")
    func hostile() {
        #expect(!problems("a: &a [*a]\nrules: []").isEmpty)
        #expect(
            problems(
                "rules: [{id: x, match: {user: &u [a, b]}, effect: {decision: deny}}, {id: y, match: {user: *u}, effect: {decision: deny}}]"
            ).isEmpty)
        let bomb =
            "a: &a [x,x,x,x,x,x,x,x]\n"
            + (1..<30).map { "l\($0): &b\($0) [*\($0 == 1 ? "a" : "b\($0 - 1)"),*\($0 == 1 ? "a" : "b\($0 - 1)")]" }.joined(separator: "\n")
        #expect(problems(bomb + "\nrules: []").contains { $0.contains("not supported") || $0.contains("too many") })
        #expect(!problems("rules: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)).isEmpty)
        #expect(problems(String(repeating: "#", count: PolicyDocument.textLimit + 1)).first?.contains("longer than") == true)
        let many = "rules:\n" + (0...PolicyDocument.ruleLimit).map { "  - {id: r\($0), effect: {decision: deny}}" }.joined(separator: "\n")
        #expect(problems(many) == ["line 2: rules: more than 1000 rules"])
        #expect(
            problems("rules: [{id: x, when: [{left: $args.a, op: matches, right: '(((a{99}){99}){99})'}], effect: {decision: deny}}]").count
                == 1)
    }

    @Test("JSON is read as YAML is")
    func json() throws {
        let document = try PolicyDocument(
            #"{"name":"a","rules":[{"id":"x","match":{"tool":"t"},"effect":{"decision":"deny","reason":"r"}}]}"#)
        #expect(document.name == "a" && document.rules.map(\.id) == ["x"])
    }

    @Test("rules that never decide and refusals without a reason are warned of")
    func warnings() throws {
        let document = try PolicyDocument(
            """
            rules:
              - {id: all, priority: 1, match: {tool: "*"}, effect: {decision: deny, reason: r}}
              - {id: late, priority: 2, match: {tool: "*", user: bob}, effect: {decision: deny}}
            """)
        #expect(
            document.warnings.map(\.text) == [
                "line 3: rule 'late': never decides: rule 'all' comes first and takes all its calls",
                "line 3: rule 'late', effect.reason: missing: people will not know why",
            ])
    }
}
