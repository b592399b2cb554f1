import Foundation
import PetaTestSupport
import Testing

/// `peta shell` without a terminal, and with a gateway that is one.
@Suite struct ShellScriptTests {
    private func run(_ script: String, _ arguments: [String] = [], socket: String = "/nowhere", in directory: TemporaryDirectory) throws
        -> RunResult
    {
        try PetaTestSupport.run(
            PetaBinary.path(), ["shell"] + arguments, stdin: script, environment: ShellRig.environment(directory, socket))
    }

    @Test("lines of standard input are run up to the first that fails")
    func stops() throws {
        let directory = try TemporaryDirectory()
        let result = try run("# first\n\nversion\npeta version --json\nstatus\nversion\n", in: directory)
        #expect(result.status == 69)
        #expect(result.stdout == "peta 0.1.0\n{\n  \"version\": \"0.1.0\"\n}\n")
        #expect(result.stderr.contains("cannot reach the gateway at /nowhere"))
        #expect(result.stderr.hasSuffix("peta: line 5 ended with 69; what follows is not run\n"))
        #expect(directory.contents.isEmpty, "no history")
    }

    @Test("with --keep-going all of them, and the code is that of the first that failed")
    func keepsGoing() throws {
        let directory = try TemporaryDirectory()
        let result = try run("status\nversion\nnonsense\nserve\na | b\nversion", ["--keep-going"], in: directory)
        #expect(result.status == 69 && result.stdout == "peta 0.1.0\npeta 0.1.0\n")
        for line in [1, 3, 4, 5] { #expect(result.stderr.contains("peta: line \(line) ended with \(line == 1 ? 69 : 64)\n")) }
        #expect(try run("version\nexit\nnonsense\n", in: directory).status == 0)
    }

    @Test("a command does not read what follows it, and may stretch over lines")
    func input() throws {
        let directory = try TemporaryDirectory()
        let script = try AdminScript(path: directory.path("s"))
        let result = try run(
            "user show 'a\nb'\nuser show \\\nc\nsecret set x --stdin\nuser show d\n", ["--keep-going"], socket: script.path, in: directory)
        #expect(script.requests.map { $0.trimmingCharacters(in: .whitespaces) }.filter { $0.contains("/v1/users") }.count == 3)
        #expect(result.stderr.contains("line 5 ended with 65"), "standard input is empty for it: \(result.stderr)")
    }

    @Test(
        "what is no script is refused with its line",
        arguments: [
            ("version\nuser show 'a\nb\n", "the ' of the command in line 2 is not closed"), ("version \\", "the last line ends with \\"),
            ("version\nx\u{0}y\n", "line 2: it is not a text in UTF-8"),
        ])
    func wrong(_ text: String, _ words: String) throws {
        let result = try run(text, in: TemporaryDirectory())
        #expect(result.status == 65 && result.stderr.contains(words), "\(result.stderr)")
    }

    @Test("a line without an end, a closed pipe and a signal are no reason to hang")
    func bounds() throws {
        let directory = try TemporaryDirectory()
        let long = try run(String(repeating: "x", count: 2 << 20), in: directory)
        #expect(long.status == 65 && long.stderr.contains("longer than 1 MiB"))
        let environment = ShellRig.environment(directory, "/nowhere")
        let pipe = try ChildProcess(
            "/bin/sh", ["-c", "yes version | \"$0\" shell | head -1", try PetaBinary.path()], environment: environment)
        #expect(try pipe.wait() == .exited(0))
        let waiting = try ChildProcess(PetaBinary.path(), ["shell"], environment: environment)
        try waiting.writeLine("version")
        _ = try waiting.stdout.line(containing: "peta 0.1.0")
        waiting.signal(SIGINT)
        #expect(try waiting.wait() == .signalled(SIGINT))
    }

    @Test("--admin-socket holds for every command")
    func socket() throws {
        let directory = try TemporaryDirectory()
        let script = try AdminScript(path: directory.path("s"))
        _ = try run("user show a\n", ["--admin-socket", script.path], in: directory)
        #expect(script.requests.contains { $0.hasPrefix("GET /v1/users/a") })
    }

    @Test("with a gateway that is one: names, streams, approvals, and a restart under it")
    func gateway() throws {
        let gateway = try Gateway()
        try gateway.addDemo("demo")
        let directory = try TemporaryDirectory()
        let terminal = try ShellRig.terminal(directory, socket: gateway.socket)
        let screen = ShellScreen(terminal)
        try screen.prompt()
        try screen.type("user add al\u{7F}lice --name 'Алиса 漢字'\r")
        try terminal.see("alice: added")
        try screen.prompt()
        try screen.type("user gr\tal\tdemo::ec\t\r")
        try terminal.see("demo::echo")
        try screen.prompt()
        try screen.type("server call de\tec\t'{\"text\":\"héllo\"}'\r")
        try terminal.read("héllo\r\n")
        try screen.prompt()
        try screen.type("audit tail -f\r")
        try terminal.see("POST /v1/users")
        try gateway.expect("server", "stop", "demo")
        try terminal.see("stop")
        try terminal.type("\u{3}")
        try screen.prompt()
        try screen.type("server logs demo -f\r")
        try eventually("the stream runs") { terminal.isCooked }
        try terminal.type("\u{3}")
        try screen.prompt()
        try gateway.stop()
        try screen.prompt("peta (no gateway)> ")
        let again = try gateway.restarted()
        try screen.prompt()
        try screen.type("user show alice\r")
        try terminal.see("Алиса 漢字")
        try screen.prompt()
        try screen.type("\u{4}")
        #expect(try terminal.end() == .exited(0))
        let history = try String(contentsOfFile: directory.path("state/peta/history"), encoding: .utf8)
        #expect(history.hasPrefix("user add alice --name 'Алиса 漢字'\nuser grant alice demo::echo \n"))
        try again.stop()
    }
}
