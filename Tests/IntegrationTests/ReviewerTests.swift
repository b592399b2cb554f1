import Foundation
import PetaTestSupport
import Testing

/// `peta approve` at a terminal, against a gateway that the test plays.
@Suite struct ReviewerTests {
    /// Longer than the time for which keys do not count.
    private static let pause: Int32 = 450

    private final class Rig {
        let directory: TemporaryDirectory
        let script: AdminScript
        let terminal: TerminalProcess
        let before: [UInt32]

        init(
            _ entries: [[String: Any]] = [], rows: Int = 24, columns: Int = 80, variables: [String: String] = [:], arguments: [String] = []
        ) throws {
            directory = try TemporaryDirectory()
            script = try AdminScript(path: directory.path("s"))
            for entry in entries { script.add(entry) }
            var environment = ChildProcess.plainEnvironment
            environment["PETA_SOCKET"] = script.path
            environment["TERM"] = "xterm"
            environment.merge(variables) { $1 }
            terminal = try TerminalProcess(
                PetaBinary.path(), ["approve"] + arguments, environment: environment, rows: rows, columns: columns)
            before = terminal.flags
        }

        /// Types when what is on the screen may be decided, and nothing that is typed is dropped any more.
        func press(_ keys: String) throws {
            poll(nil, 0, ReviewerTests.pause)
            try terminal.type(keys)
        }
    }

