import Foundation
import PetaTestSupport
import Testing

@Suite("servers of both eras")
struct DownstreamEraTests {
    // MARK: stdio

    @Test(
        "a stdio server that does not understand the question for its era gets the handshake",
        arguments: ["silent", "foreign", "garbage", "refuse", "die"])
    func legacyProbe(way: String) throws {
        let rig = try DownstreamRig()
        #expect(try rig.addBad(flags: ["--probe", way]).status == 0)
        #expect(try rig.show("bad")["protocolVersion"] as? String == "2025-11-25")
        let client = try rig.client()
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        // One process, or two where the first died of the question; and the verdict is kept, so that it is asked once.
        #expect(rig.noted("starts").count == (way == "die" ? 2 : 1))
        #expect(rig.noted("methods").prefix(4) == ["server/discover", "initialize", "notifications/initialized", "tools/list"])
        client.http.close()
        try rig.finish()
    }

    @Test(
        "what was found out is kept while the server sleeps and over a restart of the gateway, and found out again when it is started by hand"
    )
    func verdict() throws {
        let rig = try DownstreamRig()
        try rig.addBad(options: ["--idle-timeout", "1"], flags: ["--probe", "die"])
        #expect(rig.noted("starts").count == 2)
        try eventually("it sleeps") { try rig.show("bad")["state"] as? String == "sleeping" }
        let client = try rig.client()
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(rig.noted("starts").count == 3)
        client.http.close()
        try rig.gateway.expect("server", "stop", "bad")
        try rig.gateway.expect("server", "start", "bad")
        #expect(rig.noted("starts").count == 5)
        #expect(rig.noted("methods").filter { $0 == "server/discover" }.count == 2)
        try rig.gateway.stop()
        let second = try rig.gateway.restarted()
        let again = try MCPConnection.open(port: second.port, token: rig.token)
        #expect(try again.callText("bad::echo", #"{"text":"y"}"#) == "y")
        #expect(rig.noted("starts").count == 6)
        #expect(rig.noted("methods").filter { $0 == "server/discover" }.count == 2)
        try second.stop()
    }

    @Test("--protocol decides without a question, and is told where a server speaks something else")
    func choice() throws {
        let rig = try DownstreamRig()
        try rig.addBad("old", options: ["--protocol", "legacy"], flags: ["--probe", "die"])
        #expect(rig.noted("starts").count == 1)
        #expect(rig.noted("methods").first == "initialize")
        #expect(try rig.gateway.expect("server", "show", "old").contains("legacy only, 2025-11-25"))
        try rig.addBad("bad", options: ["--protocol", "modern"])
        #expect((try rig.show("bad")["lastError"] as? String)?.contains("2026-07-28") == true)
        try rig.gateway.expect("server", "update", "bad", "--protocol", "auto")
        #expect(try rig.show("bad")["protocolVersion"] as? String == "2025-11-25")
        #expect(try rig.gateway.peta("server", "update", "bad", "--protocol", "newest").status == 64)
        try rig.finish()
    }

    @Test("a modern stdio server is called without a handshake", arguments: ["modern", "late"])
    func modernStdio(way: String) throws {
        let rig = try DownstreamRig()
        #expect(try rig.addBad(flags: ["--probe", way]).status == 0)
        #expect(try rig.show("bad")["protocolVersion"] as? String == "2026-07-28")
        let client = try rig.client()
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(rig.noted("starts").count == 1)
        #expect(!rig.noted("methods").contains("notifications/initialized"))
        #expect(rig.noted("listens") == [#"{"toolsListChanged": true}"#])
        #expect(try client.callText("bad::progress", #"{"steps":1,"ms":1}"#) == "done")
        // A call that is given up is told to a stdio server.
        try client.sendCall("bad::never", id: 99)
        try eventually("the call is there") { rig.noted("calls").contains("never") }
        client.http.close()
        let other = try rig.client()
        #expect(try other.callText("bad::echo", #"{"text":"y"}"#) == "y")
        other.http.close()
        try rig.finish()
    }

