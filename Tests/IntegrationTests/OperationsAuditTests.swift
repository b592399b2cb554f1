import Foundation
import PetaTestSupport
import Testing

@Suite("the audit of a running gateway")
struct OperationsAuditTests {
    @Test("every call leaves exactly one record, whatever its end")
    func oneEach() throws {
        let rig = try DownstreamRig()
        let gateway = rig.gateway
        try rig.addBad(options: ["--call-timeout", "1"])
        try gateway.expect("user", "add", "alice")
        let alice = try rig.client(try gateway.token("alice"))
        let client = try rig.client()
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        #expect(try client.callError("bad::failing", #"{"text":"no"}"#).code == -32050)
        #expect(try client.callError("bad::never").code == -32001)
        #expect(try client.callError("bad::crash").code == -32603)
        #expect(try client.callError("bad::nothing").code == -32602)
        #expect(try client.callError("nobody::home").code == -32602)
        #expect(try alice.callError("bad::echo").code == -32602)
        let records = try rig.records()
        #expect(records.count == 7)
        #expect(records.map { $0["outcome"] as? String } == ["ok", "error", "timeout", "lost", "denied", "denied", "denied"])
        #expect(records.map { $0["decision"] as? String } == ["allow", "allow", "allow", "allow", "deny", "deny", "deny"])
        #expect(records.map { $0["user"] as? String } == Array(repeating: "owner", count: 6) + ["alice"])
        #expect(Set(records.compactMap { $0["requestId"] as? String }).count == 7)
        #expect(records.allSatisfy { $0["method"] as? String == "tools/call" && ($0["bytesIn"] as? Int ?? 0) > 0 })
        #expect((records[0]["client"] as? [String: Any])?["name"] as? String == "peta-tests")
        let seqs = try rig.records(kind: nil).compactMap { $0["seq"] as? Int }
        #expect(seqs == Array(1...seqs.count))
        // The test call of an administrator is a call like any other.
        #expect(try gateway.peta("server", "call", "bad", "echo", #"{"text":"admin"}"#).status == 0)
        #expect(try rig.records().count == 8)
        try verify(gateway, ok: true)
        [alice, client].forEach { $0.http.close() }
        try rig.finish()
    }

