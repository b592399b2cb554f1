import Foundation
import PetaTestSupport
import Testing

/// The completion scripts in the shells that load them. `scripts/bootstrap.sh test` installs the shells.
@Suite struct CompletionScriptTests {
    private static let completions = PetaBinary.sourceRoot + "/completions"

    /// What a shell offers for a line; sorted.
    private func offered(_ shell: String, _ line: String, _ environment: [String: String]) throws -> [String] {
        var all = ChildProcess.plainEnvironment.merging(environment) { $1 }
        let binary = (try PetaBinary.path() as NSString).deletingLastPathComponent
        all["PATH"] = binary + ":" + (all["PATH"] ?? "/usr/bin:/bin")
        let arguments: [String]
        switch shell {
        case "bash":
            // What readline does at a Tab: words broken at COMP_WORDBREAKS, the function, and what it leaves behind.
            arguments = [
                "--norc", "-c",
                """
                source "\(Self.completions)/peta.bash"
                compopt() { printf 'FILES\\n'; }
                COMP_LINE=$1 COMP_POINT=${#1}
                IFS=$'\\n' read -r -d '' -a COMP_WORDS < <(printf '%s' "$1" | sed 's/\\([:=]\\)/\\n\\1\\n/g; s/ /\\n/g')
                case $1 in *[' :=']) COMP_WORDS+=('');; esac
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _peta peta "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
                printf '%s\\n' "${COMPREPLY[@]}"
                """, "bash", line,
            ]
        default:
            arguments = [
                "--no-config", "-c", "source \(Self.completions)/peta.fish; complete -C $argv[1]", line,
            ]
        }
        let result = try PetaTestSupport.run("/usr/bin/env", [shell] + arguments, environment: all)
        guard result.status == 0 else { throw TestFailure("\(shell): \(result.status) \(result.stderr)\(result.stdout)") }
        let words = result.stdout.split(separator: "\n").map { String($0.split(separator: "\t")[0]) }
        return words.filter { !$0.isEmpty }.sorted()
    }

    @Test("every shell offers commands, options and values", arguments: ["bash", "fish"])
    func words(_ shell: String) throws {
        func expect(_ line: String, _ expected: [String], at location: SourceLocation = #_sourceLocation) throws {
            #expect(try offered(shell, line, ["PETA_SOCKET": "/nowhere/s"]) == expected, "\(line)", sourceLocation: location)
        }
        try expect("peta serv", ["serve", "server"])
        try expect("peta server sh", ["show"])
        try expect("peta server tool ", ["accept", "set"])
        try expect("peta server --js", ["--json"])
        try expect("peta status --json --js", [])
        try expect("peta completion ", ["bash", "fish", "zsh"])
        try expect("peta server tool set files x --danger ap", ["approval"])
        try expect("peta help server sh", ["show"])
        try expect("peta nonsense ", [])
        // No gateway: nothing, and no error.
        try expect("peta server show ", ["--admin-socket", "--help", "--json"])
        try expect("peta server show --", ["--admin-socket", "--help", "--json"])
    }