    @Test("what a modern server tells on its listen is taken, what names another listen is not; a listen that ends is opened again")
    func listens() throws {
        let rig = try DownstreamRig()
        try rig.addBad(flags: ["--probe", "modern"])
        let client = try rig.client()
        _ = try client.callText("bad::changed_foreign", #"{"tool":"secretly"}"#)
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(try !DownstreamLifeTests.tools(client).contains("bad__secretly"))
        _ = try client.callText("bad::changed", #"{"tool":"openly"}"#)
        try eventually("the lists have been read again") { try DownstreamLifeTests.tools(client).contains("bad__openly") }
        _ = try client.callText("bad::end_listen")
        try eventually("it listens again") { rig.noted("listens").count == 2 }
        _ = try client.callText("bad::changed", #"{"tool":"again"}"#)
        try eventually("the lists have been read again") { try DownstreamLifeTests.tools(client).contains("bad__again") }
        client.http.close()
        try rig.finish()
    }

    @Test("a change of the demonstration server's tools reaches lists, in both eras", arguments: [[], ["--modern"]])
    func prompt(flags: [String]) throws {
        let rig = try DownstreamRig()
        #expect(try rig.gateway.peta(["server", "add", "demo", "--", try PetaBinary.path(), "demo-server"] + flags).status == 0)
        #expect(try rig.show("demo")["protocolVersion"] as? String == (flags.isEmpty ? "2025-11-25" : "2026-07-28"))
        let client = try rig.client()
        for number in 1...3 {
            #expect(try client.callText("demo::grow") == "added extra_\(number)")
            try eventually("it is listed") { try DownstreamLifeTests.tools(client).contains("demo__extra_\(number)") }
        }
        #expect(try client.callText("demo::progress", #"{"steps":2,"ms":1}"#) == "2 steps done")
        #expect(try client.request("resources/read", #"{"uri":"demo::demo://numbers"}"#).text.contains("[1,2,3]"))
        #expect(try client.request("prompts/get", #"{"name":"demo__greet","arguments":{"name":"Ada"}}"#).text.contains("greet Ada"))
        client.http.close()
        try rig.finish()
    }

    // MARK: HTTP

    private func bad(_ rig: DownstreamRig, _ flags: [String], options: [String] = []) throws -> ChildProcess {
        let peer = try PythonPeer.start("bad_http.py", flags)
        #expect(try rig.gateway.peta(["server", "add", "bad", "--url", try peer.stdout.line(0)] + options).status == 0)
        return peer
    }

    @Test(
        "an HTTP server that does not understand the question for its era gets the handshake",
        arguments: ["draft", "unknown", "text", "html", "hang"])
    func legacyHTTP(way: String) throws {
        let rig = try DownstreamRig()
        let peer = try bad(rig, ["--probe", way])
        #expect(try rig.show("bad")["protocolVersion"] as? String == "2025-11-25")
        let client = try rig.client()
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(peer.stdout.lines.filter { $0.contains("server/discover") }.count == 1)
        #expect(!peer.stdout.text.contains("cancelled"))
        client.http.close()
        try rig.finish()
        peer.signal(SIGKILL)
    }

    @Test("an HTTP server that is ill is not taken for a legacy one")
    func ill() throws {
        let rig = try DownstreamRig()
        let peer = try bad(rig, ["--probe", "500"])
        #expect((try rig.show("bad")["lastError"] as? String)?.contains("500") == true)
        #expect(!peer.stdout.text.contains("initialize"))
        try rig.finish()
        peer.signal(SIGKILL)
    }

    @Test("a modern HTTP server is called without a handshake, and what it must not do harms nobody")
    func modernHTTP() throws {
        let rig = try DownstreamRig()
        let peer = try bad(rig, ["--modern"])
        #expect(try rig.show("bad")["protocolVersion"] as? String == "2026-07-28")
        let client = try rig.client()
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(try client.callError("bad::null_id").code == -32602)
        #expect(try client.callError("bad::unknown").code == -32601)
        #expect(try client.callText("bad::asks") == "asked")
        #expect(try client.callText("bad::echo", #"{"text":"y"}"#) == "y")
        // None of it was the end of a session, and nothing was answered that a client never answers.
        #expect(peer.stdout.lines.filter { $0.contains("server/discover") }.count == 1)
        #expect(!peer.stdout.lines.contains { $0.hasPrefix("POST /mcp - ") || $0.hasPrefix("GET") || $0.hasPrefix("DELETE") })
        client.http.close()
        try rig.finish()
        #expect(peer.stdout.text.contains("closed listen"))
        peer.signal(SIGKILL)
    }

    @Test("a server that has changed its era is spoken to in the new one")
    func changesEra() throws {
        let rig = try DownstreamRig()
        let peer = try bad(rig, ["--modern"])
        let port = try #require(URL(string: try peer.stdout.line(0))?.port)
        let client = try rig.client()
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        peer.signal(SIGKILL)
        try peer.wait()
        let second = try PythonPeer.start("bad_http.py", ["--port", "\(port)"])
        _ = try second.stdout.line(0)
        #expect(try client.callText("bad::echo", #"{"text":"y"}"#) == "y")
        #expect(try rig.show("bad")["protocolVersion"] as? String == "2025-11-25")
        client.http.close()
        try rig.finish()
        second.signal(SIGKILL)
    }

    @Test("a modern HTTP server that has become a legacy one on its connections is noticed at the next call, which is answered")
    func turns() throws {
        let rig = try DownstreamRig()
        let peer = try bad(rig, ["--modern"])
        let client = try rig.client()
        #expect(try client.callText("bad::turn").isEmpty)
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(try rig.show("bad")["protocolVersion"] as? String == "2025-11-25")
        try eventually("the call came twice") { peer.stdout.lines.filter { $0.contains("tools/call echo") }.count == 2 }
        client.http.close()
        try rig.finish()
        peer.signal(SIGKILL)
    }

    @Test("a modern server that answers as none would is asked for its era once, and its answers reach clients as they are")
    func confused() throws {
        let rig = try DownstreamRig()
        let peer = try bad(rig, ["--modern"])
        let client = try rig.client()
        for _ in 0..<20 { #expect(try client.callError("bad::confused").code == -32000) }
        try eventually("all calls came") { peer.stdout.lines.filter { $0.contains("tools/call confused") }.count == 20 }
        #expect(peer.stdout.lines.filter { $0.contains("server/discover") }.count == 2)
        client.http.close()
        try rig.finish()
        peer.signal(SIGKILL)
    }

    @Test("giving up a call of a modern HTTP server closes its connection, and says no more")
    func cancels() throws {
        let rig = try DownstreamRig()
        let peer = try bad(rig, ["--modern"], options: ["--call-timeout", "1"])
        let client = try rig.client()
        #expect(try client.callError("bad::hang").code == -32001)
        _ = try peer.stdout.line(containing: "closed hang")
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(!peer.stdout.text.contains("notifications/cancelled"))
        client.http.close()
        try rig.finish()
        peer.signal(SIGKILL)
    }

    @Test("tools whose x-mcp-header breaks the rules are not listed, and show says why")
    func refusedTools() throws {
        let rig = try DownstreamRig()
        let peer = try bad(rig, ["--modern"])
        let client = try rig.client()
        let tools = try DownstreamLifeTests.tools(client)
        #expect(tools.contains("bad__fields") && !tools.contains("bad__twice_region") && !tools.contains("bad__bad_type"))
        let refused = try rig.show("bad")["refused"] as? [String] ?? []
        #expect(refused.count == 2)
        #expect(refused.contains { $0.hasPrefix("twice_region: ") && $0.contains("twice") })
        #expect(try rig.gateway.expect("server", "show", "bad").contains("not listed: bad_type: "))
        client.http.close()
        try rig.finish()
        peer.signal(SIGKILL)
    }

    @Test("changes that a modern HTTP server tells are taken, and the listen is opened again when it ends")
    func listensHTTP() throws {
        let rig = try DownstreamRig()
        let peer = try bad(rig, ["--modern"])
        let client = try rig.client()
        _ = try client.callText("bad::changed", #"{"tool":"secretly","id":12345}"#)
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(try !DownstreamLifeTests.tools(client).contains("bad__secretly"))
        _ = try client.callText("bad::changed", #"{"tool":"openly"}"#)
        try eventually("the lists have been read again") { try DownstreamLifeTests.tools(client).contains("bad__openly") }
        _ = try client.callText("bad::end_listen")
        try eventually("it listens again") { peer.stdout.lines.filter { $0.contains("subscriptions/listen") }.count == 2 }
        client.http.close()
        try rig.finish()
        peer.signal(SIGKILL)
    }
}
