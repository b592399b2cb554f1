import Foundation
import PetaTestSupport
import Testing

/// Servers that ask too much, at the wrong time or of the wrong one, and clients that answer what they were not asked. `bad_stdio.py` asks.
@Suite("Upstream: servers that ask without measure")
struct UpstreamAskingTests {
    private typealias Questions = UpstreamStateTests.Questions

    private static let roots = #"{"roots":[]}"#

    private static func site(_ rig: DownstreamRig) throws -> UpstreamSite {
        guard try rig.addBad().status == 0 else { throw TestFailure("bad_stdio.py was not added") }
        return UpstreamSite(gateway: rig.gateway, token: rig.token)
    }

    /// A session that can be asked.
    private static func session(_ site: UpstreamSite, token: String? = nil) throws -> MCPConnection {
        let made = try MCPConnection(port: site.port, token: token ?? site.token)
        try made.initialize(capabilities: UpstreamStateTests.able)
        return made
    }

    /// Outcomes that the tool `ask` lists, by how often each came.
    private static func outcomes(_ text: String?) throws -> [String: Int] {
        let list = try JSONSerialization.jsonObject(with: Data((text ?? "").utf8)) as? [Any] ?? []
        return Dictionary(list.map { ("\($0)", 1) }, uniquingKeysWith: +)
    }

