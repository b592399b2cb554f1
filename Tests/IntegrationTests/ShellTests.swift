import Foundation
import PetaTestSupport
import Testing

/// `peta shell` at a terminal, against a gateway that the test plays.
@Suite struct ShellTests {
    private static let users =
        #"[{"id":"alice","name":"Алиса 漢字","role":"user","state":"enabled","grants":[],"tokens":0,"labels":{},"createdAt":"2026-03-09T17:00:00.000Z","workspace":"default","rights":[],"preferences":[]}]"#
    private static func servers(_ ids: String...) -> String {
        "["
            + ids.map {
                #"{"id":"\#($0)","title":"\#($0)","kind":"stdio","state":"online","enabled":true,"tools":1,"resources":0,"prompts":0,"changed":0,"findings":0}"#
            }.joined(separator: ",") + "]"
    }

    @Test("commands run, one that fails shows its error and its code, and the terminal is as before at the end")
    func commands() throws {
        let rig = try ShellRig {
            $0.status()
            $0.answer("GET /v1/users", Self.users)
        }
        try rig.run("user list")
        try rig.terminal.see("alice")
        try rig.terminal.see("Алиса 漢字")
        try rig.run("peta version")
        try rig.terminal.read("peta 0.1.0\r\n")
        try rig.run("user lst")
        try rig.terminal.see("did you mean 'list'?")
        try rig.terminal.see("exit code 64")
        try rig.run("help user add")
        try rig.terminal.see("Handle: small letters")
        try rig.run("help")
        try rig.terminal.see("leave, as Ctrl-D does")
        for word in ["serve", "mcp-stdio", "demo-server", "shell", "peta serve"] {
            try rig.run("clear")
            try rig.run(word)
            try rig.terminal.see("is not for the shell")
        }
        try rig.run("clear")
        try rig.run("status | jq .sealed")
        try rig.terminal.see("'|' means nothing in this shell")
        try rig.run("quit")
        #expect(try rig.terminal.end() == .exited(0))
        #expect(rig.terminal.flags == rig.before && rig.terminal.isCooked)
    }

    @Test("a quote that is open goes on in the next line, and Ctrl-C or Ctrl-D forgets it")
    func continuation() throws {
        let rig = try ShellRig()
        try rig.run("user show 'al")
        try rig.prompt(">")
        try rig.type("ice'\r")
        try rig.script.heard("GET /v1/users/al%0Aice")
        try rig.prompt()
        try rig.type("user show \\\r")
        try rig.prompt(">")
        try rig.type("bob\r")
        try rig.script.heard("GET /v1/users/bob")
        try rig.prompt()
        try rig.type("user show \"")
        try rig.type("\r")
        try rig.prompt(">")
        try rig.type("\u{3}")
        try rig.prompt()
        try rig.type("user show \"\r")
        try rig.prompt(">")
        try rig.type("\u{4}")
        try rig.terminal.see("the line is not complete")
        try rig.terminal.see("the prompt") { $0.last { !$0.isEmpty } == "peta>" }
        try rig.type("\u{4}")
        #expect(try rig.terminal.end() == .exited(0))
    }

    @Test("the prompt tells of the seal, of what waits, and of a gateway that goes and comes")
    func prompt() throws {
        let rig = try ShellRig { $0.status(waiting: 2) }
        try rig.prompt("peta (2 waiting)> ")
        rig.script.status(isSealed: true, waiting: 1)
        // Also while nobody types.
        try rig.prompt("peta (sealed, 1 waiting)> ")
        rig.script.stop()
        try rig.type("\r")
        try rig.prompt("peta (no gateway)> ")
        try rig.run("status", after: "peta (no gateway)> ")
        try rig.terminal.see("exit code 69")
        rig.script.status()
        try rig.script.start()
        try rig.prompt("peta> ")
        #expect(try rig.leave() == .exited(0))
    }

    @Test("a line that is being typed stays when the prompt changes")
    func promptWhileTyping() throws {
        let rig = try ShellRig()
        try rig.prompt()
        try rig.type("version")
        rig.script.status(waiting: 3)
        try rig.terminal.see("peta (3 waiting)> version")
        try rig.type("\r")
        try rig.terminal.read("peta 0.1.0\r\n")
    }

    @Test("without a gateway it starts, says so, and can be left")
    func noGateway() throws {
        let directory = try TemporaryDirectory()
        let terminal = try ShellRig.terminal(directory, socket: directory.path("s"))
        try ShellScreen(terminal).prompt("peta (no gateway)> ")
        try terminal.see("start it with 'peta serve'")
        try terminal.type("exit\r")
        #expect(try terminal.end() == .exited(0))
    }

    @Test("a gateway that answers nothing holds neither the prompt nor Tab")
    func silent() throws {
        let rig = try ShellRig {
            $0.status()
            $0.answer("GET /v1/users", Self.users)
            $0.hold()
        }
        try rig.prompt("peta (no answer)> ")
        try rig.type("user show al\t")
        try rig.type("X\r")
        try rig.script.heard("GET /v1/users/alX")
        rig.script.release()
        try rig.prompt("peta> ")
    }

