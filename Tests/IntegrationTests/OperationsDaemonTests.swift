import Foundation
import PetaTestSupport
import Testing

@Suite("starting and stopping the daemon")
struct OperationsDaemonTests {
    @Test("a second daemon on the same data is refused by name of the first, and harms it not")
    func second() throws {
        let rig = try DownstreamRig()
        let other = rig.state.path("other.sock")
        let result = try serve(data: rig.gateway.data, socket: other)
        #expect(result.status == 69)
        #expect(result.stderr.contains("in use by process \(rig.gateway.process.pid)"))
        #expect(!result.stderr.contains("Error("))
        #expect(!FileManager.default.fileExists(atPath: other))
        #expect(try rig.client().request("ping").status == 200)
        try rig.finish()
    }

    @Test("a socket that somebody answers on is not taken, one left behind is")
    func socket() throws {
        let rig = try DownstreamRig()
        let elsewhere = try TemporaryDirectory()
        let result = try serve(data: elsewhere.path("data"), socket: rig.gateway.socket)
        #expect(result.status == 69 || result.status == 73)
        #expect(result.stderr.contains(rig.gateway.socket))
        #expect(try rig.gateway.peta("status").status == 0)
        try rig.gateway.kill()
        #expect(FileManager.default.fileExists(atPath: rig.gateway.socket))
        let second = try rig.gateway.restarted()
        #expect(try second.peta("status").status == 0)
        try second.stop()
        #expect(!FileManager.default.fileExists(atPath: second.socket))
        // A file that is no socket is never replaced.
        try second.directory.write("precious", to: "admin.sock")
        let refused = try serve(data: second.data, socket: second.socket)
        #expect(refused.status != 0)
        #expect(try String(contentsOfFile: second.socket, encoding: .utf8) == "precious")
    }

    @Test("a port in use is told, with its address")
    func port() throws {
        let rig = try DownstreamRig()
        let elsewhere = try TemporaryDirectory()
        let result = try serve(data: elsewhere.path("data"), socket: elsewhere.path("s"), port: rig.gateway.port)
        #expect(result.status == 73)
        #expect(result.stderr.contains("127.0.0.1:\(rig.gateway.port)") && result.stderr.contains("in use"))
        #expect(!FileManager.default.fileExists(atPath: elsewhere.path("s")))
        try rig.finish()
    }

    private enum Damage: String, CaseIterable, CustomTestStringConvertible {
        case wrongKey, truncatedKey, openKey, missingKey, noKey, newer, noDatabase, truncatedDatabase
        var testDescription: String { rawValue }
        var isOfKey: Bool { rawValue.lowercased().hasSuffix("key") }
    }

