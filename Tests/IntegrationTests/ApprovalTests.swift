import Foundation
import PetaTestSupport
import Testing

/// Calls that a person has to approve, for clients of both eras, through the real binary.
@Suite("Approvals at work")
struct ApprovalTests {
    static let echo = #"{"text":"hi","n":1}"#

    private func runs(_ site: UpstreamSite) throws -> Int {
        try site.gateway.expect("server", "logs", "demo", "-n", "10000").split(separator: "\n").count { $0.contains("line 1 of 1") }
    }

    @Test("approved while it waits, a call is one ordinary call with signs of life", arguments: [false, true])
    func held(modern: Bool) throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(60)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.askFor("echo")
            let http = try RawHTTP(port: site.port)
            if modern {
                var call = ModernRequest.call("demo__echo", Self.echo)
                call.meta = [("progressToken", "7")]
                try call.send(over: http, alice)
            } else {
                let session = try site.open(token: alice)
                try http.send(
                    "POST", "/mcp", session.fields,
                    body: Array(
                        #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","arguments":\#(Self.echo),"_meta":{"progressToken":7}}}"#
                            .utf8))
            }
            let id = try site.waiting()
            #expect(try http.responseHead().status == 200)
            let sign = try #require(try http.message())
            #expect(sign["method"] as? String == "notifications/progress")
            let params = sign["params"] as? [String: Any]
            #expect(params?["progressToken"] as? Int == 7 && (params?["message"] as? String)?.contains(id) == true)
            #expect(try site.decide(id) == 200)
            var last: [String: Any]?
            while let message = try http.message() {
                last = message
                if message["result"] != nil { break }
            }
            let result = last?["result"] as? [String: Any]
            #expect((result?["content"] as? [[String: Any]])?.first?["text"] as? String == "hi")
            #expect(result?["isError"] as? Bool != true)
            let records = try site.records().filter { $0["method"] as? String == "tools/call" }
            #expect(records.count == 1 && records[0]["outcome"] as? String == "ok", "\(records)")
            #expect(records[0]["approvalId"] as? String == id && records[0]["decision"] as? String == "require_approval")
            let decided = try #require(try site.approvals("executed").first)
            #expect(decided["decidedBy"] as? String == "uid:\(getuid())" && decided["decisionReason"] as? String == "as agreed")
        }
    }

    @Test("a call that waits too long can be made again: it runs once when approved, and its answer is given again to later ones")
    func pending() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(0)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.askFor("stderr")
            let session = try site.open(token: alice)
            let first = try session.request("tools/call", #"{"name":"demo__stderr","arguments":{"lines":1}}"#)
            let told = try #require(first.structured)
            let id = try #require(told["approvalId"] as? String)
            #expect(first.result?["isError"] as? Bool == true && told["status"] as? String == "pending")
            #expect((told["expiresAt"] as? String)?.hasSuffix("Z") == true && told["resumeToken"] is String)
            #expect(first.toolText?.contains(id) == true)
            #expect(try site.waiting() == id)
            #expect(try runs(site) == 0)
            let status = try site.gateway.expect("status", "--json")
            #expect(status.replacing(" ", with: "").contains(#""pendingApprovals":1,"#), "\(status)")
            // Who says which request is meant is not asked for another one.
            let token = try #require(told["resumeToken"] as? String)
            for (arguments, given) in [(#"{"lines":2}"#, token), (#"{"lines":1}"#, "t1.AAAA")] {
                let wrong = try session.request(
                    "tools/call", #"{"name":"demo__stderr","arguments":\#(arguments),"_meta":{"io.peta/resumeToken":"\#(given)"}}"#)
                #expect(wrong.errorCode == -32602, "\(wrong.text)")
            }
            #expect(try site.approvals().count == 1)
            #expect(try site.decide(id) == 200)
            // Spelled otherwise it is the same call.
            for round in 0..<3 {
                let again = try session.request("tools/call", #"{"arguments":{"l\u0069nes":1.0e0},"name":"demo::stderr"}"#)
                #expect(again.toolText == "printed 1 lines" && again.result?["isError"] as? Bool != true, "\(round): \(again.text)")
            }
            // And for a client of the other era.
            let modern = try site.modern(.call("demo__stderr", #"{"lines":1}"#), token: alice)
            #expect(modern.toolText == "printed 1 lines" && modern.result?["resultType"] as? String == "complete")
            try eventually("it ran once") { try runs(site) == 1 }
            #expect(try site.decide(id) == 409, "twice")
            #expect(try site.decide(id, "deny") == 409, "against it")
            #expect(try site.decide("0123456789ab") == 404, "unknown")
            // Other arguments were not approved.
            let other = try session.request("tools/call", #"{"name":"demo__stderr","arguments":{"lines":2}}"#)
            #expect(other.structured?["status"] as? String == "pending")
            let outcomes = try site.records().filter { $0["tool"] as? String == "stderr" }.map { $0["outcome"] as? String }
            #expect(outcomes == ["pending", "denied", "denied", "ok", "ok", "ok", "ok", "pending"])
        }
    }

    @Test("a thousand simultaneous retries of one approved call run it once, and all get its answer")
    func thousand() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(30)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.askFor("stderr")
            let call = ModernRequest.call("demo__stderr", #"{"lines":1}"#)
            let first = try RawHTTP(port: site.port)
            try call.send(over: first, alice)
            let id = try site.waiting()
            // Half of them wait already when somebody says yes, the others come with it.
            let early = try (0..<500).map { _ in
                let http = try RawHTTP(port: site.port, limit: 60)
                try call.send(over: http, alice)
                return http
            }
            #expect(try site.decide(id) == 200)
            let late = try (0..<500).map { _ in
                let http = try RawHTTP(port: site.port, limit: 60)
                try call.send(over: http, alice)
                return http
            }
            let answers = try ([first] + early + late).map { try $0.response().toolText }
            #expect(answers.count == 1001 && answers.allSatisfy { $0 == "printed 1 lines" })
            try eventually("it ran once") { try runs(site) == 1 }
        }
    }

    @Test("a rejected call is not run by a retry, and its client learns why", arguments: [false, true])
    func rejected(modern: Bool) throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(60)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.askFor("stderr")
            let session = try site.open(token: alice)
            let call = ModernRequest.call("demo__stderr", #"{"lines":1}"#)
            let http = try RawHTTP(port: site.port)
            let body = Array(
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__stderr","arguments":{"lines":1}}}"#.utf8)
            func send() throws {
                if modern { try call.send(over: http, alice) } else { try http.send("POST", "/mcp", session.fields, body: body) }
            }
            try send()
            let id = try site.waiting()
            #expect(try site.decide(id, "deny", reason: "not today") == 200)
            for _ in 0..<2 {
                let answer = try http.response()
                #expect(answer.toolText == "Rejected by a reviewer: not today" && answer.result?["isError"] as? Bool == true)
                #expect(answer.structured?["status"] as? String == "rejected" && answer.structured?["approvalId"] as? String == id)
                try send()
            }
            _ = try http.response()
            #expect(try runs(site) == 0)
            #expect(try site.records().allSatisfy { $0["outcome"] as? String == "denied" && $0["approvalId"] as? String == id })
        }
    }

    @Test("another version of the policy, or none that asks, between approval and retry: nothing runs that was not approved in that form")
    func changedPolicy() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(0)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.askFor("stderr")
            let session = try site.open(token: alice)
            func call() throws -> HTTPResponse { try session.request("tools/call", #"{"name":"demo__stderr","arguments":{"lines":1}}"#) }
            let first = try #require(try call().structured?["approvalId"] as? String)
            #expect(try site.decide(first) == 200)
            try site.askFor("stderr", more: ", approvers: 2")
            let second = try call()
            #expect(second.structured?["status"] as? String == "pending" && second.structured?["approvalId"] as? String != first)
            try site.gateway.expect(
                "policy", "apply", "--name", "ask", "-f", "-",
                stdin: "rules: [{id: r, match: {tool: stderr}, effect: {decision: deny, reason: no more}}]")
            #expect(try call().toolText == "Denied by policy: no more")
            #expect(try runs(site) == 0)
            try site.gateway.expect("policy", "archive", "ask")
            #expect(try call().toolText == "printed 1 lines", "nobody has to be asked any more")
        }
    }

    @Test("a tool of danger level approval waits without any rule, also where a rule allows it; a level can be raised by its user alone")
    func danger() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(0)) { site in
            let (alice, bob) = (try site.user("alice", grants: ["demo"]), try site.user("bob", grants: ["demo"]))
            try site.gateway.expect("server", "tool", "set", "demo", "echo", "--danger", "approval")
            func status(_ tool: String, _ token: String) throws -> String? {
                let answer = try site.modern(.call("demo__\(tool)", #"{"text":"hi","a":1,"b":2}"#), token: token)
                return answer.result?["resultType"] as? String == "input_required" ? "asked" : answer.toolText
            }
            #expect(try status("echo", alice) == "asked")
            try site.gateway.expect(
                "policy", "apply", "--name", "open", "-f", "-", stdin: "rules: [{id: r, match: {tool: echo}, effect: {decision: allow}}]")
            #expect(try status("echo", alice) == "asked")
            let waiting = try #require(try site.approvals().first)
            #expect(waiting["rule"] as? String == "danger approval" && waiting["policyVersion"] as? Int == 0)
            #expect(try site.decide(try site.waiting()) == 200)
            #expect(try status("echo", alice) == "hi")
            // Raised by bob, for bob.
            let http = try RawHTTP(port: site.port)
            try http.send(
                "PATCH", "/user/preferences", [("Authorization", "Bearer \(bob)"), ("Content-Type", "application/json")],
                body: Array(#"{"preferences":[{"server":"demo","kind":"tool","name":"add","danger":"approval"}]}"#.utf8))
            let changed = try http.response()
            #expect(changed.status == 200, "\(changed.text)")
            #expect(try status("add", bob) == "asked")
            #expect(try status("add", alice) == #"{"sum":3}"#)
            try site.gateway.expect("server", "tool", "set", "demo", "echo", "--danger", "silent")
            #expect(try status("echo", alice) == "hi", "nobody has to be asked any more")
        }
    }

    @Test("a call of danger level notify runs, and reviewers see that it did")
    func notified() throws {
        try UpstreamSite.run { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.gateway.expect("server", "tool", "set", "demo", "echo", "--danger", "notify")
            #expect(try site.modern(.call("demo__echo", Self.echo), token: alice).toolText == "hi")
            let watch = try site.gateway.start("approve", "watch", "--json")
            try eventually("it is told") { watch.stdout.text.contains(#""notice""#) && watch.stdout.text.contains("echo") }
            watch.signal(SIGINT)
            try watch.wait()
        }
    }

    @Test("a right that is taken away while a call waits ends it like everything that does not exist")
    func lostRight() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(60)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.askFor("echo")
            let http = try RawHTTP(port: site.port)
            try ModernRequest.call("demo__echo", Self.echo).send(over: http, alice)
            let id = try site.waiting()
            try site.gateway.expect("user", "revoke", "alice", "demo")
            #expect(try site.decide(id) == 200)
            #expect(try http.response().isRefusal(400, -32602))
            try site.gateway.expect("user", "grant", "alice", "demo")
            // Nothing was run, so the approval still holds.
            #expect(try site.modern(.call("demo__echo", Self.echo), token: alice).toolText == "hi")
        }
    }

    @Test("nobody decides about a request of their own")
    func own() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(0)) { site in
            try site.askFor("echo")
            // The gateway's own user is its owner.
            let session = try site.open()
            _ = try session.request("tools/call", #"{"name":"demo__echo","arguments":\#(Self.echo)}"#)
            let id = try site.waiting()
            #expect(try site.decide(id) == 403 && site.decide(id, "deny") == 403)
            #expect(try site.approvals().count == 1)
        }
        try UpstreamSite.run(configuration: UpstreamSite.holding(0, "  selfApproval: true\n")) { site in
            try site.askFor("echo")
            let session = try site.open()
            _ = try session.request("tools/call", #"{"name":"demo__echo","arguments":\#(Self.echo)}"#)
            #expect(try site.decide(try site.waiting()) == 200)
            #expect(try session.request("tools/call", #"{"name":"demo__echo","arguments":\#(Self.echo)}"#).toolText == "hi")
        }
    }

    @Test("one user's flood ends at that user's limit, and leaves the others their place")
    func flood() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(0, "  pendingPerUser: 2\n")) { site in
            let (alice, bob) = (try site.user("alice", grants: ["demo"]), try site.user("bob", grants: ["demo"]))
            try site.askFor("echo")
            func status(_ number: Int, _ token: String) throws -> String? {
                let session = try site.open(token: token)
                return try session.request("tools/call", #"{"name":"demo__echo","arguments":{"text":"\#(number)"}}"#).structured?["status"]
                    as? String
            }
            #expect(try (0..<3).map { try status($0, alice) } == ["pending", "pending", nil])
            #expect(try status(0, bob) == "pending")
            let last = try #require(try site.records().first { $0["outcome"] as? String == "denied" })
            #expect((last["error"] as? String)?.contains("2 calls of this user wait") == true)
        }
    }

    @Test("prompts and resources wait too; a completion and a subscription, which cannot, are refused")
    func others() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(0)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.gateway.expect(
                "policy", "apply", "--name", "all", "-f", "-",
                stdin: "rules: [{id: r, match: {server: demo}, effect: {decision: require_approval, reason: all of it}}]")
            let session = try site.open(token: alice)
            for (method, params) in [
                ("prompts/get", #"{"name":"demo__greet","arguments":{"name":"Ada"}}"#),
                ("resources/read", #"{"uri":"demo::demo://readme"}"#),
            ] {
                let first = try session.request(method, params)
                let data = first.error?["data"] as? [String: Any]
                #expect(first.errorCode == -32603 && data?["status"] as? String == "pending", "\(method): \(first.text)")
                #expect(try site.decide(try site.waiting()) == 200)
                #expect(try session.request(method, params).result != nil, "\(method)")
            }
            let completion = try session.request(
                "completion/complete",
                #"{"ref":{"type":"ref/prompt","name":"demo__summarize"},"argument":{"name":"style","value":"s"}}"#)
            #expect(completion.errorCode == -32603, "\(completion.text)")
            #expect(try session.request("resources/subscribe", #"{"uri":"demo::demo://numbers"}"#).error != nil)
            #expect(try site.approvals().isEmpty)
        }
    }

    @Test("a client that gives up while it waits leaves the request to be decided", arguments: [false, true])
    func cancelled(modern: Bool) throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(60)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.askFor("echo")
            let session = try site.open(token: alice)
            let http = try RawHTTP(port: site.port)
            if modern {
                try ModernRequest.call("demo__echo", Self.echo).send(over: http, alice)
            } else {
                try http.send(
                    "POST", "/mcp", session.fields,
                    body: Array(
                        #"{"jsonrpc":"2.0","id":77,"method":"tools/call","params":{"name":"demo__echo","arguments":\#(Self.echo)}}"#.utf8))
            }
            let id = try site.waiting()
            if modern {
                http.close()
            } else {
                _ = try session.post(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}"#)
            }
            try eventually("it is recorded") { try site.records().contains { $0["outcome"] as? String == "cancelled" } }
            #expect(try site.decide(id) == 200)
            #expect(try session.request("tools/call", #"{"name":"demo__echo","arguments":\#(Self.echo)}"#).toolText == "hi")
        }
    }

    @Test("reviewers see arguments without what looks like a secret and without what is long; seeing all is recorded")
    func shaded() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(0)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.askFor("echo")
            let long = String(repeating: "x", count: 1000)
            let session = try site.open(token: alice)
            let arguments = #"{"text":"\#(long)","password":"PLANTED-1","nested":{"api_key":"PLANTED-2"},"n":5}"#
            _ = try session.request("tools/call", #"{"name":"demo__echo","arguments":\#(arguments)}"#)
            let id = try site.waiting()
            let shown = try site.admin("GET", "/v1/approvals/\(id)").1
            let text = "\(shown)"
            #expect(shown["argumentsCut"] as? Bool == true && !text.contains("PLANTED") && !text.contains(long) && text.contains("[hidden"))
            #expect(try !"\(site.approvals())".contains("PLANTED"))
            let full = try site.admin("GET", "/v1/approvals/\(id)?full=true").1
            #expect("\(full)".contains("PLANTED-1") && full["argumentsCut"] as? Bool == false)
            let acts = try site.gateway.expect("audit", "tail", "-n", "50", "--json")
            #expect(acts.contains("/v1/approvals/{id}") && !acts.contains("PLANTED"))
            #expect(!site.gateway.log.contains("PLANTED"))
        }
    }
}