    @Test("filters find what they name")
    func query() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        let client = try rig.client()
        #expect(try client.callText("demo::echo", #"{"text":"x"}"#) == "x")
        #expect(try client.call("demo::fail", #"{"message":"m"}"#)["isError"] as? Bool == true)
        func found(_ arguments: String...) throws -> Int {
            let result = try rig.gateway.peta(["audit", "query", "--json"] + arguments)
            #expect(result.status == 0, "\(arguments): \(result.stderr)")
            return result.stdout.split(separator: "\n").count
        }
        #expect(try found("--tool", "echo") == 1)
        #expect(try found("--outcome", "error", "--server", "demo") == 1)
        #expect(try found("--kind", "call") == 2)
        #expect(try found("--user", "nobody") == 0)
        #expect(try rig.gateway.peta("audit", "query", "--outcome", "great").status == 64)
        client.http.close()
        try rig.finish()
    }

    @Test("kill -9 amid calls leaves one record of each: stopped where there was none")
    func killed() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        let clients = try (0..<20).map { _ in try rig.client() }
        #expect(try clients[0].callText("bad::echo", #"{"text":"x"}"#) == "x")
        for client in clients { try client.sendCall("bad::sleep", #"{"ms":30000}"#) }
        try eventually("all calls have reached the server") { rig.noted("calls").filter { $0 == "sleep" }.count == 20 }
        try rig.gateway.kill()
        let second = try rig.gateway.restarted()
        let records = try second.expect("audit", "tail", "-n", "1000", "--json").split(separator: "\n").map {
            try DownstreamRig.object(String($0))
        }
        let calls = records.filter { $0["kind"] as? String == "call" }
        #expect(
            calls.filter { $0["tool"] as? String == "sleep" }.map { $0["outcome"] as? String } == Array(repeating: "stopped", count: 20))
        #expect(calls.count == 21)
        #expect(Set(calls.compactMap { $0["requestId"] as? String }).count == 21)
        try verify(second, ok: true)
        try second.stop()
        // A second start finds nothing more to add.
        let third = try second.restarted()
        let again = try third.expect("audit", "query", "--kind", "call", "--json", "--limit", "1000").split(separator: "\n")
        #expect(again.count == 21)
        try verify(third, ok: true)
        try third.stop()
    }

    @Test("kill -9 while answers come loses no record of an answer that was seen")
    func killedAmidAnswers() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        let clients = try (0..<8).map { _ in try rig.client() }
        var answered = 0
        for _ in 0..<30 {
            for client in clients { try client.sendCall("demo::echo", #"{"text":"x"}"#) }
            for client in clients where try client.http.response().toolText == "x" { answered += 1 }
        }
        for client in clients { try client.sendCall("demo::echo", #"{"text":"x"}"#) }
        try rig.gateway.kill()
        for client in clients {
            if let response = try? client.http.response(), response.toolText == "x" { answered += 1 }
        }
        let second = try rig.gateway.restarted()
        let records = try second.expect("audit", "query", "--tool", "echo", "--json", "--limit", "1000").split(separator: "\n")
            .map { try DownstreamRig.object(String($0)) }
        #expect(records.filter { $0["outcome"] as? String == "ok" }.count >= answered)
        #expect(records.count <= 248)
        #expect(Set(records.compactMap { $0["requestId"] as? String }).count == records.count)
        try verify(second, ok: true)
        try second.stop()
    }

    @Test(
        "verify names the first record that was changed, taken away or moved",
        arguments: [
            "UPDATE audit SET record = CAST(replace(CAST(record AS TEXT), 'demo', 'dem0') AS BLOB) WHERE seq = 6",
            "DELETE FROM audit WHERE seq = 6",
            "UPDATE audit SET time = time + 1 WHERE seq = 6",
            "UPDATE audit SET mac = (SELECT mac FROM audit WHERE seq = 5) WHERE seq = 6",
        ])
    func tampered(statement: String) throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        let client = try rig.client()
        for _ in 0..<10 { _ = try client.callText("demo::echo", #"{"text":"x"}"#) }
        try verify(rig.gateway, ok: true)
        try Self.sql(statement, rig.gateway)
        let found = try verify(rig.gateway, ok: false)
        #expect(found["firstBad"] as? Int == 6)
        client.http.close()
        try rig.gateway.stop()
        // It is found after a restart too, and the gateway says so or refuses; it must not go on as if nothing were.
        let second = try rig.gateway.restarted()
        try verify(second, ok: false)
        try second.stop()
    }

    @Test("the end of the log cannot be cut off unseen")
    func cutOff() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        let client = try rig.client()
        for _ in 0..<5 { _ = try client.callText("demo::echo", #"{"text":"x"}"#) }
        client.http.close()
        try rig.gateway.stop()
        try Self.sql("DELETE FROM audit WHERE seq > (SELECT max(seq) - 2 FROM audit)", rig.gateway)
        let second = try rig.gateway.restarted()
        try verify(second, ok: false)
        try second.stop()
    }

    @Test("tail -f shows new records at once and ends cleanly on SIGINT and on a closed pipe")
    func follow() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        let tail = try rig.gateway.start("audit", "tail", "-n", "1", "-f", "--json")
        _ = try tail.stdout.line(0)
        let client = try rig.client()
        #expect(try client.callText("demo::echo", #"{"text":"x"}"#) == "x")
        #expect(try tail.stdout.line(containing: #""tool":"echo""#).contains(#""outcome":"ok""#))
        tail.signal(SIGINT)
        #expect(try tail.wait() == .exited(0))
        #expect(tail.stderr.text.isEmpty)

        let binary = try PetaBinary.path()
        let piped = try ChildProcess(
            "/bin/bash", ["-c", "\"$0\" audit tail -n 5 -f --json | head -1; echo \"${PIPESTATUS[0]}\"", binary],
            environment: ChildProcess.plainEnvironment.merging(["PETA_SOCKET": rig.gateway.socket]) { $1 })
        _ = try piped.stdout.line(0)
        // The next record is what it notices the closed pipe by, if not the pipe itself.
        #expect(try client.callText("demo::echo", #"{"text":"y"}"#) == "y")
        #expect(try client.callText("demo::echo", #"{"text":"y"}"#) == "y")
        #expect(try piped.stdout.line(1) == "0")
        #expect(piped.stderr.text.isEmpty)
        client.http.close()
        try rig.finish()
    }

    @Test("while no record can be written nothing runs and calls get 503; then all goes on", arguments: ["journal", "normal", "full"])
    func locked(durability: String) throws {
        let rig = try DownstreamRig(["PETA_AUDIT_DURABILITY": durability])
        try rig.addBad()
        let client = try rig.client()
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        // Another program holds the write lock of the database.
        let script =
            "import sqlite3,sys; d = sqlite3.connect(sys.argv[1], isolation_level=None); d.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.read()"
        let holder = try ChildProcess(PythonPeer.command("python"), ["-c", script, rig.gateway.data + "/peta.db"])
        _ = try holder.stdout.line(0)
        let first = try client.request("tools/call", #"{"name":"bad::echo","arguments":{"text":"an answer"}}"#)
        if durability == "journal" {
            // Its record is safe already; the first call behind it learns that the database is not to be written.
            #expect(first.toolText == "an answer")
            try eventually("calls are refused") {
                try client.request("tools/call", #"{"name":"bad::echo","arguments":{"text":"more"}}"#).status == 503
            }
        } else {
            #expect(first.status == 503)
            #expect(!first.text.contains("an answer"))
            #expect(rig.noted("calls").count <= 2)
        }
        let ran = rig.noted("calls").count
        for _ in 0..<5 {
            #expect(try client.request("tools/call", #"{"name":"bad::echo","arguments":{"text":"never"}}"#).status == 503)
        }
        #expect(rig.noted("calls").count == ran)
        let health = try RawHTTP(port: rig.gateway.port)
        try health.send("GET", "/health")
        let report = try health.response()
        #expect(report.text.contains("audit"))
        health.close()
        #expect(try rig.gateway.expect("status").contains("audit"))
        // An act that cannot be recorded is not done either.
        #expect(try rig.gateway.peta("user", "add", "mallory").status != 0)
        holder.closeInput()
        try holder.wait()
        try eventually("calls are served again") {
            try client.request("tools/call", #"{"name":"bad::echo","arguments":{"text":"again"}}"#).toolText == "again"
        }
        #expect(try rig.gateway.peta("user", "show", "mallory").status == 66)
        // What had run has its record, though its answer was withheld.
        #expect(
            try rig.records().filter { $0["tool"] as? String == "echo" && $0["outcome"] as? String == "ok" }.count
                == rig.noted("calls").count)
        try verify(rig.gateway, ok: true)
        client.http.close()
        try rig.finish()
    }

    @Test("a full disk refuses calls and loses nothing", .enabled(if: OperationsMount.isPossible, "needs the right to mount"))
    func diskFull() throws {
        let mount = try OperationsMount(megabytes: 12)
        let rig = try DownstreamRig()
        try rig.addBad()
        try rig.gateway.stop()
        try mount.take(rig.gateway.data)
        let gateway = try Gateway(arguments: ["--data-dir", mount.path + "/data"], directory: rig.gateway.directory)
        let client = try MCPConnection.open(port: gateway.port, token: rig.token)
        #expect(try client.callText("bad::echo", #"{"text":"x"}"#) == "x")
        try mount.fill()
        let long = #"{"name":"bad::echo","arguments":{"text":"\#(String(repeating: "x", count: 100))"}}"#
        // The log grows into what is allocated already; at its end stands the refusal.
        try eventually("a call is refused") { try client.request("tools/call", long).status == 503 }
        let ran = rig.noted("calls").count
        for _ in 0..<5 { #expect(try client.request("tools/call", long).status == 503) }
        #expect(rig.noted("calls").count == ran)
        try mount.free()
        try eventually("calls are served again") { try client.request("tools/call", long).status == 200 }
        try verify(gateway, ok: true)
        let records = try gateway.expect("audit", "query", "--tool", "echo", "--outcome", "ok", "--limit", "100000", "--json")
        #expect(records.split(separator: "\n").count == rig.noted("calls").count)
        client.http.close()
        try gateway.stop()
    }

    @discardableResult
    private func verify(_ gateway: Gateway, ok: Bool) throws -> [String: Any] {
        let result = try gateway.peta("audit", "verify", "--json")
        let found = try DownstreamRig.object(result.stdout)
        #expect(result.status == (ok ? 0 : 1))
        #expect(found["ok"] as? Bool == ok)
        #expect((found["firstBad"] is Int) == !ok)
        return found
    }

    private static func sql(_ statement: String, _ gateway: Gateway) throws {
        let script = "import sqlite3,sys; d = sqlite3.connect(sys.argv[1], timeout=10); d.execute(sys.argv[2]); d.commit()"
        let result = try run(PythonPeer.command("python"), ["-c", script, gateway.data + "/peta.db", statement])
        guard result.status == 0 else { throw TestFailure(result.stderr) }
    }
}
