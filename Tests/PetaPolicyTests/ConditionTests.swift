import PetaPolicy
import PetaWire
import Testing

@Suite("Policy: conditions")
struct ConditionTests {
    @Test(
        "a comparison holds for these arguments and not for those",
        arguments: [
            (#"{left: $args.a, op: eq, right: 5}"#, #"{"a":5}"#, #"{"a":6}"#),
            (#"{left: $args.a, op: eq, right: 5}"#, #"{"a":"5.0"}"#, #"{"a":"51"}"#),
            (#"{left: $args.a, op: eq, right: "x"}"#, #"{"a":"x"}"#, #"{"a":"X"}"#),
            (#"{left: $args.a, op: eq, right: "\u00e9"}"#, #"{"a":"e\u0301"}"#, #"{"a":"e"}"#),
            (#"{left: $args.a, op: eq, right: true}"#, #"{"a":"true"}"#, #"{"a":false}"#),
            (#"{left: $args.a, op: neq, right: 5}"#, #"{"a":6}"#, #"{"a":5.00}"#),
            (#"{left: $args.a, op: gt, right: 1000}"#, #"{"a":1000.0000001}"#, #"{"a":1000}"#),
            (#"{left: $args.a, op: gt, right: 9007199254740992}"#, #"{"a":9007199254740993}"#, #"{"a":9007199254740992}"#),
            (#"{left: $args.a, op: gte, right: 1000}"#, #"{"a":"1e3"}"#, #"{"a":999.9}"#),
            (#"{left: $args.a, op: lt, right: -2}"#, #"{"a":-2.1}"#, #"{"a":-1e0}"#),
            (#"{left: $args.a, op: lte, right: 0}"#, #"{"a":-0.0}"#, #"{"a":1e-9}"#),
            (#"{left: $args.a, op: in, right: [1, two]}"#, #"{"a":"two"}"#, #"{"a":"three"}"#),
            (#"{left: $args.a, op: not_in, right: [a, b]}"#, #"{"a":"c"}"#, #"{"a":"b"}"#),
            (#"{left: $args.a, op: matches, right: "^rm\\s+-rf"}"#, #"{"a":"rm   -rf /"}"#, #"{"a":"echo rm -rf"}"#),
            (#"{left: $args.a, op: exists}"#, #"{"a":0}"#, #"{"a":null}"#),
            (#"{left: $args.a, op: exists, right: false}"#, #"{"b":1}"#, #"{"a":""}"#),
            (#"{left: $args.a, op: starts_with, right: [/etc, /root]}"#, #"{"a":"/etc/passwd"}"#, #"{"a":"/home/etc"}"#),
            (#"{left: $args.a, op: ends_with, right: .pem}"#, #"{"a":"key.pem"}"#, #"{"a":"key.pem.txt"}"#),
            (#"{left: $args.a, op: contains, right: "DROP TABLE"}"#, #"{"a":"x; DROP TABLE y"}"#, #"{"a":"DROP  TABLE"}"#),
            (#"{left: $args.a, op: cidr, right: [10.0.0.0/8, "fd00::/8"]}"#, #"{"a":"::ffff:10.1.2.3"}"#, #"{"a":"11.0.0.1"}"#),
            (#"{left: $args.a, op: cidr, right: 10.0.0.0/8, not: true}"#, #"{"a":"11.0.0.1"}"#, #"{"a":"10.0.0.1"}"#),
            (#"{left: '$args.a.b[1]["c d"]', op: eq, right: 1}"#, #"{"a":{"b":[0,{"c d":1}]}}"#, #"{"a":{"b":[{"c d":1},{"c d":2}]}}"#),
            (#"{left: $args.a, op: gt, right: $args.b}"#, #"{"a":2,"b":1}"#, #"{"a":1,"b":2}"#),
            (#"{any: [{left: $args.a, op: eq, right: 1}, {left: $args.b, op: eq, right: 2}]}"#, #"{"a":0,"b":2}"#, #"{"a":0,"b":0}"#),
            (#"{all: [{left: $args.a, op: eq, right: 1}, {left: $args.b, op: eq, right: 2}]}"#, #"{"a":1,"b":2}"#, #"{"a":1,"b":0}"#),
            (#"{left: $args.a, op: eq, right: "$$x"}"#, #"{"a":"$x"}"#, #"{"a":"$$x"}"#),
            (#"{left: $args.a, op: gt, right: "b"}"#, #"{"a":"c"}"#, #"{"a":"a"}"#),
        ])
    func comparisons(condition: String, holds: String, fails: String) throws {
        let closing = try Bench(deny: condition)
        #expect(closing.denies(holds))
        #expect(!closing.denies(fails))
        let opening = try Bench(allow: condition)
        #expect(!opening.denies(holds))
        #expect(opening.denies(fails))
    }

    @Test(
        "what is missing or cannot be read never opens what a rule would close",
        arguments: [
            (#"{left: $args.a, op: eq, right: 5}"#, #"{}"#), (#"{left: $args.a, op: eq, right: 5}"#, #"{"a":null}"#),
            (#"{left: $args.a, op: eq, right: 5}"#, #"{"a":"1,000"}"#), (#"{left: $args.a, op: gt, right: 5}"#, #"{"a":"0x10"}"#),
            (#"{left: $args.a, op: gt, right: 5}"#, #"{"a":" 7"}"#), (#"{left: $args.a, op: gt, right: 5}"#, #"{"a":{}}"#),
            (#"{left: $args.a, op: gt, right: 5}"#, #"{"a":[]}"#),
            (#"{left: $args.a, op: cidr, right: 10.0.0.0/8}"#, #"{"a":"10.0.0.08"}"#),
            (#"{left: $args.a, op: eq, right: $args.b}"#, #"{"a":1}"#),
            (#"{left: '$args.a[*].b', op: eq, right: 1}"#, #"{"a":[]}"#), (#"{left: $args.a.b, op: neq, right: 1}"#, #"{"a":"b"}"#),
            (#"{left: $args.a, op: in, right: [1, 2]}"#, #"{"a":"one"}"#),
        ])
    func missing(condition: String, arguments: String) throws {
        #expect(try Bench(deny: condition).denies(arguments))
        #expect(try Bench(allow: condition).denies(arguments))
        // And a rule may say otherwise.
        #expect(try !Bench(deny: condition, missing: "skip").denies(arguments))
        #expect(try !Bench(allow: condition, missing: "match").denies(arguments))
    }

    @Test("no arguments at all are missing ones")
    func none() throws {
        #expect(try Bench(deny: "{left: $args.a, op: eq, right: 1}").denies(nil))
        #expect(try Bench(deny: "{left: $args.a, op: exists}").denies(nil) == false)
    }

    @Test("of several values one is enough to close, and all are needed to open")
    func several() throws {
        let condition = #"{left: '$args.to[*]', op: ends_with, right: "@corp.example"}"#
        #expect(try !Bench(allow: condition).denies(#"{"to":["a@corp.example","b@corp.example"]}"#))
        #expect(try Bench(allow: condition).denies(#"{"to":["a@corp.example","b@evil.example"]}"#))
        #expect(try Bench(allow: condition).denies(#"{"to":["a@corp.example",{}]}"#))
        #expect(try Bench(deny: condition).denies(#"{"to":["b@evil.example","a@corp.example"]}"#))
        let outside = #"{left: '$args.to[*]', op: not_in, right: [a, b]}"#
        #expect(try Bench(deny: outside).denies(#"{"to":["a","c"]}"#))
        #expect(try !Bench(deny: outside).denies(#"{"to":["a","b"]}"#))
        // Without "[*]" a list is its items too: a second item is no way around a rule.
        #expect(try Bench(deny: "{left: $args.to, op: eq, right: x}").denies(#"{"to":["y","x"]}"#))
    }

    @Test(
        "an extracted value is read as its type",
        arguments: [
            ("url.host", #""https://user:pw@EVIL.example.:8443/x?y#z""#, "evil.example"),
            ("url.host", #""http://[::ffff:127.0.0.1]/""#, "127.0.0.1"),
            ("bytes.length", #""h\u00e9""#, "3"), ("bytes.length", "[1,2]", "5"), ("number", #""12.50""#, "12.5"),
            ("boolean", #""false""#, "false"),
            ("ip", #""::ffff:192.0.2.1""#, "192.0.2.1"), ("string", #""x""#, "x"),
        ])
    func types(type: String, value: String, read: String) throws {
        let right = ["url.host", "string", "ip"].contains(type) ? #""\#(read)""# : read
        let bench = try Bench(allow: "{left: $v, op: eq, right: \(right)}", extract: "v: {path: args.v, type: \(type)}")
        #expect(!bench.denies(#"{"v":\#(value)}"#))
    }

    @Test(
        "a URL in which programs see different hosts has none",
        arguments: [
            #"http://good.example\\@evil.example/"#, "http://good.example%2eevil.example/", "//good.example/", "good.example/x",
            "http:///x",
            "http://a@b@c/", "http://2130706433/", "http://0x7f.1/", "http://127.1/", "http://gооd.example/", "http://good.example:80x/",
            "http://good.example /", "ht tp://x/", "http://[::1/", "http://good.example../",
        ])
    func hosts(url: String) throws {
        let condition = "{left: $h, op: eq, right: good.example}"
        #expect(try Bench(allow: condition, extract: "h: {path: args.u, type: url.host}").denies(#"{"u":"\#(url)"}"#))
        #expect(try Bench(deny: condition, extract: "h: {path: args.u, type: url.host}").denies(#"{"u":"\#(url)"}"#))
    }

    @Test(
        "the context is known",
        arguments: [
            "{left: $user.id, op: eq, right: alice}", "{left: $user.role, op: eq, right: user}",
            "{left: $user.labels.team, op: eq, right: red}",
            "{left: $user.workspace, op: eq, right: default}", "{left: $client.name, op: eq, right: claude}",
            "{left: $client.version, op: starts_with, right: \"1.\"}", "{left: $session.era, op: eq, right: modern}",
            "{left: $ip, op: cidr, right: 192.0.2.0/24}", "{left: $server, op: eq, right: bank}",
            "{left: $tool.name, op: eq, right: transfer}",
            "{left: $tool.kind, op: eq, right: tool}", "{left: $tool.annotations.readOnlyHint, op: eq, right: false}",
            "{left: $time.date, op: eq, right: \"2026-11-25\"}", "{left: $time.clock, op: eq, right: \"16:45\"}",
            "{left: $time.hour, op: eq, right: 16}",
            "{left: $time.minute, op: eq, right: 45}", "{left: $time.weekday, op: eq, right: wed}",
            "{left: $time.now, op: eq, right: \"2026-11-25T16:45:00\"}",
        ])
    func context(condition: String) throws {
        #expect(try !Bench(allow: condition).denies("{}"))
        #expect(try Bench(deny: condition).denies("{}"))
    }

    @Test("time follows the set's zone, over midnight and before 1970")
    func zones() throws {
        let text = """
            timezone: "+09:30"
            rules:
              - id: r
                when: [{left: $time.now, op: eq, right: "2026-11-26T02:15:00"}, {left: $time.weekday, op: eq, right: thu}]
                effect: {decision: deny}
            """
        #expect(try Bench(text).denies("{}"))
        #expect(PolicyClock(-1, offset: 0).part("now") == .string("1969-12-31T23:59:59"))
        #expect(PolicyClock(951_782_400, offset: 0).part("date") == .string("2000-02-29"))
        #expect(PolicyClock(4_107_542_399, offset: 0).part("now") == .string("2100-02-28T23:59:59"))
    }

    @Test("an expression that would take other engines for ever is answered at once")
    func runaway() throws {
        let bench = try Bench(deny: #"{left: $args.a, op: matches, right: "^(a+)+$"}"#)
        #expect(!bench.denies(#"{"a":"\#(String(repeating: "a", count: 100_000))!"}"#))
    }

    @Test("many rules over one long text end in a denial, not in an event loop that is held up")
    func budget() throws {
        let rules = (0..<400).map {
            #"- {id: r\#($0), when: [{left: $args.a, op: matches, right: "x{\#($0 % 9 + 1)}y"}], effect: {decision: deny}}"#
        }
        let bench = try Bench("rules:\n" + rules.map { "  " + $0 }.joined(separator: "\n"))
        #expect(bench.verdict(#"{"a":"short"}"#).decision == .allow)
        let long = bench.verdict(#"{"a":"\#(String(repeating: "a", count: 100_000))"}"#)
        #expect(long.decision == .deny && long.failure != nil, "\(long)")
    }

    @Test("arguments with a key twice, and paths that lead to too much, are denied and not judged")
    func unreadable() throws {
        let bench = try Bench(allow: "{left: $args.a, op: eq, right: 1}")
        let twice = bench.verdict(#"{"a":1,"a":2}"#)
        #expect(twice.decision == .deny && twice.failure != nil && twice.reason == "the call cannot be judged")
        let many = try Bench(allow: "{left: '$args.a[*]', op: eq, right: 1}").verdict(
            "{\"a\":[\(String(repeating: "1,", count: 10_000))1]}")
        #expect(many.decision == .deny && many.failure != nil)
    }
}
