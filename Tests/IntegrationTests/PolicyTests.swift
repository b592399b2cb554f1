import Foundation
import PetaTestSupport
import Testing

/// What policy does to calls that the rights allow, for clients of both eras.
@Suite("Policy at work")
struct PolicyTests {
    private func apply(_ site: UpstreamSite, _ rules: String, name: String = "test") throws {
        try site.gateway.expect("policy", "apply", "--name", name, "-f", "-", stdin: rules)
    }

    private func call(_ session: MCPConnection, _ tool: String, _ arguments: String) throws -> HTTPResponse {
        try session.request("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#)
    }

    private static func denied(_ response: HTTPResponse) -> String? {
        guard response.result?["isError"] as? Bool == true, let text = response.toolText, text.hasPrefix("Denied by policy") else {
            return nil
        }
        return text
    }

    @Test("a rule decides on the arguments, the client is told why, and the record names rule and version")
    func content() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            #expect(try call(session, "demo__echo", #"{"text":"rm -rf /"}"#).toolText == "rm -rf /")
            try apply(
                site,
                """
                rules:
                  - id: no-rm
                    match: {server: demo, tool: echo}
                    when: [{left: $args.text, op: matches, right: "^rm "}]
                    effect: {decision: deny, reason: removes files}
                """)
            // The session is open all the while.
            #expect(try Self.denied(call(session, "demo__echo", #"{"text":"rm -rf /"}"#)) == "Denied by policy: removes files")
            #expect(try call(session, "demo__echo", #"{"text":"ls"}"#).toolText == "ls")
            // An escaped spelling is the same text.
            #expect(try Self.denied(call(session, "demo__echo", #"{"\u0074ext":"\u0072m x"}"#)) != nil)
            // What cannot be read is not let through.
            #expect(try Self.denied(call(session, "demo__echo", "{}")) != nil)
            let modern = try site.modern(.call("demo__echo", #"{"text":"rm x"}"#))
            #expect(modern.status == 200 && Self.denied(modern) != nil && modern.result?["resultType"] as? String == "complete")
            let record = try #require(try site.records().last { $0["outcome"] as? String == "denied" })
            #expect(record["rule"] as? String == "test/no-rm" && record["decision"] as? String == "deny")
            #expect(record["error"] as? String == "removes files" && record["detail"] as? String == "test@1")
            try site.gateway.expect("policy", "archive", "test")
            #expect(try call(session, "demo__echo", #"{"text":"rm x"}"#).toolText == "rm x")
        }
    }

    @Test("a rule on the workspace meets the users of that workspace, also when one moves there")
    func workspace() throws {
        try UpstreamSite.run { site in
            let alice = try site.user("alice", grants: ["demo"])
            try apply(
                site,
                "rules: [{id: r, when: [{left: $user.workspace, op: eq, right: finance}], effect: {decision: deny, reason: closed}}]")
            func said() throws -> String? { try site.modern(.call("demo__echo", #"{"text":"a"}"#), token: alice).toolText }
            #expect(try said() == "a")
            try site.gateway.expect("user", "update", "alice", "--workspace", "finance")
            #expect(try said() == "Denied by policy: closed")
            let tested = try site.gateway.expect(
                "policy", "test", "--user", "alice", "--tool", "demo::echo", "--args", #"{"text":"a"}"#, "--json")
            #expect(tested.contains(#""decision": "deny""#) || tested.contains(#""decision":"deny""#), "\(tested)")
        }
    }

    @Test("arguments with a key twice are not judged, and so not let through where a rule looks at them")
    func twice() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            try apply(
                site,
                "rules: [{id: r, match: {tool: echo}, when: [{left: $args.text, op: eq, right: bad}], effect: {decision: deny, reason: x}}]"
            )
            let response = try call(session, "demo__echo", #"{"text":"good","text":"bad"}"#)
            #expect(response.toolText != "good" && response.toolText != "bad", "\(response.text)")
        }
    }

    @Test("rights come first: what a user may not use looks the same with and without a rule for it")
    func rights() throws {
        try UpstreamSite.run { site in
            try site.gateway.addDemo("secret")
            let alice = try site.user("alice", grants: ["demo"])
            let before = try site.modern(.call("secret__echo", #"{"text":"a"}"#), token: alice).comparable
            try apply(site, "rules: [{id: r, effect: {decision: deny, reason: told}}]")
            #expect(try site.modern(.call("secret__echo", #"{"text":"a"}"#), token: alice).comparable == before)
            #expect(try site.modern(.call("demo__echo", #"{"text":"a"}"#), token: alice).toolText == "Denied by policy: told")
        }
    }

    @Test("a subscription that stands when a policy comes is told nothing more, and again when the policy goes")
    func standing() throws {
        try UpstreamSite.run { site in
            let (session, worker) = (try site.open(), try site.open())
            let stream = try session.openStream()
            #expect(try session.request("resources/subscribe", #"{"uri":"demo::demo://numbers"}"#).result != nil)
            func updates() throws -> Int {
                _ = try worker.call("demo__grow")
                // The list is read before its change is told, so this comes behind the other.
                var seen = 0
                while let message = try stream.message() {
                    if message["method"] as? String == "notifications/resources/updated" { seen += 1 }
                    if message["method"] as? String == "notifications/tools/list_changed" { break }
                }
                return seen
            }
            try eventually("changes are told") { try updates() > 0 }
            try apply(site, "rules: [{id: r, match: {resource: \"demo://numbers\"}, effect: {decision: deny, reason: x}}]")
            _ = try updates()
            #expect(try updates() == 0)
            try site.gateway.expect("policy", "archive", "test")
            try eventually("they are told again") { try updates() > 0 }
        }
    }

    @Test("prompts, resources, completions and subscriptions are judged too")
    func others() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            try apply(site, "rules: [{id: r, match: {user: owner}, effect: {decision: deny, reason: closed}}]")
            for (method, params) in [
                ("prompts/get", #"{"name":"demo__greet","arguments":{"name":"a"}}"#),
                ("resources/read", #"{"uri":"demo::demo://readme"}"#),
                ("completion/complete", #"{"ref":{"type":"ref/prompt","name":"demo__greet"},"argument":{"name":"name","value":"a"}}"#),
            ] {
                let response = try session.request(method, params)
                #expect(response.error?["message"] as? String == "Denied by policy: closed", "\(method): \(response.text)")
            }
            let rules = try site.records().filter { $0["outcome"] as? String == "denied" }.compactMap { $0["rule"] as? String }
            #expect(rules == ["test/r", "test/r", "test/r"], "\(rules)")
            let watch = try session.request("resources/subscribe", #"{"uri":"demo::demo://readme"}"#)
            #expect(watch.error != nil)
        }
    }

    @Test("where the default is to deny, a rule has to allow a call")
    func byDefault() throws {
        try UpstreamSite.run(configuration: "policy:\n  default: deny\n") { site in
            let session = try site.open()
            #expect(try Self.denied(call(session, "demo__add", #"{"a":1,"b":2}"#)) == "Denied by policy: no rule allows it")
            try apply(
                site,
                """
                rules:
                  - id: small
                    match: {tool: add}
                    when: [{left: $args.a, op: lt, right: 10}]
                    effect: {decision: allow}
                """)
            #expect(try call(session, "demo__add", #"{"a":1,"b":2}"#).toolText == #"{"sum":3}"#)
            #expect(try Self.denied(call(session, "demo__add", #"{"a":10,"b":2}"#)) != nil)
            #expect(try Self.denied(call(session, "demo__add", #"{"b":2}"#)) != nil)
            let rules = try site.records().compactMap { $0["rule"] as? String }
            #expect(rules == ["policy default", "test/small", "policy default", "policy default"], "\(rules)")
        }
    }

    @Test("labels, client and address of the caller are known to rules")
    func caller() throws {
        try UpstreamSite.run { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.gateway.expect("user", "update", "alice", "--label", "team=red")
            try apply(
                site,
                """
                rules:
                  - id: red
                    match: {labels: {team: red}}
                    when: [{left: $ip, op: cidr, right: 127.0.0.0/8}, {left: $session.era, op: eq, right: modern}]
                    effect: {decision: deny, reason: red}
                """)
            #expect(try site.modern(.call("demo__echo", #"{"text":"a"}"#), token: alice).toolText == "Denied by policy: red")
            #expect(try site.modern(.call("demo__echo", #"{"text":"a"}"#)).toolText == "a")
            #expect(try call(site.open(token: alice), "demo__echo", #"{"text":"a"}"#).toolText == "a")
        }
    }
}
