import Foundation
import PetaTestSupport
import Testing

/// Approvals over more than one request, and over the end of the gateway.
@Suite("Approvals over time")
struct ApprovalRoundTripTests {
    private static func arguments(_ directory: TemporaryDirectory, hold: Int) throws -> [String] {
        ["--config", try directory.write(UpstreamSite.holding(hold), to: "peta.yaml")]
    }

    @Test("a client of the modern era comes back by its state until the decision is there, and at last by itself")
    func rounds() throws {
        try UpstreamSite.run(configuration: UpstreamSite.holding(0)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            try site.askFor("echo")
            func call(_ state: String?) throws -> HTTPResponse {
                var request = ModernRequest.call("demo__echo", #"{"text":"hi"}"#)
                if let state { request.params += #","requestState":"\#(state)""# }
                return try site.modern(request, token: alice)
            }
            var state: String?
            for round in 0..<8 {
                let answer = try call(state)
                #expect(answer.result?["resultType"] as? String == "input_required", "\(round): \(answer.text)")
                #expect(answer.result?["inputRequests"] == nil)
                let next = answer.result?["requestState"] as? String
                #expect(next != nil && next != state)
                state = next
            }
            let last = try call(state)
            #expect(last.structured?["status"] as? String == "pending" && last.result?["resultType"] as? String == "complete")
            let fresh = try #require(try call(nil).result?["requestState"] as? String)
            #expect(try site.decide(try site.waiting()) == 200)
            #expect(try call(fresh).toolText == "hi")
        }
    }

    @Test("an approved call whose server asks its client goes on with the answers, once", arguments: [false, true])
    func asked(modernServer: Bool) throws {
        let directory = try TemporaryDirectory()
        let gateway = try Gateway(arguments: try Self.arguments(directory, hold: 30), directory: directory)
        let site = UpstreamSite(gateway: gateway, token: try gateway.token())
        let line = try PythonPeer.commandLine("square_server.py", ["--era", modernServer ? "modern" : "legacy"])
        #expect(try gateway.peta(["server", "add", "sq", "--"] + line).status == 0)
        let alice = try site.user("alice", grants: ["sq"])
        try site.askFor("ask_form")
        let call = UpstreamStateTests.call("sq__ask_form", #"{"message":"Who?"}"#)
        let http = try RawHTTP(port: site.port)
        try call.send(over: http, alice)
        let id = try site.waiting()
        #expect(try site.decide(id) == 200)
        let questions = try UpstreamStateTests.Questions(try http.response())
        #expect(questions.asked.count == 1)
        // A retry without the answers is not another run.
        #expect(try site.approvals("executing").count == 1)
        let back = questions.answers(UpstreamStateTests.accept)
        let answered = try site.modern(UpstreamStateTests.call("sq__ask_form", #"{"message":"Who?"}"#, more: back), token: alice)
        #expect(answered.toolText?.contains(#""name": "Ada""#) == true, "\(answered.text)")
        #expect(try site.approvals("executed").count == 1)
        let again = try site.modern(call, token: alice)
        #expect(again.toolText == answered.toolText)
        #expect(
            try site.modern(UpstreamStateTests.call("sq__ask_form", #"{"message":"Who?"}"#, more: back), token: alice).isRefusal(
                400, -32602))
        try gateway.stop()
    }

    @Test("killed while an approved call runs: it is failed as interrupted, its intent is in the audit, and no retry runs it")
    func killedWhileRunning() throws {
        let directory = try TemporaryDirectory()
        let settings = try Self.arguments(directory, hold: 30)
        var gateway = try Gateway(arguments: settings, directory: directory)
        try gateway.addDemo()
        var site = UpstreamSite(gateway: gateway, token: try gateway.token())
        let alice = try site.user("alice", grants: ["demo"])
        try site.askFor("sleep")
        let http = try RawHTTP(port: site.port)
        try ModernRequest.call("demo__sleep", #"{"ms":600000}"#).send(over: http, alice)
        let id = try site.waiting()
        #expect(try site.decide(id) == 200)
        try eventually("it runs") { try site.approvals("executing").count == 1 }
        try gateway.kill()
        for _ in 0..<2 {
            gateway = try gateway.restarted()
            site = UpstreamSite(gateway: gateway, token: site.token)
            let retry = try site.modern(.call("demo__sleep", #"{"ms":600000}"#), token: alice)
            #expect(retry.structured?["status"] as? String == "failed" && retry.toolText?.contains("interrupted") == true, "\(retry.text)")
            let failed = try #require(try site.approvals("failed").first)
            #expect(failed["id"] as? String == id && failed["failure"] as? String == "interrupted")
            try gateway.kill()
        }
        gateway = try gateway.restarted()
        site = UpstreamSite(gateway: gateway, token: site.token)
        #expect(try site.records().contains { $0["outcome"] as? String == "stopped" && $0["approvalId"] as? String == id })
        try gateway.stop()
    }

    @Test("killed while calls wait: what waited waits, what was approved runs, and nothing runs twice")
    func killedWhileWaiting() throws {
        let directory = try TemporaryDirectory()
        var gateway = try Gateway(arguments: try Self.arguments(directory, hold: 0), directory: directory)
        try gateway.addDemo()
        var site = UpstreamSite(gateway: gateway, token: try gateway.token())
        let alice = try site.user("alice", grants: ["demo"])
        try site.askFor("echo")
        func call(_ text: String) throws -> HTTPResponse {
            try site.open(token: alice).request("tools/call", #"{"name":"demo__echo","arguments":{"text":"\#(text)"}}"#)
        }
        let first = try #require(try call("first").structured?["approvalId"] as? String)
        let second = try #require(try call("second").structured?["approvalId"] as? String)
        #expect(try site.decide(first) == 200)
        try gateway.kill()
        gateway = try gateway.restarted()
        site = UpstreamSite(gateway: gateway, token: site.token)
        #expect(try call("first").toolText == "first")
        #expect(try call("second").structured?["approvalId"] as? String == second)
        #expect(try site.decide(second) == 200)
        #expect(try call("second").toolText == "second")
        try gateway.kill()
        gateway = try gateway.restarted()
        site = UpstreamSite(gateway: gateway, token: site.token)
        #expect(try call("first").toolText == "first", "the kept result")
        #expect(try site.records().count { $0["downstreamMs"] != nil } == 2)
        try gateway.stop()
    }

    @Test("a server that cannot be reached has not run the call: the approval holds for the next retry")
    func unreachable() throws {
        let directory = try TemporaryDirectory()
        let gateway = try Gateway(arguments: try Self.arguments(directory, hold: 0), directory: directory)
        try gateway.addDemo()
        let site = UpstreamSite(gateway: gateway, token: try gateway.token())
        let alice = try site.user("alice", grants: ["demo"])
        try site.askFor("echo")
        let session = try site.open(token: alice)
        func call() throws -> HTTPResponse { try session.request("tools/call", #"{"name":"demo__echo","arguments":{"text":"hi"}}"#) }
        _ = try call()
        #expect(try site.decide(try site.waiting()) == 200)
        try gateway.expect("server", "disable", "demo")
        #expect(try call().error != nil)
        try gateway.expect("server", "enable", "demo")
        #expect(try call().toolText == "hi")
        try gateway.stop()
    }

    @Test("a client that has tasks gets one, and its looks set the approved call going", arguments: [false, true])
    func tasks(modernServer: Bool) throws {
        try UpstreamSite.run(demo: modernServer ? ["--modern"] : [], configuration: UpstreamSite.holding(0)) { site in
            let alice = try site.user("alice", grants: ["demo"])
            let eve = try site.user("eve", grants: ["demo"])
            let able = #"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#
            func request(_ method: String, _ params: String, _ name: String) -> ModernRequest {
                ModernRequest(method, params, name: name).with(envelope: "clientCapabilities", able)
            }
            func look(_ id: String, _ method: String = "tasks/get", token: String? = nil) throws -> HTTPResponse {
                try site.modern(request(method, #""taskId":"\#(id)""#, id), token: token ?? alice)
            }
            #expect(try look("t1.AAAA").status == 404, "nobody has tasks")
            try site.askFor("stderr, echo")
            let discovered = try site.modern(ModernRequest("server/discover"), token: alice)
            #expect(discovered.text.contains("io.modelcontextprotocol/tasks"))
            func call(_ tool: String, _ arguments: String) throws -> String {
                let answer = try site.modern(
                    request("tools/call", #""name":"demo__\#(tool)","arguments":\#(arguments)"#, "demo__\(tool)"), token: alice)
                #expect(
                    answer.result?["resultType"] as? String == "task" && answer.result?["status"] as? String == "working", "\(answer.text)")
                #expect(answer.result?["ttlMs"] is Int && answer.result?["pollIntervalMs"] is Int && answer.result?["createdAt"] is String)
                return try #require(answer.result?["taskId"] as? String)
            }
            let task = try call("stderr", #"{"lines":1.0}"#)
            #expect(try look(task).result?["status"] as? String == "working")
            #expect(try look(task, token: eve).isRefusal(400, -32602), "another user's")
            #expect(try look(task, "tasks/update").result?["resultType"] as? String == "complete")
            #expect(try site.decide(try site.waiting()) == 200)
            var last: [String: Any]?
            try eventually("it has run") {
                last = try look(task).result
                return last?["status"] as? String == "completed"
            }
            let result = last?["result"] as? [String: Any]
            #expect((result?["content"] as? [[String: Any]])?.first?["text"] as? String == "printed 1 lines", "\(last ?? [:])")
            try eventually("it ran once") {
                try site.gateway.expect("server", "logs", "demo", "-n", "100").split(separator: "\n").count { $0.contains("line 1 of 1") }
                    == 1
            }
            let rejected = try call("echo", #"{"text":"no"}"#)
            #expect(try site.decide(try site.waiting(), "deny", reason: "no") == 200)
            let refused = try look(rejected).result?["result"] as? [String: Any]
            #expect(refused?["isError"] as? Bool == true && "\(refused ?? [:])".contains("Rejected by a reviewer: no"))
            let dropped = try call("echo", #"{"text":"never mind"}"#)
            #expect(try look(dropped, "tasks/cancel").result?["resultType"] as? String == "complete")
            #expect(try look(dropped).result?["status"] as? String == "failed")
            #expect(try site.approvals().isEmpty)
        }
    }

    @Test("a gateway that stops lets nobody wait, and the request is there when it is back")
    func stopped() throws {
        let directory = try TemporaryDirectory()
        var gateway = try Gateway(
            arguments: ["--config", try directory.write(UpstreamSite.holding(300, "shutdown:\n  drainSeconds: 0\n"), to: "peta.yaml")],
            directory: directory)
        try gateway.addDemo()
        var site = UpstreamSite(gateway: gateway, token: try gateway.token())
        let alice = try site.user("alice", grants: ["demo"])
        try site.askFor("echo")
        let http = try RawHTTP(port: site.port)
        try ModernRequest.call("demo__echo", #"{"text":"hi"}"#).send(over: http, alice)
        let id = try site.waiting()
        try gateway.stop()
        gateway = try gateway.restarted()
        site = UpstreamSite(gateway: gateway, token: site.token)
        #expect(try site.waiting() == id)
        #expect(try site.records().contains { $0["outcome"] as? String == "stopped" && $0["approvalId"] as? String == id })
        try gateway.stop()
    }
}
