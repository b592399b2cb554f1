import Foundation
import PetaTestSupport
import Testing

/// What one user takes is not taken from the others, and what is refused for want of room is not lost.
@Suite("Upstream: shares of users", .serialized)
struct UpstreamShareTests {
    private static let roots = #"{"roots":[]}"#

    @Test("a user whose sessions hold all the connections that are its share is refused, and another user is served")
    func ways() throws {
        try UpstreamSite.run(demo: nil) { site in
            try site.gateway.addDemo("own", options: ["--isolation", "session"])
            let ada = try site.user("ada", grants: ["own"])
            let bob = try site.user("bob", grants: ["own"])
            let echo = #"{"text":"a"}"#
            let sessions = try (0..<64).map { _ in try site.open(token: ada) }
            for session in sessions { #expect(try session.callText("own__echo", echo) == "a") }
            let late = try site.open(token: ada)
            let refused = try late.request("tools/call", #"{"name":"own__echo","arguments":\#(echo)}"#)
            #expect(refused.status == 503 && refused.errorCode == -32603 && refused["retry-after"] != nil, "\(refused.text)")
            #expect(try site.modern(.call("own__echo", echo), token: ada).status == 503)
            #expect(try site.open(token: bob).callText("own__echo", echo) == "a")
            #expect(try site.modern(.call("own__echo", echo), token: bob).toolText == "a")
            // A session that ends makes room.
            _ = try sessions[0].end()
            try eventually("there is room") {
                try late.request("tools/call", #"{"name":"own__echo","arguments":\#(echo)}"#).toolText == "a"
            }
            for session in sessions + [late] { session.http.close() }
        }
    }

    @Test("answers that meet a busy gateway can be brought again, and are then used once")
    func busy() throws {
        let rig = try DownstreamRig()
        #expect(try rig.addBad(options: ["--max-concurrent", "1"]).status == 0)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let arguments = #"{"count":1}"#
        let questions = try UpstreamStateTests.Questions(try site.modern(UpstreamStateTests.call("bad__ask", arguments)))
        let back = UpstreamStateTests.call("bad__ask", arguments, more: questions.answers(Self.roots))
        let other = try rig.client()
        try other.sendCall("bad__sleep", #"{"ms":3000}"#)
        try eventually("it sleeps") { rig.noted("calls").contains("sleep") }
        for _ in 0..<3 {
            let refused = try site.modern(back)
            #expect(refused.status == 503 && refused.errorCode == -32603, "\(refused.status) \(refused.text)")
        }
        #expect(try other.http.response().toolText == "slept")
        #expect(try site.modern(back).toolText == #"["ok"]"#)
        #expect(try site.modern(back).isRefusal(400, -32602))
        let asked = try rig.records().filter { $0["method"] as? String == "roots/list" }.compactMap { $0["outcome"] as? String }
        #expect(asked == ["pending", "ok"])
        other.http.close()
        try rig.finish()
    }

    @Test("a call that waits for its client when the gateway stops leaves a last record, and its server is told")
    func parked() throws {
        var gateway = try Gateway()
        let state = try TemporaryDirectory()
        let script = PetaBinary.sourceRoot + "/Tests/Peers/bad_stdio.py"
        try gateway.expect("server", "add", "bad", "--", try PythonPeer.command("python"), "-S", "-E", script, "--state", state.path)
        let site = UpstreamSite(gateway: gateway, token: try gateway.token())
        _ = try UpstreamStateTests.Questions(try site.modern(UpstreamStateTests.call("bad__ask", #"{"count":1}"#)))
        let first = try #require(
            try site.records().last { $0["outcome"] as? String == "pending" && $0["method"] as? String == "tools/call" })
        try gateway.stop()
        gateway = try gateway.restarted()
        let records = try UpstreamSite(gateway: gateway, token: "").records()
        let last = records.filter { ($0["detail"] as? String)?.hasPrefix("waited for the client since request") == true }
        #expect(last.count == 1 && last.first?["outcome"] as? String == "stopped", "\(records)")
        #expect(last.first?["tool"] as? String == "ask")
        #expect((last.first?["detail"] as? String)?.hasSuffix(first["requestId"] as? String ?? "?") == true, "\(last) \(first)")
        #expect(
            records.filter { $0["method"] as? String == "roots/list" }.compactMap { $0["outcome"] as? String } == ["pending", "cancelled"])
        let methods = try String(contentsOfFile: state.path("methods"), encoding: .utf8)
        #expect(methods.contains("notifications/cancelled"), "\(methods)")
        try gateway.stop()
    }

    @Test("a server that is lost while its call waits is told to the client that comes back")
    func lost() throws {
        let rig = try DownstreamRig()
        #expect(try rig.addBad().status == 0)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let arguments = #"{"ms":300}"#
        let questions = try UpstreamStateTests.Questions(try site.modern(UpstreamStateTests.call("bad__ask_and_die", arguments)))
        let pid = try #require(rig.noted("starts").last.flatMap { Int32($0) })
        try eventually("it is dead") { kill(pid, 0) != 0 }
        let response = try site.modern(UpstreamStateTests.call("bad__ask_and_die", arguments, more: questions.answers(Self.roots)))
        #expect(response.errorCode == -32603, "\(response.status) \(response.text)")
        #expect(try rig.outcomes("ask_and_die").contains("lost"))
        try rig.finish()
    }

    @Test("who is refused access leaves a trace, and cannot fill the audit")
    func refusedAccess() throws {
        try UpstreamSite.run { site in
            let body = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
            for number in 0..<60 {
                let fields = number % 2 == 0 ? site.plainFields(without: "Authorization") : site.plainFields(token: "peta_nonsense")
                let http = try RawHTTP(port: site.port)
                try http.send("POST", "/mcp", fields, body: Array(body.utf8))
                #expect(try http.response().status == 401)
                http.close()
            }
            let mine = try site.open()
            let bob = try site.user("bob", grants: ["demo"])
            let http = try RawHTTP(port: site.port)
            let fields = site.plainFields(token: bob) + [("Mcp-Session-Id", try #require(mine.session))]
            try http.send("POST", "/mcp", fields, body: Array(body.utf8))
            #expect(try http.response().status == 404)
            let records = try site.records().filter { $0["rule"] as? String == "no access" }
            #expect(records.count == 17, "\(records.count)")
            #expect(records.allSatisfy { $0["outcome"] as? String == "denied" && $0["address"] as? String == "127.0.0.1" })
            #expect(records.dropLast().allSatisfy { $0["user"] == nil })
            #expect(records.last?["user"] as? String == "bob")
            #expect(records.last?["detail"] as? String == "44 more refusals before it were not recorded")
            #expect(!"\(records)".contains("nonsense"))
        }
    }

    @Test("what changes in the modern form alone is told to modern clients alone")
    func modernForm() throws {
        let rig = try DownstreamRig()
        #expect(try rig.addBad().status == 0)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let session = try rig.client()
        let stream = try session.openStream()
        let http = try RawHTTP(port: site.port)
        try ModernRequest("subscriptions/listen", #""notifications":{"toolsListChanged":true}"#).send(over: http, rig.token)
        #expect(try http.responseHead().status == 200)
        #expect(try http.message()?["method"] as? String == "notifications/subscriptions/acknowledged")
        // A schema of something other than an object is not shown to the legacy era.
        for (number, schema) in [#"{"type":"array"}"#, #"{"type":"object"}"#].enumerated() {
            _ = try rig.state.write(schema, to: "output")
            try rig.gateway.expect("server", "stop", "bad")
            try rig.gateway.expect("server", "start", "bad")
            #expect(try http.message()?["method"] as? String == "notifications/tools/list_changed", "\(number)")
        }
        try eventually("the lists are new") { try session.request("tools/list").text.contains("outputSchema") }
        #expect(try stream.message()?["method"] as? String == "notifications/tools/list_changed")
        try rig.gateway.addDemo()
        // The first change was not told: behind the second comes that of the new server.
        #expect(try stream.message()?["method"] as? String == "notifications/tools/list_changed")
        #expect(try stream.message()?["method"] as? String == "notifications/prompts/list_changed")
        for connection in [stream, http, session.http] { connection.close() }
        try rig.finish()
    }
}
