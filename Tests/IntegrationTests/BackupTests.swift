import Foundation
import PetaTestSupport
import Testing

@Suite("Backups of a running gateway")
struct BackupTests {
    private static let passphrase = "correct horse battery staple"

    /// Options that give the passphrase.
    private func key(_ directory: TemporaryDirectory) throws -> [String] {
        ["--from-file", try directory.write(Self.passphrase + "\n", to: "passphrase")]
    }

    private func object(_ text: String) throws -> [String: Any] { try DownstreamRig.object(text) }

    private func records(_ gateway: Gateway) throws -> [[String: Any]] {
        try gateway.expect("audit", "tail", "-n", "10000", "--json").split(separator: "\n").map { try object(String($0)) }
    }

    /// Makes the database so large that a backup takes a while.
    private func fill(_ gateway: Gateway, megabytes: Int = 150) throws {
        let script = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], timeout=20)
            db.execute("CREATE TABLE bulk(data BLOB)")
            db.executemany("INSERT INTO bulk VALUES(zeroblob(1000000))", [()] * int(sys.argv[2]))
            db.commit()
            """
        let filled = try run("/usr/bin/python3", ["-c", script, gateway.data + "/peta.db", String(megabytes)])
        try #require(filled.status == 0, "\(filled.stderr)")
    }

    /// Returns when the gateway makes a backup.
    private func begins(_ gateway: Gateway, _ making: ChildProcess) throws {
        try eventually("the backup begins") {
            try making.end != nil || gateway.expect("backup", "list", "--json").contains(#""running""#)
        }
        #expect(making.end == nil, "it was over before it could be interrupted")
    }

    @Test("one that is made while calls go on comes to life on a clean host: secrets, tokens and servers work, and the audit goes on")
    func wholeLife() throws {
        let gateway = try Gateway()
        let directory = try TemporaryDirectory()
        let key = try key(directory)
        let token = try gateway.token()
        _ = try gateway.peta("secret", "set", "github", "--stdin", stdin: "the value")
        try gateway.addDemo(options: ["--env", "KEY=${secret:github}"])
        let client = try MCPConnection.open(port: gateway.port, token: token)
        let file = directory.path("one.backup")
        // Calls until the backup is there.
        let making = try gateway.start(["backup", "create", file, "--json"] + key)
        var calls = 0
        while making.end == nil || calls < 20 {
            #expect(try client.callText("demo::environment", #"{"name":"KEY"}"#) == "[redacted:github]")
            calls += 1
        }
        #expect(try making.wait() == .exited(0))
        try making.stdout.end()
        let made = try object(making.stdout.text)
        let digest = try run("/usr/bin/sha256sum", [file]).stdout.prefix(64)
        #expect(made["sha256"] as? String == String(digest))
        let created = try #require(try records(gateway).first { $0["method"] as? String == "backup/created" })
        #expect((created["detail"] as? String)?.contains(digest) == true && created["uid"] as? Int == Int(getuid()))
        #expect(created["target"] as? String == made["id"] as? String)
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        client.http.close()
        try gateway.stop()

        let verified = try runPeta("backup", "verify", file, "--from-file", key[1], "--json")
        #expect(verified.status == 0 && verified.stderr.isEmpty)
        let verdict = try object(verified.stdout)
        #expect(verdict["secrets"] as? Int == 1 && (verdict["findings"] as? [Any])?.isEmpty == true)
        let host = try TemporaryDirectory()
        let restored = try runPeta("backup", "restore", file, "--from-file", key[1], "--data-dir", host.path("data"))
        #expect(restored.status == 0, "\(restored.stderr)")
        let second = try Gateway(directory: host)
        let again = try MCPConnection.open(port: second.port, token: token)
        #expect(try again.callText("demo::environment", #"{"name":"KEY"}"#) == "[redacted:github]")
        #expect(try second.expect("secret", "show", "github", "--reveal") == "the value")
        #expect(try object(second.expect("audit", "verify", "--json"))["ok"] as? Bool == true)
        let seen = try records(second).filter { $0["method"] as? String == "backup/restored" }
        #expect(seen.count == 1 && (seen.first?["detail"] as? String)?.contains(digest) == true)
        again.http.close()
        // The record is written once.
        try second.stop()
        let third = try second.restarted()
        #expect(try records(third).count { $0["method"] as? String == "backup/restored" } == 1)
        try third.stop()
    }

    @Test("a command that is killed or interrupted leaves nothing behind; the gateway goes on")
    func killedClient() throws {
        let gateway = try Gateway()
        let directory = try TemporaryDirectory()
        let key = try key(directory)
        try fill(gateway)
        for signal in [SIGKILL, SIGINT, SIGTERM] {
            let name = "killed-\(signal).backup"
            let making = try gateway.start(["backup", "create", directory.path(name)] + key)
            try begins(gateway, making)
            making.signal(signal)
            #expect(try making.wait() == .signalled(signal))
            // Not even the file that it wrote into: that has no name until it is whole.
            #expect(directory.contents == ["passphrase"], "signal \(signal)")
            // It is over for the gateway too.
            try eventually("the gateway makes none any more") {
                let list = try gateway.expect("backup", "list", "--json")
                return !list.contains("running")
            }
        }
        // The record of a failure follows its entry.
        try eventually("three failures are recorded") { try records(gateway).count { $0["method"] as? String == "backup/failed" } == 3 }
        try gateway.expect(["backup", "create", directory.path("whole.backup")] + key)
        #expect(try gateway.peta(["backup", "verify", directory.path("whole.backup")] + key).status == 0)
        // An existing file is kept unless it is to be replaced.
        #expect(try gateway.peta(["backup", "create", directory.path("whole.backup")] + key).status == 73)
        #expect(try gateway.peta(["backup", "create", directory.path("whole.backup"), "--force"] + key).status == 0)
        try gateway.stop()
    }

    @Test("a gateway that is killed or stopped while it makes one leaves no file behind, and the command says what happened")
    func killedGateway() throws {
        for signal in [SIGKILL, SIGTERM] {
            let gateway = try Gateway()
            let directory = try TemporaryDirectory()
            try fill(gateway)
            let making = try gateway.start(["backup", "create", directory.path("a.backup")] + (try key(directory)))
            try begins(gateway, making)
            gateway.process.signal(signal)
            let end = try making.wait()
            #expect(end == .exited(1) || end == .exited(69), "\(end)")
            try making.stderr.end()
            #expect(making.stderr.text.hasPrefix("peta: "))
            #expect(directory.contents == ["passphrase"])
            try gateway.process.wait()
            let next = try gateway.restarted()
            #expect(try object(next.expect("audit", "verify", "--json"))["ok"] as? Bool == true)
            try next.stop()
        }
    }

    @Test("a restore that is killed before it is decided leaves the old state; interrupted, it leaves nothing else either")
    func killedRestore() throws {
        let gateway = try Gateway()
        let directory = try TemporaryDirectory()
        let key = try key(directory)
        try fill(gateway)
        let file = directory.path("big.backup")
        try gateway.expect(["backup", "create", file] + key)
        _ = try gateway.peta("secret", "set", "later", "--stdin", stdin: "than the backup")
        try gateway.stop()
        let staging = gateway.data + "/restore.staging"
        for signal in [SIGINT, SIGKILL] {
            let restoring = try gateway.start(["backup", "restore", file, "--replace", "--yes"] + key)
            try eventually("the restore begins") { FileManager.default.fileExists(atPath: staging + "/peta.db") || restoring.end != nil }
            restoring.signal(signal)
            let end = try restoring.wait()
            #expect(end == (signal == SIGKILL ? .signalled(SIGKILL) : .exited(130)))
            #expect(FileManager.default.fileExists(atPath: staging) == (signal == SIGKILL))
        }
        let next = try gateway.restarted()
        #expect(try next.expect("secret", "show", "later", "--reveal") == "than the backup")
        #expect(!FileManager.default.fileExists(atPath: staging))
        // While it runs nothing is restored, and it says what to do.
        let refused = try next.peta(["backup", "restore", file, "--replace", "--yes"] + key)
        #expect(refused.status == 69 && refused.stderr.contains("in use by process \(next.process.pid)"))
        try next.stop()
        let restored = try next.peta(["backup", "restore", file, "--replace", "--yes"] + key)
        #expect(restored.status == 0 && restored.stdout.contains("before-restore-"))
        let last = try next.restarted()
        #expect(try last.peta("secret", "show", "later").status == 66)
        try last.stop()
    }

    @Test("what a verification that was killed left behind is removed by the next one, and nothing else is")
    func killedVerification() throws {
        let gateway = try Gateway()
        let directory = try TemporaryDirectory()
        let key = try key(directory)
        let file = directory.path("a.backup")
        try gateway.expect(["backup", "create", file] + key)
        try gateway.stop()
        let scratch = try TemporaryDirectory()
        // Of long ago, of a moment ago, with something in it that is not of a backup, and of another purpose.
        for name in ["peta-verify-000old", "peta-verify-00used", "peta-verify-000new", "peta-verify-other", "other-verify"] {
            try FileManager.default.createDirectory(atPath: scratch.path(name), withIntermediateDirectories: false)
            try scratch.write("x", to: name + "/peta.db")
            if name == "peta-verify-other" { try scratch.write("x", to: name + "/mine") }
            var past = [timeval(tv_sec: time(nil) - 3600, tv_usec: 0), timeval(tv_sec: time(nil) - 3600, tv_usec: 0)]
            if name != "peta-verify-000new" { #expect(utimes(scratch.path(name), &past) == 0) }
        }
        let used = open(scratch.path("peta-verify-00used"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(used) }
        #expect(flock(used, LOCK_EX | LOCK_NB) == 0)
        let verified = try gateway.peta(["backup", "verify", file] + key, environment: ["TMPDIR": scratch.path])
        #expect(verified.status == 0, "\(verified)")
        #expect(
            scratch.contents == [
                "other-verify", "other-verify/peta.db", "peta-verify-000new", "peta-verify-000new/peta.db", "peta-verify-00used",
                "peta-verify-00used/peta.db", "peta-verify-other", "peta-verify-other/mine",
            ])
    }

    @Test("a Ctrl-C ends the waiting for a pipe that gives nothing, whenever it comes", arguments: [0, 1, 5, 50])
    func stalledPipe(milliseconds: Int32) throws {
        let directory = try TemporaryDirectory()
        let verifying = try ChildProcess(PetaBinary.path(), ["backup", "verify", "-"] + key(directory))
        poll(nil, 0, milliseconds)
        verifying.signal(SIGINT)
        let end = try verifying.wait()
        // Before it catches signals one ends it as it ends everything.
        #expect(end == .exited(130) || end == .signalled(SIGINT))
    }

    @Test("a sealed gateway refuses a backup with 75, and one that is being made ends with that when it is sealed")
    func sealed() throws {
        let (gateway, place, _) = try VaultOperationTests.start()
        let directory = try TemporaryDirectory()
        let key = try key(directory)
        try fill(gateway)
        let making = try gateway.start(["backup", "create", directory.path("a.backup")] + key)
        try begins(gateway, making)
        try gateway.expect("vault", "seal", "--yes")
        #expect(try making.wait() == .exited(75))
        try making.stderr.end()
        #expect(making.stderr.text.contains("sealed") && making.stderr.text.contains("peta vault unseal"))
        let refused = try gateway.peta(["backup", "create", directory.path("b.backup")] + key)
        #expect(refused.status == 75 && refused.stderr.contains("peta vault unseal"))
        #expect(directory.contents == ["passphrase"])
        #expect(try VaultOperationTests.unseal(gateway).status == 0)
        try eventually("the failure is recorded") { try records(gateway).contains { $0["method"] as? String == "backup/failed" } }
        let failed = try #require(try records(gateway).first { $0["method"] as? String == "backup/failed" })
        #expect((failed["error"] as? String)?.contains("sealed") == true)
        try gateway.expect(["backup", "create", directory.path("c.backup")] + key)
        try gateway.stop()
        _ = place
    }

    @Test("one of a vault that a passphrase opens and that was rotated comes to life under another passphrase; the audit shows the restore")
    func rotated() throws {
        let (gateway, place, token) = try VaultOperationTests.start()
        let directory = try TemporaryDirectory()
        let key = try key(directory)
        for _ in 0..<2 {
            try gateway.expect("vault", "rotate")
            try eventually("it is rotated") {
                let state = try VaultOperationTests.state(gateway)
                return state["rotation"] is NSNull
            }
        }
        let file = directory.path("rotated.backup")
        try gateway.expect(["backup", "create", file] + key)
        try gateway.stop()
        let host = try TemporaryDirectory()
        let other = try host.write("quite another passphrase\n", to: "vault")
        let weak = try host.write("short\n", to: "weak")
        let refused = try runPeta(
            "backup", "restore", file, "--from-file", key[1], "--data-dir", host.path("data"), "--vault-passphrase-file", weak)
        #expect(refused.status != 0 && refused.stderr.contains("12 are the least"))
        let restored = try runPeta(
            "backup", "restore", file, "--from-file", key[1], "--data-dir", host.path("data"), "--vault-passphrase-file", other)
        #expect(restored.status == 0, "\(restored.stderr)")
        #expect(!FileManager.default.fileExists(atPath: host.path("data") + "/key"))
        let second = try Gateway(arguments: ["--passphrase-file", other], directory: host)
        #expect(try second.expect("secret", "show", "a", "--reveal") == VaultOperationTests.value)
        #expect(try VaultOperationTests.state(second)["generation"] as? Int == 3)
        let client = try MCPConnection.open(port: second.port, token: token)
        #expect(try client.callText("demo::environment", #"{"name":"KEY"}"#) == VaultOperationTests.value)
        client.http.close()
        #expect(try object(second.expect("audit", "verify", "--json"))["ok"] as? Bool == true)
        #expect(try records(second).count { $0["method"] as? String == "backup/restored" } == 1)
        try second.stop()
        _ = place
    }

    @Test("a disk that is full at any write of the file ends it with a reason, and nothing is made")
    func fullDisk() throws {
        let gateway = try Gateway()
        let directory = try TemporaryDirectory()
        let key = try key(directory)
        let (binary, environment) = (try PetaBinary.path(), ChildProcess.plainEnvironment.merging(["PETA_SOCKET": gateway.socket]) { $1 })
        var blocks = 0
        while true {
            let limited = try run(
                "/bin/sh",
                [
                    "-c", "trap '' XFSZ; ulimit -f \"$3\"; exec \"$0\" backup create \"$2\" --from-file \"$1\"", binary, key[1],
                    directory.path("a.backup"), String(blocks),
                ], environment: environment)
            if limited.status == 0 { break }
            #expect(limited.status == 1 && limited.stderr.contains("a.backup: file too large"), "\(blocks): \(limited.stderr)")
            #expect(directory.contents == ["passphrase"])
            // The gateway finds out with its next piece.
            try eventually("it is over for the gateway too") { try !gateway.expect("backup", "list", "--json").contains(#""running""#) }
            // 64 KiB: several stops in each chunk.
            blocks += 128
            try #require(blocks < 100_000)
        }
        #expect(blocks > 0)
        #expect(try gateway.peta(["backup", "verify", directory.path("a.backup")] + key).status == 0)
        try gateway.stop()
    }

    @Test("the passphrase is asked for twice without being shown; what differs, Ctrl-C and a no end it with nothing made")
    func prompts() throws {
        let gateway = try Gateway()
        let directory = try TemporaryDirectory()
        let environment = ChildProcess.plainEnvironment.merging(
            ["PETA_SOCKET": gateway.socket, "PETA_DATA_DIR": gateway.data, "TERM": "xterm"]) { $1 }
        let file = directory.path("asked.backup")
        func terminal(_ arguments: [String]) throws -> TerminalProcess {
            try TerminalProcess(try PetaBinary.path(), arguments, environment: environment)
        }
        func answer(_ terminal: TerminalProcess, _ prompt: String, _ keys: String) throws {
            try terminal.read(prompt)
            // What is typed before the echo is off is thrown away.
            try eventually("the echo is off") { !terminal.isCooked }
            try terminal.type(keys)
        }
        let different = try terminal(["backup", "create", file])
        try answer(different, "Passphrase of the backup, 12 bytes or more: ", "one passphrase\r")
        try answer(different, "The same once more: ", "another one here\r")
        try different.read("are not the same")
        #expect(try different.end() == .exited(65))
        let interrupted = try terminal(["backup", "create", file])
        try answer(interrupted, "Passphrase of the backup, 12 bytes or more: ", "half\u{3}")
        #expect(try interrupted.end() == .exited(130) && interrupted.isCooked)
        let short = try terminal(["backup", "create", file])
        try answer(short, "Passphrase of the backup, 12 bytes or more: ", "short\r")
        try answer(short, "The same once more: ", "short\r")
        try short.read("at least 12 bytes")
        #expect(try short.end() == .exited(65))
        #expect(directory.contents.isEmpty)
        let made = try terminal(["backup", "create", file])
        try answer(made, "Passphrase of the backup, 12 bytes or more: ", Self.passphrase + "\r")
        try answer(made, "The same once more: ", Self.passphrase + "\r")
        try made.read("made,")
        #expect(try made.end() == .exited(0))
        let toTerminal = try terminal(["backup", "create", "-"])
        #expect(try toTerminal.end() == .exited(64))
        try gateway.stop()
        for (key, status) in [("n\r", Int32(1)), ("\u{3}", 130), ("y\r", 0)] {
            let restoring = try terminal(["backup", "restore", file, "--replace"])
            try answer(restoring, "Passphrase of the backup: ", Self.passphrase + "\r")
            try restoring.read("[y/N]")
            try restoring.type(key)
            #expect(try restoring.end() == .exited(status))
            #expect(restoring.isCooked)
        }
        // A Ctrl-C that comes while the key is derived is not lost at the question that follows.
        let early = try terminal(["backup", "restore", file, "--replace"])
        try answer(early, "Passphrase of the backup: ", Self.passphrase + "\r")
        try eventually("the passphrase is taken") { early.isCooked }
        early.signal(SIGINT)
        let end = try early.end()
        #expect(end == .exited(130) || end == .signalled(SIGINT))
        let next = try gateway.restarted()
        #expect(try records(next).count { $0["method"] as? String == "backup/restored" } == 1)
        try next.stop()
    }

    @Test("a pipe that is closed, a full disk, a directory, and a place where nobody may write end it with a reason and nothing made")
    func badPlaces() throws {
        let gateway = try Gateway()
        let directory = try TemporaryDirectory()
        let key = try key(directory)
        try fill(gateway, megabytes: 3)
        let binary = try PetaBinary.path()
        let environment = ChildProcess.plainEnvironment.merging(["PETA_SOCKET": gateway.socket]) { $1 }
        let piped = try run(
            "/bin/sh",
            [
                "-c", "{ \"$0\" backup create - --from-file \"$1\" 2>\"$2\"; echo $? >\"$3\"; } | true", binary, key[1],
                directory.path("errors"), directory.path("status"),
            ], environment: environment)
        #expect(piped.status == 0)
        try eventually("the command has ended") { (try? String(contentsOfFile: directory.path("status"), encoding: .utf8)) == "1\n" }
        #expect(try String(contentsOfFile: directory.path("errors"), encoding: .utf8).contains("not a whole backup"))
        let full = try run(
            "/bin/sh", ["-c", "\"$0\" backup create - --from-file \"$1\" > /dev/full", binary, key[1]], environment: environment)
        #expect(full.status == 1 && full.stderr.contains("not a whole backup"))
        let folder = try gateway.peta(["backup", "create", directory.path] + key)
        #expect(folder.status == 73 || folder.status == 65)
        let nowhere = try gateway.peta(["backup", "create", "/no/such/place/a.backup"] + key)
        #expect(nowhere.status == 66 && nowhere.stderr.contains("/no/such/place"))
        let unknown = try gateway.peta("backup", "create", directory.path("b.backup"), "--secret", "nothing")
        #expect(unknown.status == 66)
        _ = try gateway.peta("secret", "set", "backup-passphrase", "--stdin", stdin: Self.passphrase)
        #expect(try gateway.peta("backup", "create", directory.path("b.backup"), "--secret", "backup-passphrase").status == 0)
        #expect(try gateway.peta(["backup", "verify", directory.path("b.backup")] + key).status == 0)
        let through = try run(
            "/bin/sh", ["-c", "\"$0\" backup verify - --from-file \"$1\" < \"$2\"", binary, key[1], directory.path("b.backup")],
            environment: environment)
        #expect(through.status == 0, "\(through.stderr)")
        #expect(try gateway.peta("backup", "verify", directory.path("b.backup")).status == 64)
        #expect(try gateway.peta(["backup", "verify", directory.path("none")] + key).status == 66)
        #expect(try gateway.peta(["backup", "verify", directory.path] + key).status == 1)
        #expect(try gateway.peta(["backup", "verify", "/etc/passwd"] + key).status == 65)
        #expect(directory.contents.allSatisfy { !$0.hasPrefix(".") })
        try gateway.stop()
    }
}