    @Test("requests come as they arrive, and keys decide them")
    func decide() throws {
        let rig = try Rig([AdminScript.entry("one")])
        let screen = try rig.terminal.see("what     bank::transfer")
        #expect(screen.contains { $0.contains("who      alice") } && screen.contains { $0.contains("\"amount\": 5000") })
        #expect(!rig.terminal.isCooked)
        try rig.press("a")
        try rig.terminal.see("Nothing waits")
        rig.script.add(AdminScript.entry("two", user: "bob", tool: "close"))
        try rig.terminal.see("what     bank::close")
        try rig.press("r")
        try rig.terminal.see("Reason")
        try rig.terminal.type("not é today\r")
        try rig.terminal.see("rejected bank::close for bob")
        try rig.press("q")
        #expect(try rig.terminal.end() == .exited(0))
        #expect(rig.terminal.flags == rig.before && rig.terminal.isCooked)
        #expect(
            rig.script.requests.filter { $0.hasPrefix("POST") } == [
                #"POST /v1/approvals/one/allow {"channel":"cli"}"#,
                #"POST /v1/approvals/two/deny {"reason":"not é today","channel":"cli"}"#,
            ])
        try rig.terminal.read("\u{1B}[?1049l")
        try rig.terminal.see("approved bank::transfer for alice (one)")
    }

    @Test("what was typed before a request appeared does not decide it")
    func typeAhead() throws {
        let rig = try Rig([AdminScript.entry("one"), AdminScript.entry("two", user: "bob")])
        try rig.terminal.see("who      alice")
        try rig.press("aaaaaaaaaaaaaaaa")
        try rig.terminal.see("who      bob")
        try rig.press("q")
        _ = try rig.terminal.end()
        #expect(rig.script.requests.filter { $0.hasPrefix("POST") }.count == 1)
    }

    @Test("what somebody else decides is told, and the next one is shown")
    func overtaken() throws {
        let rig = try Rig([AdminScript.entry("one"), AdminScript.entry("two", user: "bob")])
        try rig.terminal.see("who      alice")
        rig.script.decide("one", "approved")
        let screen = try rig.terminal.see("who      bob")
        #expect(screen.contains { $0.contains("approved by uid:77 (cli) a moment ago") })
        rig.script.decide("two", "expired")
        try rig.terminal.see("Nothing waits")
        try rig.press("q")
        #expect(try rig.terminal.end() == .exited(0))
    }

    @Test("arguments that do not fit are scrolled through before a yes, in any size that the terminal is given meanwhile")
    func scrollAndResize() throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<60).map { ("key\($0 + 100)", $0) })
        let rig = try Rig([AdminScript.entry("one", ["arguments": many])])
        try rig.terminal.see("more below")
        try rig.press("a")
        try rig.terminal.see("scroll to the end first")
        rig.terminal.resize(rows: 10, columns: 20)
        try rig.terminal.see("a narrow screen") { rows in rows.contains { $0.hasPrefix("expires in") } && rows.last == "a r s d l ? q" }
        rig.terminal.resize(rows: 12, columns: 70)
        try rig.terminal.see("a approve  r reject")
        for _ in 0..<20 { try rig.terminal.type(" ") }
        try rig.terminal.see("--- the end")
        try rig.press("a")
        try rig.script.heard("POST /v1/approvals/one/allow")
        try rig.press("q")
        #expect(try rig.terminal.end() == .exited(0))
    }

    @Test("all of what was cut is fetched with a key")
    func full() throws {
        let rig = try Rig([AdminScript.entry("one", ["argumentsCut": true])])
        try rig.terminal.see("Not all of the arguments is shown")
        try rig.press("a")
        try rig.terminal.see("A approves without")
        try rig.terminal.type("f")
        try rig.terminal.see("all of it\"")
        #expect(rig.script.requests.contains { $0.hasPrefix("GET /v1/approvals/one?full=true") })
        try rig.press("a")
        try rig.script.heard("POST /v1/approvals/one/allow")
    }

    @Test("refusals are told and leave the view usable; a gateway that goes away is waited for")
    func refusalAndRestart() throws {
        let rig = try Rig([AdminScript.entry("one")])
        try rig.terminal.see("who      alice")
        rig.script.refuse(403, "not_permitted", "this is your own request")
        try rig.press("a")
        try rig.terminal.see("not approved: this is your own request")
        rig.script.stop()
        try rig.terminal.see("trying again: ")
        try rig.terminal.type("a")
        try rig.terminal.see("not approved: ")
        try rig.script.start()
        rig.script.add(AdminScript.entry("two", user: "bob"))
        try rig.terminal.see("the other one waits too") { $0.contains { $0.contains("2 calls waiting") } }
        try rig.terminal.type("s")
        try rig.terminal.see("who      bob")
        try rig.press("q")
        #expect(try rig.terminal.end() == .exited(0))
    }

    @Test(
        "the terminal is given back however it ends",
        arguments: [(SIGINT, 2), (SIGTERM, 15), (SIGHUP, 1), (0, 130)] as [(Int32, Int32)])
    func restored(_ signal: Int32, _ end: Int32) throws {
        let rig = try Rig([AdminScript.entry("one")])
        try rig.terminal.see("who      alice")
        if signal == 0 { try Self.insist(on: "\u{3}", rig.terminal) { rig.terminal.hasEnded } } else { rig.terminal.signal(signal) }
        #expect(try rig.terminal.end() == (signal == 0 ? .exited(end) : .signalled(end)))
        #expect(rig.terminal.flags == rig.before)
        try rig.terminal.read("\u{1B}[?2004l\u{1B}[?25h\u{1B}[?1049l")
    }

    /// Presses a key until it has its effect: a process that stood still for a while forgets what was typed meanwhile, and a busy machine
    /// makes it stand still.
    private static func insist(on key: String, _ terminal: TerminalProcess, until hasEffect: () -> Bool) throws {
        var pressed = -Double.infinity
        try eventually("the effect of a key") {
            if monotonicSeconds() > pressed + 2, !hasEffect() {
                try terminal.type(key)
                pressed = monotonicSeconds()
            }
            return hasEffect()
        }
    }

    @Test("a terminal that is taken away ends it")
    func hangUp() throws {
        let rig = try Rig([AdminScript.entry("one")])
        try rig.terminal.see("who      alice")
        rig.terminal.hangUp()
        _ = try rig.terminal.end()
    }

    @Test("a process that was stopped takes the terminal again, and keys that were typed meanwhile decide nothing")
    func stopped() throws {
        let rig = try Rig([AdminScript.entry("one")])
        try rig.terminal.see("who      alice")
        rig.terminal.signal(SIGSTOP)
        try rig.press("aaa")
        rig.terminal.resize(rows: 20, columns: 70)
        rig.terminal.signal(SIGCONT)
        try rig.terminal.see("who      alice")
        #expect(!rig.terminal.isCooked)
        try rig.press("q")
        #expect(try rig.terminal.end() == .exited(0))
        #expect(!rig.script.requests.contains { $0.hasPrefix("POST") })
    }

    @Test(
        "Ctrl-Z gives the terminal to the shell, and fg takes it back",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
    func suspended() throws {
        let directory = try TemporaryDirectory()
        let script = try AdminScript(path: directory.path("s"))
        script.add(AdminScript.entry("one"))
        var environment = ChildProcess.plainEnvironment
        environment.merge(["PETA_SOCKET": script.path, "TERM": "xterm", "PS1": "shell> "]) { $1 }
        let shell = try TerminalProcess("/bin/bash", ["--norc", "--noediting", "-i"], environment: environment)
        try shell.see("shell>")
        try shell.type("'\(PetaBinary.path())' approve\n")
        try shell.see("who      alice")
        try Self.insist(on: "\u{1A}", shell) { shell.output.contains("Stopped") }
        try eventually("the shell's own terminal") { shell.isCooked }
        try shell.type("fg\n")
        try shell.see("who      alice")
        try eventually("the reviewer's terminal") { !shell.isCooked }
        poll(nil, 0, Self.pause)
        try shell.type("q")
        try eventually("the shell's own terminal") { shell.isCooked }
        try shell.type("exit\n")
        _ = try shell.end()
    }

    @Test("a dumb terminal and --plain get lines and no control sequence", arguments: [["TERM": "dumb"], ["TERM": ""], [:]])
    func plain(_ variables: [String: String]) throws {
        let rig = try Rig(
            [AdminScript.entry("one"), AdminScript.entry("two", user: "bob", tool: "close")], columns: 200, variables: variables,
            arguments: variables.isEmpty ? ["--plain"] : [])
        try rig.terminal.read("q quit: ")
        try rig.terminal.read("\"amount\": 5000")
        try rig.press("a\n")
        try rig.terminal.read("approved bank::transfer for alice")
        try rig.terminal.read("bank::close")
        try rig.press("r\n")
        try rig.terminal.read("Reason, or an empty line to cancel: ")
        try rig.terminal.type("no\n")
        try rig.terminal.read("rejected bank::close for bob")
        rig.script.stop()
        try rig.terminal.read("trying again: ")
        try rig.script.start()
        try rig.terminal.read("connected again")
        try rig.press("q\n")
        #expect(try rig.terminal.end() == .exited(0))
        #expect(!rig.terminal.output.contains("\u{1B}") && rig.terminal.flags == rig.before)
        #expect(rig.terminal.output.components(separatedBy: "who      alice").count == 2, "each request is told once")
    }

    @Test("the end of input ends a reviewer that reads lines")
    func endOfInput() throws {
        let rig = try Rig(variables: ["TERM": "dumb"])
        try rig.terminal.read("q quit: ")
        try rig.terminal.type("\u{4}")
        #expect(try rig.terminal.end() == .exited(0))
    }

    @Test("without a terminal, or without a gateway, it ends at once and says why")
    func refused() throws {
        let directory = try TemporaryDirectory()
        let environment = ChildProcess.plainEnvironment.merging(["PETA_SOCKET": directory.path("s"), "TERM": "xterm"]) { $1 }
        let piped = try ChildProcess(PetaBinary.path(), ["approve"], environment: environment)
        piped.closeInput()
        #expect(try piped.wait() == .exited(64))
        try piped.stderr.end()
        #expect(piped.stderr.text.contains("peta approve list"))
        let terminal = try TerminalProcess(PetaBinary.path(), ["approve"], environment: environment)
        #expect(try terminal.end() == .exited(69))
        try terminal.read("cannot reach the gateway")
        #expect(!terminal.output.contains("\u{1B}"))
    }

    @Test("quitting waits for the answer to a decision that is under way")
    func quitWaits() throws {
        let rig = try Rig([AdminScript.entry("one")])
        try rig.terminal.see("who      alice")
        rig.script.hold()
        try rig.press("a")
        try rig.script.heard("POST /v1/approvals/one/allow")
        try rig.press("q")
        try rig.terminal.see("waiting for the gateway's answer")
        #expect(!rig.terminal.isCooked)
        rig.script.release()
        #expect(try rig.terminal.end() == .exited(0))
        try rig.terminal.see("approved bank::transfer")
    }

    @Test("the watch of scripts ends when nobody reads it, and by Ctrl-C with 0")
    func watch() throws {
        let directory = try TemporaryDirectory()
        let script = try AdminScript(path: directory.path("s"))
        script.add(AdminScript.entry("one"))
        let environment = ChildProcess.plainEnvironment.merging(["PETA_SOCKET": script.path]) { $1 }
        let watch = try ChildProcess(PetaBinary.path(), ["approve", "watch"], environment: environment)
        _ = try watch.stdout.line(containing: "waiting")
        _ = try watch.stdout.line(containing: "ready")
        script.decide("one", "rejected")
        _ = try watch.stdout.line(containing: "rejected")
        watch.signal(SIGINT)
        #expect(try watch.wait() == .exited(0))
        let pipe = try ChildProcess(
            "/bin/sh", ["-c", "\"$0\" approve watch --json | head -1", try PetaBinary.path()],
            environment: environment)
        #expect(try pipe.wait() == .exited(0))
    }
}
