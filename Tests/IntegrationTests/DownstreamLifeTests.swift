import Foundation
import PetaTestSupport
import Testing

@Suite("the life of a stdio server")
struct DownstreamLifeTests {
    @Test("fifty first calls at once start a server once")
    func startsOnce() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        try rig.gateway.expect("server", "stop", "bad")
        let before = rig.noted("starts").count
        let clients = try (0..<50).map { _ in try rig.client() }
        for (number, client) in clients.enumerated() { try client.sendCall("bad::echo", #"{"text":"call \#(number)"}"#) }
        for (number, client) in clients.enumerated() { #expect(try client.http.response().toolText == "call \(number)") }
        #expect(rig.noted("starts").count == before + 1)
        clients.forEach { $0.http.close() }
        try rig.finish()
    }

    @Test("lists come from the capability cache and wake nobody, also after a restart of the gateway")
    func listsWakeNobody() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        try rig.gateway.expect("server", "stop", "bad")
        #expect(rig.noted("starts").count == 1)
        #expect(try Self.tools(rig.client()).contains("bad__echo"))
        #expect(try rig.show("bad")["state"] as? String == "offline")
        try rig.gateway.stop()
        let second = try rig.gateway.restarted()
        let client = try MCPConnection.open(port: second.port, token: rig.token)
        #expect(try Self.tools(client).contains("bad__echo"))
        #expect(rig.noted("starts").count == 1)
        // A denied call wakes nobody either.
        #expect(try client.callError("bad::no-such-tool").code == -32602)
        #expect(rig.noted("starts").count == 1)
        #expect(try client.callText("bad::echo", #"{"text":"awake"}"#) == "awake")
        #expect(rig.noted("starts").count == 2)
        try second.stop()
    }

    @Test("an idle server is stopped, is sleeping, and wakes with the next call")
    func sleeps() throws {
        let rig = try DownstreamRig()
        try rig.addBad(options: ["--idle-timeout", "1"])
        let client = try rig.client()
        #expect(try client.callText("bad::echo", #"{"text":"one"}"#) == "one")
        try eventually("the server sleeps") { try rig.show("bad")["state"] as? String == "sleeping" }
        try eventually("its process is gone") { rig.gateway.descendants.isEmpty }
        #expect(try Self.tools(client).contains("bad__echo"))
        #expect(rig.noted("starts").count == 1)
        #expect(try client.callText("bad::echo", #"{"text":"two"}"#) == "two")
        #expect(rig.noted("starts").count == 2)
        try rig.gateway.expect("server", "update", "bad", "--idle-timeout", "0")
        #expect((try rig.show("bad")["definition"] as? [String: Any])?["idleTimeoutSeconds"] as? Int == 0)
        client.http.close()
        try rig.finish()
    }

    @Test("a call under way keeps a server from sleeping")
    func busyIsNotIdle() throws {
        let rig = try DownstreamRig()
        try rig.addBad(options: ["--idle-timeout", "1"])
        let client = try rig.client()
        let answer = try client.request("tools/call", #"{"name":"bad::sleep","arguments":{"ms":4500}}"#)
        #expect(answer.toolText == "slept")
        #expect(rig.noted("starts").count == 1)
        client.http.close()
        try rig.finish()
    }

    @Test("a crash is told to the call that hit it and to those under way, and the next call restarts the server")
    func crash() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        try rig.addBad("other")
        let (victim, neighbour, client) = (try rig.client(), try rig.client(), try rig.client())
        try neighbour.sendCall("other::sleep", #"{"ms":300}"#)
        try victim.sendCall("bad::sleep", #"{"ms":20000}"#)
        try eventually("the victim's call is under way") { rig.noted("calls").filter { $0 == "sleep" }.count == 2 }
        let error = try client.callError("bad::crash")
        #expect(error.code == -32603)
        #expect(error.message.contains("bad"))
        #expect(try victim.http.response().answer["error"] != nil)
        // At once, without a pause: the server is needed, so it is started.
        #expect(try client.callText("bad::echo", #"{"text":"back"}"#) == "back")
        #expect(try neighbour.http.response().toolText == "slept")
        #expect(try rig.outcomes("crash") == ["lost"])
        // Neither says that it may be repeated, so neither is.
        #expect(rig.noted("calls").filter { $0 == "crash" }.count == 1)
        #expect(rig.noted("calls").filter { $0 == "sleep" }.count == 2)
        [victim, neighbour, client].forEach { $0.http.close() }
        try rig.finish()
    }

    @Test("a server that crashes whenever it is started ends in state error, with its last words shown")
    func crashLoop() throws {
        let rig = try DownstreamRig()
        let added = try rig.addBad(flags: ["--die", "cannot find the frobnicator"])
        #expect(added.status == 0)
        let shown = try rig.show("bad")
        #expect(shown["state"] as? String == "error")
        #expect((shown["lastError"] as? String)?.contains("frobnicator") == true)
        #expect((shown["stderrTail"] as? [String])?.last == "cannot find the frobnicator")
        #expect(try rig.gateway.expect("server", "show", "bad").contains("cannot find the frobnicator"))
        let started = try rig.gateway.peta("server", "start", "bad")
        #expect(started.status == 1)
        #expect(started.stderr.contains("frobnicator"))
        for _ in 0..<8 { _ = try rig.gateway.peta("server", "start", "bad") }
        #expect(try rig.show("bad")["state"] as? String == "error")
        #expect(rig.gateway.descendants.isEmpty)
        try rig.finish()
    }

    @Test("a program that is not there is told by name, and its server can be mended")
    func noProgram() throws {
        let rig = try DownstreamRig()
        #expect(try rig.gateway.peta("server", "add", "gone", "--", "/no/such/program").status == 0)
        #expect((try rig.show("gone")["lastError"] as? String)?.contains("/no/such/program") == true)
        let binary = try PetaBinary.path()
        try rig.gateway.expect("server", "update", "gone", "--", binary, "demo-server")
        #expect(try rig.client().callText("gone::echo", #"{"text":"mended"}"#) == "mended")
        try rig.finish()
    }

    @Test("a server that never answers initialize fails within the start timeout and leaves no process")
    func mute() throws {
        let rig = try DownstreamRig(["PETA_SERVERS_START_SECONDS": "1"])
        try rig.addBad(flags: ["--mute"])
        #expect(try rig.show("bad")["state"] as? String == "error")
        try eventually("its process is gone") { rig.gateway.descendants.isEmpty }
        try rig.finish()
    }

    @Test("a slow start delays only the calls of that server")
    func slowStart() throws {
        let rig = try DownstreamRig()
        try rig.addBad("quick")
        try rig.gateway.addDemo("slow", arguments: ["--slow-start", "4000"])
        try rig.gateway.expect("server", "stop", "slow")
        let (waiting, client) = (try rig.client(), try rig.client())
        try waiting.sendCall("slow::echo", #"{"text":"at last"}"#)
        #expect(try client.callText("quick::echo", #"{"text":"x"}"#) == "x")
        #expect(try rig.show("slow")["state"] as? String == "connecting")
        #expect(try waiting.http.response().toolText == "at last")
        [waiting, client].forEach { $0.http.close() }
        try rig.finish()
    }

    @Test("a server that ignores its end and SIGTERM is killed with everything it started")
    func stubborn() throws {
        let rig = try DownstreamRig()
        try rig.addBad(flags: ["--stubborn"])
        let grandchild = try #require(rig.noted("grandchild").last.flatMap { Int32($0) })
        #expect(ProcessTable.entry(grandchild) != nil)
        try rig.gateway.expect("server", "stop", "bad")
        #expect(rig.gateway.descendants.isEmpty)
        try eventually("the grandchild is gone") { Self.isGone(grandchild) }
        try rig.finish()
    }

    @Test("a gateway that is killed takes its servers with it")
    func diesWithTheGateway() throws {
        let rig = try DownstreamRig()
        try rig.addBad(flags: ["--stubborn"])
        try rig.addBad("plain", flags: ["--daemon"])
        let grandchild = try #require(rig.noted("grandchild").last.flatMap { Int32($0) })
        let children = rig.gateway.descendants.filter { $0.parent == rig.gateway.process.pid }
        #expect(children.count == 2)
        try rig.gateway.kill()
        defer { kill(grandchild, SIGKILL) }
        try eventually("the children are gone") { children.allSatisfy { Self.isGone($0.pid) } }
        // What ignores the end of its input as well outlives that; not the next start.
        #expect(!Self.isGone(grandchild))
        // What left its server on purpose is nobody's business.
        let daemon = try #require(rig.noted("daemon").last.flatMap { Int32($0) })
        defer { kill(daemon, SIGKILL) }
        let second = try rig.gateway.restarted()
        #expect(Self.isGone(grandchild))
        #expect(!Self.isGone(daemon))
        try second.stop()
    }

    @Test("a start ends nothing that is not a leftover of the same data")
    func othersLive() throws {
        let rig = try DownstreamRig()
        let other = try DownstreamRig()
        try other.addBad(flags: ["--stubborn"])
        let grandchild = try #require(other.noted("grandchild").last.flatMap { Int32($0) })
        try rig.gateway.kill()
        let second = try rig.gateway.restarted()
        #expect(!Self.isGone(grandchild))
        #expect(other.gateway.descendants.contains { $0.pid == grandchild })
        try second.stop()
        try other.gateway.expect("server", "stop", "bad")
        try other.finish()
    }

    @Test("a disabled server is absent and refused at once, with the answer for one that does not exist")
    func disabled() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        let client = try rig.client()
        try rig.gateway.expect("server", "disable", "bad")
        #expect(try !Self.tools(client).contains("bad__echo"))
        let refused = try client.callError("bad::echo")
        let missing = try client.callError("nobody::echo")
        #expect(refused.code == missing.code)
        #expect(refused.message == missing.message)
        try eventually("its process is gone") { rig.gateway.descendants.isEmpty }
        try rig.gateway.expect("server", "enable", "bad")
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        try rig.gateway.expect("server", "remove", "bad", "--yes")
        #expect(try client.callError("bad::echo").code == missing.code)
        #expect(try rig.gateway.peta("server", "show", "bad").status == 66)
        client.http.close()
        try rig.finish()
    }

    static func tools(_ client: MCPConnection) throws -> [String] {
        let result = try client.request("tools/list").answer["result"] as? [String: Any]
        return (result?["tools"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    }

    static func isGone(_ pid: Int32) -> Bool {
        guard let entry = ProcessTable.entry(pid) else { return true }
        return entry.state == "Z"
    }
}