    @Test("every shell offers the names that the gateway knows, and none that could do harm", arguments: ["bash", "fish"])
    func names(_ shell: String) throws {
        let directory = try TemporaryDirectory()
        let script = try AdminScript(path: directory.path("s"))
        script.answer("GET /v1/servers", "[\(Self.server("files")),\(Self.server("first"))]")
        script.answer(
            "GET /v1/servers/files/tools",
            "[" + ["read", "re$(touch planted)", "re`x`", "re;x", "re\\u001b[2J", "re x"].map(Self.tool).joined(separator: ",") + "]")
        script.answer("GET /v1/servers/first/tools", "[]")
        let environment = ["PETA_SOCKET": script.path]
        #expect(try offered(shell, "peta server show fi", environment) == ["files", "first"])
        #expect(
            try offered(shell, "peta server show --admin-socket \(script.path) fi", ["PETA_SOCKET": "/nowhere/s"]) == ["files", "first"])
        #expect(try offered(shell, "peta server call files re", environment) == ["read"])
        #expect(try offered(shell, "peta server call first re", environment) == [])
        // bash breaks words at a colon, and puts what comes behind it there.
        #expect(try offered(shell, "peta user grant alice files:", environment) == [shell == "bash" ? ":read" : "files::read"])
        #expect(try offered(shell, "peta user grant alice files::re", environment) == [shell == "bash" ? "read" : "files::read"])
        #expect(
            try offered(shell, "peta audit query --server=fi", environment)
                == (shell == "bash" ? ["files", "first"] : ["--server=files", "--server=first"]))
    }

    /// A zsh at a terminal that has loaded the script.
    private func zsh(_ directory: TemporaryDirectory, _ socket: String) throws -> TerminalProcess {
        let binary = (try PetaBinary.path() as NSString).deletingLastPathComponent
        let terminal = try TerminalProcess(
            "/usr/bin/env", ["zsh", "-f", "-i"],
            environment: ChildProcess.plainEnvironment.merging([
                "PATH": binary + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"), "PETA_SOCKET": socket,
                "TERM": "xterm", "HOME": directory.path, "ZDOTDIR": directory.path,
            ]) { $1 }, columns: 120)
        try terminal.type("PS1='zsh> '; fpath=('\(Self.completions)' $fpath); autoload -U compinit; compinit -u -D; print READ''Y\n")
        try terminal.read("READY")
        try terminal.see("the prompt") { $0.last { !$0.isEmpty } == "zsh>" }
        return terminal
    }

    @Test("zsh offers commands, options, values and names")
    func zshWords() throws {
        let directory = try TemporaryDirectory()
        let script = try AdminScript(path: directory.path("s"))
        script.answer("GET /v1/servers", "[\(Self.server("files")),\(Self.server("first"))]")
        script.answer("GET /v1/servers/files/tools", "[\(Self.tool("read")),\(Self.tool("re$(touch planted)")),\(Self.tool("re;x"))]")
        script.answer("GET /v1/servers/first/tools", "[]")
        let terminal = try zsh(directory, script.path)
        for (typed, completed) in [
            ("peta server sh\t", "zsh> peta server show"), ("peta sta\t--js\t", "zsh> peta status --json"),
            ("peta server call fil\tre\t", "zsh> peta server call files read"),
            ("peta server tool set files read --danger ap\t", "--danger approval"),
            ("peta user grant alice files::r\t", "alice files::read"), ("peta audit query --server=fil\t", "--server=files"),
        ] {
            try terminal.type(typed)
            try terminal.see(typed) { rows in rows.contains { $0.hasSuffix(completed) } }
            // Forgets the line.
            try terminal.type("\u{15}")
            try terminal.see("an empty line") { $0.last { !$0.isEmpty } == "zsh>" }
        }
        try terminal.type("peta serv\t\t")
        try terminal.see("serve   -- Run the gateway in the foreground.")
        try terminal.see("server  -- Manage the MCP servers behind the gateway.")
        try terminal.type("\u{15}exit\n")
        _ = try terminal.end()
        #expect(!FileManager.default.fileExists(atPath: directory.path("planted")))
    }

    @Test("bash at a terminal completes names with a colon, and puts nothing in twice")
    func bashTerminal() throws {
        let directory = try TemporaryDirectory()
        let script = try AdminScript(path: directory.path("s"))
        script.answer("GET /v1/servers", "[\(Self.server("files"))]")
        script.answer("GET /v1/servers/files/tools", "[\(Self.tool("read"))]")
        let binary = (try PetaBinary.path() as NSString).deletingLastPathComponent
        let terminal = try TerminalProcess(
            "/bin/bash", ["--norc", "-i"],
            environment: ChildProcess.plainEnvironment.merging([
                "PATH": binary + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"), "PETA_SOCKET": script.path,
                "TERM": "xterm", "HOME": directory.path, "PS1": "bash> ", "INPUTRC": "/dev/null",
            ]) { $1 }, columns: 120)
        try terminal.see("bash>")
        try terminal.type("source '\(Self.completions)/peta.bash'; PS1='ready> '\n")
        try terminal.see("the prompt") { $0.last { !$0.isEmpty } == "ready>" }
        for (typed, completed) in [
            ("peta server sh\tfi\t", "ready> peta server show files"),
            ("peta user grant alice files::\t", "ready> peta user grant alice files::read"),
            ("peta audit query --server=f\t", "ready> peta audit query --server=files"), ("x=1 peta sta\t", "ready> x=1 peta status"),
            ("true | peta vers\t", "ready> true | peta version"),
        ] {
            try terminal.type(typed)
            try terminal.see(typed) { rows in rows.contains { $0 == completed } }
            try terminal.type("\u{15}")
            try terminal.see("an empty line") { $0.last { !$0.isEmpty } == "ready>" }
        }
        try terminal.type("exit\n")
        _ = try terminal.end()
    }

    private static func server(_ id: String) -> String {
        #"{"id":"\#(id)","title":"x","kind":"stdio","state":"online","enabled":true,"tools":1,"resources":0,"prompts":0,"changed":0,"findings":0}"#
    }

    private static func tool(_ name: String) -> String {
        #"{"name":"files::\#(name)","listedName":"r","inputSchema":{},"state":"accepted","findings":[],"danger":"silent","exposed":true}"#
    }

    @Test("a gateway that answers nothing does not hold a Tab", arguments: ["bash", "fish"])
    func silent(_ shell: String) throws {
        let directory = try TemporaryDirectory()
        let script = try AdminScript(path: directory.path("s"))
        script.answer("GET /v1/servers", "[]")
        script.hold()
        #expect(try offered(shell, "peta server show fi", ["PETA_SOCKET": script.path]) == [])
        script.release()
    }

    @Test(
        "the scripts are without mistakes for the shells that read them",
        arguments: [("bash", "peta.bash"), ("zsh", "_peta"), ("fish", "peta.fish")])
    func syntax(_ shell: String, _ file: String) throws {
        let result = try PetaTestSupport.run("/usr/bin/env", [shell, "-n", Self.completions + "/" + file])
        #expect(result.status == 0 && result.stderr.isEmpty, "\(result.stderr)")
    }
}