    @Test("Ctrl-C cancels the line, a stream and a request that takes long, and never the shell")
    func interrupt() throws {
        let rig = try ShellRig {
            $0.status()
            $0.add(AdminScript.entry("one"))
        }
        try rig.prompt()
        try rig.type("server remove every")
        try rig.terminal.see("server remove every")
        try rig.type("\u{3}")
        try rig.terminal.see("server remove every^C")
        try rig.run("approve watch")
        try rig.terminal.see("one")
        try rig.script.heard("GET /v1/approvals/watch")
        try rig.terminal.see("ready")
        try rig.terminal.type("\u{3}")
        try rig.prompt()
        #expect(!rig.terminal.output.contains("exit code"), "a stream that was ended has done its work")
        rig.script.hold()
        try rig.run("approve allow one", after: "peta")
        try rig.script.heard("POST /v1/approvals/one/allow")
        try rig.terminal.type("\u{3}")
        try rig.prompt("peta")
        rig.script.release()
        // Questions that wait for an answer.
        for line in ["user remove alice", "policy apply -f -", "secret set x"] {
            try rig.run(line, after: "peta")
            if line.hasPrefix("policy") { try eventually("the terminal is the command's") { rig.terminal.isCooked } }
            if line.hasPrefix("user") { try rig.terminal.see("[y/N]") }
            if line.hasPrefix("secret") { try rig.terminal.see("(not shown)") }
            try rig.terminal.type("\u{3}")
            try rig.prompt("peta")
        }
        #expect(!rig.script.requests.contains { $0.hasPrefix("DELETE") })
        #expect(try rig.leave() == .exited(0))
        #expect(rig.terminal.flags == rig.before)
    }

    @Test("after a command that wrote a file Ctrl-C still cancels the line, and not the shell")
    func afterFile() throws {
        let rig = try ShellRig {
            $0.status()
            $0.answer("GET /v1/audit/export", "{}")
        }
        let file = rig.directory.path("audit.ndjson")
        try rig.run("audit export -o \(file)")
        try rig.prompt()
        #expect(FileManager.default.fileExists(atPath: file))
        try rig.type("user lis")
        try rig.terminal.see("user lis")
        try rig.type("\u{3}")
        try rig.terminal.see("user lis^C")
        try rig.run("version")
        try rig.terminal.read("peta 0.1.0\r\n")
        #expect(try rig.leave() == .exited(0))
    }

    @Test("the reviewer's screen works inside, and gives the terminal back to the shell")
    func approve() throws {
        let rig = try ShellRig {
            $0.status()
            $0.add(AdminScript.entry("one"))
        }
        try rig.run("approve")
        try rig.terminal.see("what     bank::transfer")
        poll(nil, 0, 450)
        try rig.type("a")
        try rig.script.heard("POST /v1/approvals/one/allow")
        try rig.terminal.see("Nothing waits")
        try rig.type("q")
        try rig.terminal.see("approved bank::transfer for alice (one)")
        try rig.run("version")
        try rig.terminal.read("peta 0.1.0\r\n")
        try rig.prompt()
        try rig.type("x")
        try rig.terminal.see("peta> x")
        try rig.type("\u{3}")
        try rig.terminal.see("x^C")
        #expect(try rig.leave() == .exited(0))
        #expect(rig.terminal.flags == rig.before)
    }

    @Test("Ctrl-C ends the reviewer of a dumb terminal, and not the shell")
    func plainReviewer() throws {
        let rig = try ShellRig(variables: ["TERM": "dumb"])
        try rig.screen.prompt(isDumb: true)
        try rig.type("approve\r")
        try rig.terminal.read("q quit: ")
        try rig.type("\u{3}")
        try rig.terminal.see("the prompt") { $0.last { !$0.isEmpty } == "peta>" }
        try rig.type("version\r")
        try rig.terminal.read("peta 0.1.0\r\n")
    }

    @Test("Tab completes commands, options and live names; names that a server made up do no harm")
    func completion() throws {
        let rig = try ShellRig {
            $0.status()
            $0.answer("GET /v1/users", Self.users)
            $0.answer("GET /v1/servers", Self.servers("files", "docs"))
            $0.answer(
                "GET /v1/servers/files/tools",
                #"[{"name":"files::read","listedName":"r","inputSchema":{},"state":"accepted","findings":[],"danger":"silent","exposed":true},{"name":"files::\u001b[2Jx$(touch /tmp/x)","listedName":"r","inputSchema":{},"state":"accepted","findings":[],"danger":"silent","exposed":true}]"#
            )
        }
        try rig.prompt()
        try rig.type("us\tsh\tal\t\r")
        try rig.script.heard("GET /v1/users/alice")
        try rig.prompt()
        try rig.type("server call fi\tre\t\r")
        try rig.script.heard("POST /v1/servers/files/call")
        try rig.prompt()
        try rig.type("server \t")
        try rig.terminal.see("restart")
        try rig.type("tool set files read --dan\tap\t--of\t\r")
        try rig.script.heard("PUT /v1/servers/files/capabilities")
        try rig.prompt()
        #expect(!FileManager.default.fileExists(atPath: "/tmp/x"))
        #expect(try rig.leave() == .exited(0))
    }
}
