import Foundation
import PetaTestSupport
import Testing

@Suite("rotation and change of keys under fire")
struct VaultRotationTests {
    private static let passphrases = ["the first of two passphrases", "the second of two passphrases"]

    private func value(_ number: Int) -> String { "value \(number) of many" }

    /// Puts many secrets straight into a running gateway.
    private func fill(_ gateway: Gateway, _ count: Int) throws {
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile("rb")
            for i in range(int(sys.argv[2])):
                body = ("value %d of many" % i).encode() + b" " * int(sys.argv[3])
                s.sendall(b"PUT /v1/secrets/s%d HTTP/1.1\\r\\nHost: p\\r\\nContent-Length: %d\\r\\n\\r\\n" % (i, len(body)) + body)
                status = f.readline(); length = 0
                while True:
                    line = f.readline()
                    if line == b"\\r\\n": break
                    if line.lower().startswith(b"content-length:"): length = int(line.split(b":")[1])
                f.read(length)
                assert b"200" in status, status
            """
        let result = try run(PythonPeer.command("python"), ["-c", script, gateway.socket, "\(count)", "0"])
        guard result.status == 0 else { throw TestFailure(result.stderr) }
    }

    private func expectWhole(_ gateway: Gateway, _ numbers: some Sequence<Int>) throws {
        for number in numbers { #expect(try gateway.peta("secret", "show", "s\(number)", "--reveal").stdout == value(number)) }
    }

    @Test("killed at whatever moment of a rotation, it goes on at the next start and nothing is lost")
    func killed() throws {
        let count = 600
        var gateway = try Gateway()
        try fill(gateway, count)
        try gateway.addDemo()
        var generation = 1
        var sawHalf = false
        for attempt in 0..<12 {
            #expect(try gateway.peta("vault", "rotate", "--no-wait").status == 0)
            generation += 1
            // A little later each time, from at once to when it has ended.
            poll(nil, 0, Int32(attempt * 4))
            try gateway.kill()
            gateway = try gateway.restarted()
            let state = try VaultOperationTests.state(gateway)
            if state["rotation"] is [String: Any] { sawHalf = true }
            #expect(state["generation"] as? Int == generation)
            try expectWhole(gateway, [0, 63, 64, count / 2, count - 1])
            try eventually("the rotation ends") { try VaultOperationTests.state(gateway)["rotation"] is NSNull }
            try expectWhole(gateway, [1, 65, count - 2])
        }
        #expect(sawHalf || generation > 1)
        #expect(try gateway.expect("server", "call", "demo", "echo", #"{"text":"x"}"#).contains("x"))
        #expect(try gateway.peta("audit", "verify").status == 0)
        try expectWhole(gateway, stride(from: 0, to: count, by: 37))
        try gateway.stop()
    }

    @Test("killed at whatever moment of a change of passphrase, the old or the new one opens the vault")
    func killedWhileChanging() throws {
        let place = try TemporaryDirectory()
        let files = try Self.passphrases.enumerated().map { try place.write($1, to: "p\($0)") }
        var gateway = try Gateway(arguments: ["--passphrase-file", files[0]])
        #expect(try gateway.peta("secret", "set", "a", "--stdin", stdin: "v").status == 0)
        var current = 0
        var changes = 0
        for attempt in 0..<8 {
            let change = try ChildProcess(
                PetaBinary.path(), ["vault", "passphrase", "--current-file", files[current], "--from-file", files[1 - current]],
                environment: ChildProcess.plainEnvironment.merging(["PETA_SOCKET": gateway.socket]) { $1 })
            // It derives twice, which takes a few hundred milliseconds, and then writes one row.
            poll(nil, 0, Int32(100 + attempt * 120))
            try gateway.kill()
            _ = try change.wait()
            do {
                gateway = try gateway.restarted(arguments: ["--passphrase-file", files[current]])
            } catch {
                current = 1 - current
                changes += 1
                gateway = try gateway.restarted(arguments: ["--passphrase-file", files[current]])
            }
            #expect(try gateway.peta("secret", "show", "a", "--reveal").stdout == "v")
        }
        try gateway.stop()
    }

    @Test("a rotation goes on with calls, and whatever is set meanwhile is kept")
    func underLoad() throws {
        let rig = try DownstreamRig()
        try fill(rig.gateway, 400)
        try rig.gateway.addDemo()
        let client = try rig.client()
        for round in 0..<5 {
            #expect(try rig.gateway.peta("vault", "rotate", "--no-wait").status == 0)
            #expect(try client.callText("demo::echo", #"{"text":"x"}"#) == "x")
            #expect(try rig.gateway.peta("secret", "set", "s\(round)", "--stdin", stdin: value(round)).status == 0)
            try rig.gateway.expect("server", "update", "demo", "--title", "Round \(round)")
            try eventually("the rotation ends") { try VaultOperationTests.state(rig.gateway)["rotation"] is NSNull }
        }
        try expectWhole(rig.gateway, 0..<6)
        #expect(try rig.show("demo")["title"] as? String == "Round 4")
        let records = try rig.gateway.expect("audit", "query", "--kind", "admin", "--json")
        #expect(records.components(separatedBy: "\"vault/resealed\"").count == 6)
        client.http.close()
        try rig.finish()
    }

    @Test(
        "a full disk stops a rotation with a clear word, loses nothing, and it ends by itself when there is room",
        .enabled(if: OperationsMount.isPossible, "needs the right to mount"))
    func fullDisk() throws {
        let mount = try OperationsMount(megabytes: 16)
        let first = try Gateway()
        try fill(first, 500)
        try first.stop()
        try mount.take(first.data)
        let gateway = try Gateway(arguments: ["--data-dir", mount.path + "/data"], directory: first.directory)
        try mount.fill()
        var said: [String] = []
        try eventually("the disk is found full") {
            let result = try gateway.peta("vault", "rotate")
            if result.status == 75 { return true }
            said.append(result.stderr)
            return result.status != 0
        }
        #expect(said.contains { $0.contains("full") || $0.contains("audit") }, "\(said)")
        // What cannot be recorded is not revealed; where a record still fits, it is what it was.
        for number in [0, 100, 499] {
            let shown = try gateway.peta("secret", "show", "s\(number)", "--reveal")
            #expect(shown.stdout == value(number) || shown.status == 69 && shown.stdout.isEmpty, "\(shown)")
        }
        try mount.free()
        try eventually("it can be ended") {
            let state = try VaultOperationTests.state(gateway)
            if state["rotation"] is NSNull, (state["generation"] as? Int ?? 1) > 1 { return true }
            _ = try gateway.peta("vault", "rotate")
            return false
        }
        try expectWhole(gateway, stride(from: 0, to: 500, by: 41))
        #expect(try gateway.peta("audit", "verify").status == 0)
        try gateway.stop()
        let again = try Gateway(arguments: ["--data-dir", mount.path + "/data"], directory: first.directory)
        try expectWhole(again, stride(from: 3, to: 500, by: 97))
        try again.stop()
    }
}
