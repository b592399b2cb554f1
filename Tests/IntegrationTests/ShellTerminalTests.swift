import Foundation
import PetaTestSupport
import Testing

/// `peta shell` and its terminal: sizes, signals, what a terminal can and cannot do; and its history.
@Suite struct ShellTerminalTests {
    @Test("history is kept for the next shell, and holds no secret")
    func history() throws {
        let directory = try TemporaryDirectory()
        do {
            let rig = try ShellRig(directory: directory)
            for line in [
                "version", "version", " version --json", "token list", "hunter2-the-passphrase", "server add a --env TOKEN=planted-1 -- x",
            ] {
                try rig.run(line)
            }
            try rig.run("secret set planted-2")
            try rig.terminal.see("(not shown)")
            try eventually("nothing is shown") { rig.terminal.flags.last.map { $0 & UInt32(ECHO) == 0 } ?? false }
            try rig.terminal.type("planted-3\r")
            try rig.script.heard("PUT /v1/secrets/planted-2")
            try rig.run("user show 'a")
            try rig.prompt(">")
            try rig.type("b'\r")
            try rig.run("history")
            try rig.terminal.see(#"user show 'a\nb'"#)
            #expect(try rig.leave() == .exited(0))
            #expect(try String(contentsOfFile: rig.history, encoding: .utf8) == "version\nuser show 'a\\nb'\nhistory\n")
            let mode = try FileManager.default.attributesOfItem(atPath: rig.history)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        let rig = try ShellRig(directory: directory)
        try rig.prompt()
        try rig.type("\u{1B}[A\u{1B}[A")
        try rig.terminal.see("b'")
        try rig.type("\r")
        try rig.script.heard("GET /v1/users/a%0Ab")
        try rig.run("history --clear")
        try rig.run("history")
        #expect(try rig.leave() == .exited(0))
        #expect(try String(contentsOfFile: rig.history, encoding: .utf8) == "history\n")
    }

    @Test("two shells keep the lines of both, and one without history keeps none")
    func together() throws {
        let directory = try TemporaryDirectory()
        let one = try ShellRig(directory: directory)
        let two = ShellScreen(try ShellRig.terminal(directory, socket: one.script.path))
        let three = ShellScreen(try ShellRig.terminal(directory, socket: one.script.path, arguments: ["--no-history"]))
        try three.prompt()
        try three.type("help why\r")
        try one.run("version")
        try two.prompt()
        try two.type("status\r")
        try one.run("help")
        for screen in [one.screen, two, three] {
            try screen.prompt()
            try screen.type("\u{4}")
            _ = try screen.terminal.end()
        }
        #expect(Set(try String(contentsOfFile: one.history, encoding: .utf8).split(separator: "\n")) == ["version", "status", "help"])
    }

    @Test("where history cannot be kept it is told once, and the shell works")
    func noPlaceForHistory() throws {
        let directory = try TemporaryDirectory()
        try directory.write("", to: "state")
        let rig = try ShellRig(directory: directory)
        try rig.run("version")
        try rig.run("help why")
        #expect(try rig.leave() == .exited(0))
        #expect(rig.terminal.output.components(separatedBy: "the history is not kept").count == 2)
    }

    @Test(
        "a signal that ends it ends it, and the terminal is given back", arguments: [SIGTERM, SIGHUP])
    func signals(_ number: Int32) throws {
        let rig = try ShellRig()
        try rig.prompt()
        try rig.type("half a line")
        try rig.terminal.see("half a line")
        rig.terminal.signal(number)
        #expect(try rig.terminal.end() == .signalled(number))
        #expect(rig.terminal.flags == rig.before)
    }

    @Test("a terminal that is taken away ends it")
    func hangUp() throws {
        let rig = try ShellRig()
        try rig.prompt()
        rig.terminal.hangUp()
        _ = try rig.terminal.end()
    }

    @Test("Ctrl-Z gives the terminal to the shell of the system, and fg goes on with the line")
    func suspended() throws {
        let directory = try TemporaryDirectory()
        let script = try AdminScript(path: directory.path("s"))
        script.status()
        let environment = ShellRig.environment(directory, script.path).merging(["PS1": "shell$ "]) { $1 }
        let shell = try TerminalProcess("/bin/bash", ["--norc", "--noediting", "-i"], environment: environment)
        try shell.see("shell$")
        try shell.type("'\(PetaBinary.path())' shell\n")
        try shell.see("peta>")
        try shell.type("vers")
        try shell.see("peta> vers")
        try shell.type("\u{1A}")
        try shell.read("Stopped")
        try eventually("the shell's own terminal") { shell.isCooked }
        try shell.type("fg\n")
        try shell.see("the line is there again") { rows in rows.last { !$0.isEmpty } == "peta> vers" }
        try eventually("the editor's terminal") { !shell.isCooked }
        try shell.type("ion\r")
        try shell.read("peta 0.1.0\r\n")
        try shell.see("the prompt") { rows in rows.last { !$0.isEmpty } == "peta>" }
        try shell.type("\u{4}")
        try eventually("the shell's own terminal") { shell.isCooked }
        try shell.type("exit\n")
        _ = try shell.end()
    }

    @Test("a process that was stopped from outside shows its line again")
    func stopped() throws {
        let rig = try ShellRig()
        try rig.prompt()
        try rig.type("vers")
        try rig.terminal.see("peta> vers")
        rig.terminal.signal(SIGSTOP)
        rig.terminal.signal(SIGCONT)
        try rig.type("ion\r")
        try rig.terminal.read("peta 0.1.0\r\n")
    }

    @Test("another size is taken up, and 20 columns are enough")
    func sizes() throws {
        let rig = try ShellRig(columns: 20) { $0.status(waiting: 2) }
        try rig.prompt("peta (2)> ")
        try rig.type("user show 'a name that is longer than the screen is wide'")
        try rig.terminal.see("s wide'")
        rig.terminal.resize(rows: 24, columns: 100)
        try rig.type("\u{1}\u{5}")
        try rig.terminal.see("a name that is longer than the screen is wide'")
        try rig.type("\r")
        try rig.script.heard("GET /v1/users/a%20name%20that%20is%20longer%20than%20the%20screen%20is%20wide")
        try rig.prompt("peta (2 waiting)> ")
        rig.terminal.resize(rows: 24, columns: 20)
        try rig.run("help", after: "peta")
        try rig.terminal.see("exit, quit")
        try rig.run("status", after: "peta")
        try rig.terminal.see("2 wait")
        #expect(rig.terminal.screen.allSatisfy { $0.count <= 20 })
        #expect(try rig.leave() == .exited(0))
    }

    @Test("characters of several bytes and columns are edited as one", arguments: ["C.UTF-8", ""])
    func wide(_ language: String) throws {
        let rig = try ShellRig(variables: ["LANG": language])
        try rig.prompt()
        try rig.type("user show é漢字x\u{7F}\u{7F}")
        try rig.terminal.see("user show é漢")
        try rig.type("\u{1B}[D!\r")
        try rig.script.heard("GET /v1/users/%C3%A9%21%E6%BC%A2")
        #expect(try rig.leave() == .exited(0))
    }

    @Test("colours only where they are wanted, and none on a dumb terminal")
    func colours() throws {
        for (variables, isPainted) in [(["NO_COLOR": ""], true), (["NO_COLOR": "1"], false), (["NO_COLOR": "", "TERM": "dumb"], false)] {
            let rig = try ShellRig(variables: variables) { $0.status(waiting: 1) }
            try rig.screen.prompt("peta (1 waiting)> ", isDumb: true)
            try rig.type("server lst\r")
            try rig.terminal.see("exit code 64")
            try rig.terminal.see("the prompt") { $0.last { !$0.isEmpty } == "peta (1 waiting)>" }
            #expect(rig.terminal.output.contains("\u{1B}[33m(1 waiting)\u{1B}[0m") == isPainted, "\(variables)")
            if variables["TERM"] == "dumb" { #expect(!rig.terminal.output.contains("\u{1B}")) }
            try rig.type("\u{4}")
            #expect(try rig.terminal.end() == .exited(0))
        }
    }

    @Test("what is pasted runs when Enter is pressed, and not before")
    func paste() throws {
        let user =
            #"{"id":"a","name":"a","role":"user","state":"enabled","grants":[],"tokens":0,"labels":{},"createdAt":"2026-03-09T17:00:00.000Z","workspace":"default","rights":[],"preferences":[]}"#
        let rig = try ShellRig {
            $0.status()
            $0.answer("GET /v1/users/a", user)
        }
        try rig.prompt()
        try rig.type("\u{1B}[200~user show a\nuser show b\n\u{1B}[201~")
        try rig.terminal.see("user show b")
        #expect(!rig.script.requests.contains { $0.contains("/v1/users") })
        try rig.type("\r")
        try rig.script.heard("GET /v1/users/b")
        #expect(rig.script.requests.contains { $0.contains("/v1/users/a") })
    }
}