    @Test("of 300 questions one after the other, a legacy client is asked 256, and the call ends")
    func endless() throws {
        let rig = try DownstreamRig()
        let site = try Self.site(rig)
        let session = try Self.session(site)
        let side = try site.beside(session)
        try session.sendCall("bad__ask", #"{"count":300}"#)
        #expect(try session.http.responseHead().status == 200)
        var asked = 0
        var result: [String: Any]?
        while let message = try session.http.message() {
            guard message["method"] as? String == "roots/list", let id = message["id"] else {
                result = message["result"] as? [String: Any]
                continue
            }
            asked += 1
            #expect(try side.post(#"{"jsonrpc":"2.0","id":\#(id),"result":\#(Self.roots)}"#).status == 202)
        }
        #expect(asked == 256)
        let text = (result?["content"] as? [[String: Any]])?.first?["text"] as? String
        #expect(try Self.outcomes(text) == ["ok": 256, "-32603": 44])
        // Of those that were refused the first are in the audit; the rest does not fill it.
        #expect(try rig.records().filter { $0["method"] as? String == "roots/list" && $0["outcome"] as? String == "denied" }.count == 16)
        session.http.close()
        side.http.close()
        try rig.finish()
    }

    @Test("an HTTP server that asks thousands of times, hugely, for scripts or in answers to nobody is refused, and others go on")
    func overHTTP() throws {
        let rig = try DownstreamRig()
        let peer = try PythonPeer.start("bad_http.py")
        try rig.gateway.expect("server", "add", "bad", "--url", try peer.stdout.line(0))
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let (session, other) = (try Self.session(site), try Self.session(site))
        let script = #"{"mode":"url","message":"m","elicitationId":"e","url":"javascript:alert(1)"}"#
        for (arguments, told) in [
            (#"{"count":1,"size":2097152}"#, "[-32602]"), (#"{"count":3,"params":\#(script)}"#, "[-32602, -32602, -32602]"),
        ] {
            #expect(try session.callText("bad__ask", arguments) == told, "\(arguments)")
        }
        // Who answers what nobody asked there has not answered.
        #expect(try session.callError("bad__ask", #"{"count":1,"foreign":200}"#).code == -32603)
        let before = rig.gateway.residentBytes
        try session.sendCall("bad__ask", #"{"count":5000,"waits":false,"size":1000}"#)
        #expect(try other.callText("bad__echo", #"{"text":"on"}"#) == "on")
        #expect(try session.http.responseHead().status == 200)
        var methods: [String] = []
        var last: [String: Any]?
        while let message = try session.http.message() {
            last = message
            if let method = message["method"] as? String { methods.append(method) }
        }
        // What it was asked before the end is taken back.
        let counts = Dictionary(methods.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts["elicitation/create", default: 0] <= 64, "\(counts)")
        #expect(Set(counts.keys).isSubset(of: ["elicitation/create", "notifications/cancelled"]), "\(counts)")
        #expect((last?["error"] as? [String: Any])?["code"] as? Int == -32603, "\(last ?? [:])")
        #expect(rig.gateway.residentBytes - before < 48 << 20)
        #expect(try session.callText("bad__echo", #"{"text":"still"}"#) == "still")
        let refused = try rig.records().filter { $0["method"] as? String == "elicitation/create" && $0["outcome"] as? String == "denied" }
        #expect((4...24).contains(refused.count), "\(refused.count)")
        session.http.close()
        other.http.close()
        try rig.finish()
        peer.signal(SIGKILL)
    }

    @Test("of 90 questions at once no more than 64 are open, and a modern client can answer those")
    func together() throws {
        let rig = try DownstreamRig()
        let site = try Self.site(rig)
        let arguments = #"{"count":90,"together":true}"#
        var questions = try Questions(try site.modern(UpstreamStateTests.call("bad__ask", arguments)))
        var asked = questions.asked.count
        var response = try site.modern(UpstreamStateTests.call("bad__ask", arguments, more: questions.answers(Self.roots)))
        // They may not all have come by the time of the first answer.
        while response.result?["resultType"] as? String == "input_required" {
            questions = try Questions(response)
            #expect(questions.asked.count <= 64)
            asked += questions.asked.count
            response = try site.modern(UpstreamStateTests.call("bad__ask", arguments, more: questions.answers(Self.roots)))
        }
        let outcomes = try Self.outcomes(response.toolText)
        #expect(outcomes["ok"] == asked && asked + (outcomes["-32603"] ?? 0) == 90, "\(asked) \(outcomes)")
        try rig.finish()
    }

    @Test(
        "a question of 2 MiB is refused, the server told so, and nobody asked", arguments: ["elicitation/create", "sampling/createMessage"])
    func large(method: String) throws {
        let rig = try DownstreamRig()
        let site = try Self.site(rig)
        let params = #"{"requestedSchema":{"type":"object"},"messages":[],"maxTokens":1}"#
        let arguments = #"{"count":1,"method":"\#(method)","bytes":2097152,"params":\#(params)}"#
        let modern = try site.modern(UpstreamStateTests.call("bad__ask", arguments))
        #expect(modern.toolText == "[-32602]", "\(modern.text.prefix(300))")
        let session = try Self.session(site)
        let messages = try session.request("tools/call", #"{"name":"bad__ask","arguments":\#(arguments)}"#).messages
        #expect(messages.count == 1 && messages.first?["result"] != nil)
        session.http.close()
        try rig.finish()
    }

    @Test("what no client can be asked is refused with -32601 and does not end the call", arguments: ["tools/call", "initialize", "x"])
    func foreignMethods(method: String) throws {
        let rig = try DownstreamRig()
        let site = try Self.site(rig)
        let response = try site.modern(UpstreamStateTests.call("bad__ask", #"{"count":1,"method":"\#(method)"}"#))
        #expect(response.toolText == "[-32601]", "\(response.text.prefix(300))")
        try rig.finish()
    }

    @Test("a client that declared nothing is not asked, and the server is told so")
    func undeclared() throws {
        let rig = try DownstreamRig()
        let site = try Self.site(rig)
        #expect(try site.modern(.call("bad__ask", #"{"count":2}"#)).toolText == "[-32601, -32601]")
        #expect(try rig.client().callText("bad__ask", #"{"count":2}"#) == "[-32601, -32601]")
        try rig.finish()
    }

    @Test("a question after the end of its call reaches nobody")
    func late() throws {
        let rig = try DownstreamRig()
        let site = try Self.site(rig)
        let session = try Self.session(site)
        let stream = try session.openStream()
        #expect(try session.callText("bad__ask_late") == "answered")
        #expect(try site.modern(UpstreamStateTests.call("bad__ask_late")).toolText == "answered")
        // What comes on the session's stream next is what is asked for now, and no question.
        try rig.gateway.addDemo()
        #expect(try stream.message()?["method"] as? String != "roots/list")
        #expect(try session.callText("bad__echo", #"{"text":"on"}"#) == "on")
        stream.close()
        session.http.close()
        try rig.finish()
    }

    @Test("a client that never comes back holds up nobody, and leaves nothing")
    func abandoned() throws {
        let rig = try DownstreamRig()
        let site = try Self.site(rig)
        for _ in 0..<5 { _ = try Questions(try site.modern(UpstreamStateTests.call("bad__ask", #"{"count":1}"#))) }
        #expect(try site.modern(.call("bad__echo", #"{"text":"a"}"#)).toolText == "a")
        #expect(try rig.client().callText("bad__echo", #"{"text":"b"}"#) == "b")
        try rig.finish()
    }

    @Test("a server that never answers after its question was is told that its call is over, and so is the client")
    func hangs() throws {
        let rig = try DownstreamRig()
        try rig.addBad(options: ["--call-timeout", "1"])
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let questions = try Questions(try site.modern(UpstreamStateTests.call("bad__ask_and_hang")))
        let second = try site.modern(UpstreamStateTests.call("bad__ask_and_hang", more: questions.answers(Self.roots)))
        #expect(second.errorCode == -32001 || second.errorCode == -32603, "\(second.text)")
        try eventually("the server has been told") { rig.noted("methods").contains("notifications/cancelled") }
        #expect(try rig.outcomes("ask_and_hang").last == "timeout")
        #expect(try site.modern(.call("bad__echo", #"{"text":"a"}"#)).toolText == "a")
        try rig.finish()
    }

    @Test("a server that dies while its question is out fails that call alone", arguments: [0, 300])
    func death(ms: Int) throws {
        let rig = try DownstreamRig()
        let site = try Self.site(rig)
        let arguments = #"{"ms":\#(ms)}"#
        let first = try site.modern(UpstreamStateTests.call("bad__ask_and_die", arguments))
        if let questions = try? Questions(first) {
            let second = try site.modern(UpstreamStateTests.call("bad__ask_and_die", arguments, more: questions.answers(Self.roots)))
            #expect(second.result == nil && second.error != nil, "\(second.status) \(second.text)")
        } else {
            // It died before the question was passed on.
            #expect(ms == 0 && first.errorCode == -32603, "\(first.text)")
        }
        try eventually("the server is there again") { try site.modern(.call("bad__echo", #"{"text":"a"}"#)).toolText == "a" }
        // Its question has records of its own.
        let calls = try rig.records().filter { $0["tool"] as? String == "ask_and_die" && $0["method"] as? String == "tools/call" }
        let outcomes = calls.compactMap { $0["outcome"] as? String }
        #expect(!outcomes.contains("ok") && outcomes.contains { ["lost", "denied"].contains($0) }, "\(outcomes)")
        try rig.finish()
    }

    @Test("an answer to what another session was asked is dropped")
    func foreignAnswer() throws {
        let rig = try DownstreamRig()
        let site = try Self.site(rig)
        let asked = try Self.session(site)
        let other = try Self.session(site)
        let bob = try Self.session(site, token: try site.user("bob", grants: ["bad"]))
        try asked.sendCall("bad__ask", #"{"count":1}"#)
        #expect(try asked.http.responseHead().status == 200)
        let question = try #require(try asked.http.message())
        let id = try #require(question["id"])
        #expect(question["method"] as? String == "roots/list")
        for stranger in [other, bob] {
            let answer = try stranger.post(#"{"jsonrpc":"2.0","id":\#(id),"result":{"roots":[{"uri":"file:///evil"}]}}"#)
            #expect(answer.status == 202 && answer.body.isEmpty)
        }
        // In its own session, ids of nothing and the same id as a text are dropped too.
        let side = try site.beside(asked)
        for wrong in ["999999999", "-1", "null", #""\#(id)""#] {
            #expect(try [202, 400].contains(side.post(#"{"jsonrpc":"2.0","id":\#(wrong),"result":\#(Self.roots)}"#).status))
        }
        #expect(try side.post(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-1,"message":"no"}}"#).status == 202)
        let result = try #require(try asked.http.message()?["result"] as? [String: Any])
        #expect(((result["content"] as? [[String: Any]])?.first?["text"] as? String) == "[-1]")
        #expect(try asked.http.message() == nil)
        for connection in [asked, other, bob] { connection.http.close() }
        side.http.close()
        try rig.finish()
    }

    @Test("nobody ends what another client watches")
    func foreignSubscription() throws {
        try UpstreamSite.run { site in
            let mine = try site.open()
            let bob = try site.open(token: try site.user("bob", grants: ["demo"]))
            let stream = try mine.openStream()
            let numbers = #"{"uri":"demo::demo://numbers"}"#
            #expect(try mine.request("resources/subscribe", numbers).result != nil)
            _ = try bob.request("resources/unsubscribe", numbers)
            _ = try bob.end()
            #expect(try mine.callText("demo__grow").isEmpty == false)
            var seen: [String] = []
            while !seen.contains("notifications/resources/updated"), let message = try stream.message() {
                seen.append(message["method"] as? String ?? "")
            }
            #expect(seen.contains("notifications/resources/updated"))
            // A server that may not be used any more tells nothing.
            stream.close()
        }
    }

    @Test("who watched a server that was removed watches the one that is added under its id, and is told of it")
    func turnover() throws {
        try UpstreamSite.run(demo: nil) { site in
            try site.gateway.addDemo()
            let mine = try site.open()
            let stream = try mine.openStream()
            #expect(try mine.request("resources/subscribe", #"{"uri":"demo::demo://numbers"}"#).result != nil)
            try site.gateway.expect("server", "remove", "demo", "--yes")
            try site.gateway.addDemo(arguments: ["--modern"])
            // Nothing was asked of the new one yet: what it tells comes of the old wish.
            #expect(try mine.callText("demo__grow").isEmpty == false)
            var seen: [String] = []
            while !seen.contains("notifications/resources/updated"), let message = try stream.message() {
                seen.append(message["method"] as? String ?? "")
            }
            #expect(seen.contains("notifications/resources/updated"))
            stream.close()
        }
    }

    @Test("a question whose call was cancelled is answered through another call of the session, and by none where there is no other")
    func handedOn() throws {
        let rig = try DownstreamRig()
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let script = PetaBinary.sourceRoot + "/Tests/Peers/asking_stdio.py"
        try rig.gateway.expect(
            "server", "add", "asking", "--", try PythonPeer.command("python"), "-S", "-E", script, "--state", rig.state.path)
        let session = try Self.session(site)
        let (asking, side) = (try site.beside(session), try site.beside(session))
        // Several that could take it over: of those, two end at the same time.
        var others: [UpstreamSide] = []
        for id in [501, 502, 503] {
            let other = try site.beside(session)
            try other.http.send(
                "POST", "/mcp", other.fields,
                body: Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"asking__never","arguments":{}}}"#.utf8))
            others.append(other)
        }
        try eventually("they are there") { rig.noted("called").count == 3 }
        var questions: [Int] = []
        for (id, ends) in [(504, [502, 503, 504]), (505, [505, 501])] {
            let arguments = #"{"method":"roots/list"}"#
            try asking.http.send(
                "POST", "/mcp", asking.fields,
                body: Array(
                    #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"asking__ask","arguments":\#(arguments)}}"#.utf8))
            #expect(try asking.http.responseHead().status == 200)
            questions.append(try #require(try asking.http.message()?["id"] as? Int))
            for end in ends {
                #expect(
                    try side.post(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(end)}}"#).status == 202)
            }
            while try asking.http.message() != nil {}
            _ = try side.post(#"{"jsonrpc":"2.0","id":\#(questions[questions.count - 1]),"result":\#(Self.roots)}"#)
            if id == 504 { try eventually("it has the answer") { rig.noted("replies").count == 1 } }
        }
        try eventually("all have ended") {
            try rig.records().filter { $0["tool"] as? String == "never" && $0["method"] as? String == "tools/call" }.count == 3
        }
        #expect(rig.noted("replies").count == 1)
        for connection in others + [asking, side] { connection.http.close() }
        session.http.close()
        try rig.finish()
    }
}