    @Test("data that cannot be used is refused with a clear message and an exit code, and is not changed", arguments: Damage.allCases)
    private func damaged(damage: Damage) throws {
        let rig = try DownstreamRig()
        #expect(try rig.gateway.peta("secret", "set", "a", "--stdin", stdin: "x").status == 0)
        try rig.gateway.stop()
        let saved = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: rig.gateway.data, toPath: saved.path("data"))
        let (key, database) = (rig.gateway.data + "/key", rig.gateway.data + "/peta.db")
        var parts: [String] = []
        switch damage {
        case .wrongKey:
            let other = try Gateway()
            try other.stop()
            try Data(contentsOf: URL(fileURLWithPath: other.data + "/key")).write(to: URL(fileURLWithPath: key))
            chmod(key, 0o600)
            parts = ["key file", "not the one"]
        case .truncatedKey:
            truncate(key, 20)
            parts = ["key file", "cut short"]
        case .openKey:
            chmod(key, 0o644)
            parts = ["other users", "chmod 600"]
        case .missingKey:
            unlink(key)
            parts = ["key file", "missing"]
        case .noKey:
            try Data("this is a shopping list, and long enough to be anything at all, but not a key of any kind\n".utf8)
                .write(to: URL(fileURLWithPath: key))
            chmod(key, 0o600)
            parts = ["not a peta key file"]
        case .newer:
            let script =
                "import sqlite3,sys; d = sqlite3.connect(sys.argv[1]); d.execute(\"INSERT INTO grdb_migrations VALUES ('vault/99 from the future')\"); d.commit(); d.execute('PRAGMA wal_checkpoint(TRUNCATE)')"
            #expect(try run(PythonPeer.command("python"), ["-c", script, database]).status == 0)
            parts = ["newer peta"]
        case .noDatabase:
            for name in ["peta.db-wal", "peta.db-shm"] { unlink(rig.gateway.data + "/" + name) }
            try Data(String(repeating: "this is no database ", count: 1000).utf8).write(to: URL(fileURLWithPath: database))
            parts = [database]
        case .truncatedDatabase:
            for name in ["peta.db-wal", "peta.db-shm"] { unlink(rig.gateway.data + "/" + name) }
            let size = try Data(contentsOf: URL(fileURLWithPath: database)).count
            truncate(database, size / 2)
            parts = [database, "damaged"]
        }
        let result = try serve(data: rig.gateway.data, socket: rig.gateway.socket)
        #expect([1, 69, 77].contains(result.status))
        for part in parts { #expect(result.stderr.contains(part), "\(result.stderr)") }
        #expect(result.stderr.split(separator: "\n").filter { $0.hasPrefix("peta: ") }.count <= 2)
        for word in ["Error(", "Fatal", "SQLite error", "PetaVault", "GRDB"] { #expect(!result.stderr.contains(word), "\(result.stderr)") }
        #expect(!FileManager.default.fileExists(atPath: rig.gateway.socket))
        // What was not damaged is as it was: with the right key, or the right database, all is there.
        for name in damage.isOfKey ? ["key"] : ["peta.db", "peta.db-wal", "peta.db-shm"] {
            unlink(rig.gateway.data + "/" + name)
            try? FileManager.default.copyItem(atPath: saved.path("data/" + name), toPath: rig.gateway.data + "/" + name)
        }
        let mended = try rig.gateway.restarted()
        #expect(try mended.expect("secret", "show", "a", "--reveal") == "x")
        #expect(try mended.peta("audit", "verify").status == 0)
        try mended.stop()
    }

    @Test("a record that was changed harms its own secret or server only")
    func changedRecord() throws {
        let rig = try DownstreamRig()
        let gateway = rig.gateway
        for name in ["a", "b", "c"] { #expect(try gateway.peta("secret", "set", name, "--stdin", stdin: "value-\(name)").status == 0) }
        try gateway.addDemo("first")
        try gateway.addDemo("other")
        try gateway.stop()
        let script = """
            import sqlite3,sys
            d = sqlite3.connect(sys.argv[1])
            d.execute("UPDATE vault_secrets SET sealed = (SELECT sealed FROM vault_secrets WHERE name = 'b') WHERE name = 'a'")
            d.execute("UPDATE vault_secrets SET sealed = substr(sealed, 1, 10) WHERE name = 'c'")
            d.execute("UPDATE server SET sealed = (SELECT sealed FROM server WHERE id = 'other') WHERE id = 'first'")
            d.commit()
            """
        #expect(try run(PythonPeer.command("python"), ["-c", script, gateway.data + "/peta.db"]).status == 0)
        let second = try gateway.restarted()
        let revealed = try second.peta("secret", "show", "a", "--reveal")
        #expect(revealed.status == 1)
        #expect(!revealed.stdout.contains("value-") && revealed.stderr.contains("does not open"))
        #expect(try second.peta("secret", "show", "c", "--reveal").status == 1)
        #expect(try second.expect("secret", "show", "b", "--reveal") == "value-b")
        let first = try DownstreamRig.object(second.expect("server", "show", "first", "--json"))
        #expect(first["state"] as? String == "error")
        let client = try MCPConnection.open(port: second.port, token: rig.token)
        #expect(try client.callText("other::echo", #"{"text":"x"}"#) == "x")
        client.http.close()
        #expect(try second.peta("secret", "set", "a", "--stdin", stdin: "mended").status == 0)
        #expect(try second.expect("secret", "show", "a", "--reveal") == "mended")
        try second.expect("server", "remove", "first", "--yes")
        try second.stop()
    }

    @Test("SIGTERM lets calls under way finish, takes no new ones, and ends with 0")
    func drains() throws {
        let rig = try DownstreamRig()
        try rig.addBad()
        let clients = try (0..<10).map { _ in try rig.client() }
        let idle = try rig.client()
        for client in clients { try client.sendCall("bad::sleep", #"{"ms":1500}"#) }
        try eventually("all calls have reached the server") { rig.noted("calls").filter { $0 == "sleep" }.count == 10 }
        let children = rig.gateway.descendants
        rig.gateway.process.signal(SIGTERM)
        for client in clients { #expect(try client.http.response().toolText == "slept") }
        if let late = try? idle.request("tools/call", #"{"name":"bad::echo","arguments":{"text":"late"}}"#) { #expect(late.status == 503) }
        #expect(try rig.gateway.process.wait() == .exited(0))
        #expect(!rig.noted("calls").contains("echo"))
        #expect(children.allSatisfy { DownstreamLifeTests.isGone($0.pid) })
        let second = try rig.gateway.restarted()
        let records = try second.expect("audit", "query", "--tool", "sleep", "--json").split(separator: "\n").map {
            try DownstreamRig.object(String($0))
        }
        #expect(records.map { $0["outcome"] as? String } == Array(repeating: "ok", count: 10))
        #expect(try second.peta("audit", "verify").status == 0)
        try second.stop()
    }

    @Test("calls that outlast the drain are ended, answered and recorded as stopped; a second signal does not wait")
    func drainLimit() throws {
        let rig = try DownstreamRig(["PETA_SHUTDOWN_DRAIN_SECONDS": "1"])
        try rig.addBad()
        let client = try rig.client()
        try client.sendCall("bad::sleep", #"{"ms":60000}"#)
        try eventually("the call has reached the server") { rig.noted("calls").contains("sleep") }
        rig.gateway.process.signal(SIGTERM)
        #expect(try rig.gateway.process.wait() == .exited(0))
        let second = try rig.gateway.restarted()
        let records = try second.expect("audit", "query", "--tool", "sleep", "--json").split(separator: "\n").map {
            try DownstreamRig.object(String($0))
        }
        #expect(records.map { $0["outcome"] as? String } == ["stopped"])
        try second.stop()
    }

    @Test("systemd is told when the gateway is ready, that it moves, and when it stops")
    func notify() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("notify")
        let script =
            "import socket,sys; s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); print('bound', flush=True)\nwhile True: print(s.recv(4096).decode().replace(chr(10), ' '), flush=True)"
        let listener = try ChildProcess(PythonPeer.command("python"), ["-c", script, path])
        _ = try listener.stdout.line(0)
        let rig = try DownstreamRig(["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "200000"])
        _ = try listener.stdout.line(containing: "READY=1")
        _ = try listener.stdout.line(containing: "WATCHDOG=1")
        // Children are not to speak for the daemon.
        try rig.addBad()
        let environment = try rig.client().callText("bad::environment")
        #expect(!environment.contains("NOTIFY_SOCKET") && !environment.contains("WATCHDOG"))
        try rig.finish()
        _ = try listener.stdout.line(containing: "STOPPING=1")
        listener.signal(SIGKILL)
    }

    @Test("the first token is never in the log; a script makes its own")
    func firstStart() throws {
        let rig = try DownstreamRig()
        #expect(!rig.gateway.log.contains("peta_"))
        #expect(rig.gateway.log.contains("peta token create owner"))
        #expect(rig.token.hasPrefix("peta_"))
        try rig.finish()
        #expect(!rig.gateway.log.contains(rig.token))
    }

    @Test("after much use the gateway holds no descriptor and no process more than before")
    func leaks() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        let peer = try PythonPeer.start("bad_http.py")
        try rig.gateway.expect("server", "add", "web", "--url", peer.stdout.line(0))
        for _ in 0..<5 {
            let clients = try (0..<40).map { _ in try rig.client() }
            let streams = try clients.prefix(10).map { try $0.openStream() }
            for client in clients { try client.sendCall("demo::echo", #"{"text":"x"}"#) }
            for client in clients { #expect(try client.http.response().toolText == "x") }
            for client in clients { try client.sendCall("web::echo", #"{"text":"x"}"#) }
            for client in clients { #expect(try client.http.response().toolText == "x") }
            for client in clients.prefix(20) { #expect(try client.end().status < 300) }
            streams.forEach { $0.close() }
            clients.forEach { $0.http.close() }
            try rig.gateway.expect("server", "restart", "demo")
        }
        try rig.finish()
    }

    private func serve(data: String, socket: String, port: Int? = nil) throws -> RunResult {
        let port = try port ?? Gateway.freePort()
        return try run(
            PetaBinary.path(), ["serve", "--listen", "127.0.0.1:\(port)", "--data-dir", data, "--admin-socket", socket])
    }
}
