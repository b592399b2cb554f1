import Foundation
import Glibc
import PetaAdminAPI
import PetaCommands
import Synchronization
import Testing

@Suite struct CommandTests {
    @Test("peta alone prints a short overview")
    func overview() async throws {
        let outcome = try await Peta.run()
        #expect(outcome.code == 0)
        #expect(outcome.output.hasPrefix("peta, the control plane for MCP servers\n"))
        #expect(outcome.errors.isEmpty)
    }

    @Test(
        "an unknown word gets a suggestion and exit code 64",
        arguments: [
            (["servr"], "peta: 'servr' is no command of 'peta' (did you mean 'serve'?). See 'peta --help'.\n"),
            (["server", "lst"], "peta: 'lst' is no command of 'peta server' (did you mean 'list'?). See 'peta server --help'.\n"),
            (["server", "list", "--jsn"], "peta: unknown option '--jsn'. Did you mean '--json'? See 'peta server list --help'.\n"),
            (["frobnicate\u{1B}[2J"], "peta: 'frobnicate\\u{1b}[2J' is no command of 'peta'. See 'peta --help'.\n"),
        ])
    func unknown(_ arguments: [String], _ expected: String) async throws {
        let outcome = try await Peta.run(list: arguments)
        #expect(outcome.code == 64)
        #expect(outcome.errors == expected)
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "an unknown name gets a suggestion from what the gateway knows",
        arguments: [
            (["server", "show", "fiels"], "files"), (["server", "stop", "dcs"], "docs"), (["user", "show", "alise"], "alice"),
            (["user", "grant", "alice", "filse"], "files"), (["user", "grant", "alic", "files"], "alice"),
            (["token", "revoke", "tok_2", "--yes"], "tok_1"), (["secret", "show", "file"], "files"),
            (["server", "call", "files", "list_dirctory"], "list_directory"),
            (["tool", "which", "files__lst_directory"], "files__list_directory"),
        ])
    func liveNames(_ arguments: [String], _ expected: String) async throws {
        let gateway = try FakeGateway { request in
            switch request.line {
            case "GET /v1/servers": .json(Samples.json([Samples.server, Samples.broken]))
            case "GET /v1/users": .json(Samples.json([Samples.user]))
            case "GET /v1/tokens": .json(Samples.json([Samples.tokenEntry]))
            case "GET /v1/secrets": .json(Samples.json([Samples.secret]))
            case "GET /v1/servers/files/tools": .json(Samples.json([Samples.tool]))
            case "GET /v1/servers/docs/tools": .json("[]")
            default: .error(404, "not_found", "there is no such thing", hint: "An own hint.")
            }
        }
        let outcome = try await Peta.run(list: arguments, gateway: gateway)
        #expect(outcome.code == 66)
        #expect(outcome.errors == "peta: there is no such thing. Did you mean '\(expected)'?\n")
    }

    @Test(
        "the daemon's code becomes the exit code, and the error JSON for scripts",
        arguments: [
            (404, "not_found", Int32(66)), (409, "already_exists", 73), (400, "invalid_argument", 65), (403, "not_permitted", 77),
            (503, "unavailable", 69), (429, "try_again", 75), (500, "internal", 1), (422, "failed", 1),
        ])
    func exitCodes(_ status: Int, _ code: String, _ expected: Int32) async throws {
        let gateway = try FakeGateway { _ in .error(status, code, "words", hint: "Do this.") }
        let text = try await Peta.run("status", gateway: gateway)
        #expect(text.code == expected)
        #expect(text.errors == "peta: words. Do this.\n")
        let json = try await Peta.run("status", "--json", gateway: gateway)
        #expect(json.code == expected)
        #expect(json.errors == "{\"error\":{\"code\":\"\(code)\",\"message\":\"words\",\"hint\":\"Do this.\"}}\n")
        #expect(json.output.isEmpty)
    }

    @Test("what a server says cannot command the terminal")
    func escaping() async throws {
        var server = Samples.broken
        server.lastError = "\u{1B}]0;owned\u{7}\u{1B}[2J\nfake line"
        let body = Samples.json([server])
        let gateway = try FakeGateway { request in
            switch request.line {
            case "GET /v1/servers": .json(body)
            case "POST /v1/servers/docs/call": .json("{\"content\":[{\"type\":\"text\",\"text\":\"a\\u001b[2J\\nb\"}]}")
            default: .error(422, "failed", "bad \\u001b[2J thing")
            }
        }
        for arguments in [["server", "list"], ["server", "call", "docs", "t"], ["server", "show", "docs"]] {
            let outcome = try await Peta.run(list: arguments, gateway: gateway)
            #expect(!(outcome.output + outcome.errors).unicodeScalars.contains("\u{1B}"))
            #expect(!(outcome.output + outcome.errors).unicodeScalars.contains("\u{7}"))
        }
        let call = try await Peta.run("server", "call", "docs", "t", gateway: gateway)
        #expect(call.output == "a\\u{1b}[2J\nb\n")
    }

    @Test("a table fits the terminal, cuts titles and never the ids")
    func tableWidth() async throws {
        var long = Samples.server
        long.title = String(repeating: "long title ", count: 20)
        let body = Samples.json([long, Samples.disabled])
        let gateway = try FakeGateway { _ in .json(body) }
        let narrow = try await Peta.run("server", "list", gateway: gateway, width: 72)
        let lines = narrow.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= 72 })
        #expect(lines[1].hasPrefix("files  online    stdio") && lines[1].hasSuffix("…"))
        #expect(lines[2] == "old    disabled  stdio      4          0        1  Old one")
        let wide = try await Peta.run("server", "list", gateway: gateway)
        #expect(wide.output.contains(String(repeating: "long title ", count: 20)))
    }

    @Test("server add sends the whole definition")
    func serverAdd() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run(
            "server", "add", "files", "--title", "Files", "--env", "A=1", "--env", "B=x=${secret:b}", "--cwd", "/srv", "--public",
            "--no-lazy",
            "--idle-timeout", "0", "--", "npx", "-y", "--json", gateway: gateway)
        #expect(outcome.code == 0)
        let request = try #require(gateway.requests.first)
        #expect(request.line == "POST /v1/servers")
        #expect(request.headers["peta-command"] == "server add")
        let spec = try AdminJSON.decode(ServerSpec.self, from: request.body, strict: true)
        #expect(
            spec
                == ServerSpec(
                    id: "files", title: "Files", kind: .stdio, command: "npx", args: ["-y", "--json"],
                    env: ["A": "1", "B": "x=${secret:b}"],
                    cwd: "/srv", publicAccess: true, lazyStart: false, idleTimeoutSeconds: 0))
    }

    @Test("server add with a URL takes headers in both spellings")
    func serverAddURL() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run(
            "server", "add", "docs", "--url", "http://x/mcp", "--header", "Authorization: Bearer ${secret:d}", "--header", "X-A=b:c",
            gateway: gateway)
        #expect(outcome.code == 0)
        let spec = try AdminJSON.decode(ServerSpec.self, from: try #require(gateway.requests.first).body, strict: true)
        #expect(spec.kind == .http && spec.url == "http://x/mcp")
        #expect(spec.headers == ["Authorization": "Bearer ${secret:d}", "X-A": "b:c"])
    }

    @Test("server add takes the older transport, and how the connection is shared")
    func serverAddSSE() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run(
            "server", "add", "old", "--sse", "http://x/sse", "--isolation", "session", "--retry", "always", "--health-interval", "30",
            gateway: gateway)
        #expect(outcome.code == 0)
        let spec = try AdminJSON.decode(ServerSpec.self, from: try #require(gateway.requests.first).body, strict: true)
        #expect(spec.kind == .sse && spec.url == "http://x/sse")
        #expect(spec.isolation == .session && spec.retry == .always && spec.healthIntervalSeconds == 30)
    }

    @Test(
        "a definition that makes no sense is wrong usage and sends nothing",
        arguments: [
            ["server", "add", "x"], ["server", "add", "x", "--url", "http://x", "--", "cmd"],
            ["server", "add", "x", "--url", "http://x", "--env", "A=1"], ["server", "add", "x", "--header", "A=1", "--", "cmd"],
            ["server", "add", "x", "--env", "A", "--", "cmd"], ["server", "add", "x", "--call-timeout", "0", "--", "cmd"],
            ["server", "add", "x", "--sse", "http://x", "--url", "http://x"], ["server", "add", "x", "--sse", "http://x", "--", "cmd"],
            ["server", "add", "x", "--isolation", "alone", "--", "cmd"], ["server", "update", "x"],
            ["user", "add", "x", "--role", "king"], ["user", "update", "x"], ["user", "update", "x", "--uid", "0", "--no-uid"],
            ["user", "update", "x", "--uid", "no such login"], ["user", "add", "x", "--uid", "4294967295"],
            ["user", "add", "x", "--uid", "-1"],
            ["mcp-stdio", "--url", "https://127.0.0.1/mcp"], ["mcp-stdio", "--url", "http://10.0.0.1:3002/mcp"],
            ["mcp-stdio", "--socket", "/a", "--url", "http://127.0.0.1:1/mcp"], ["connect", "emacs"], ["connect", "n8n", "--write"],
            ["connect", "claude-desktop", "--via", "http"], ["connect", "cursor", "--via", "http", "--write"],
            ["connect", "cursor", "--name", "a.b"], ["connect", "cursor", "--token-stdin", "--new-token", "alice"],
            ["user", "add", "x", "--expires", "soon"], ["token", "create", "x", "--expires", "5x"],
            ["audit", "query", "--outcome", "fine"], ["audit", "query", "--since", "yesterday"], ["audit", "tail", "-n", "-1"],
            ["secret", "set", "x", "value"], ["secret", "set", "x", "--stdin", "--from-env", "A"], ["completion", "tcsh"],
        ])
    func wrongUsage(_ arguments: [String]) async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run(list: arguments, gateway: gateway)
        #expect(outcome.code == 64)
        #expect(outcome.errors.hasPrefix("peta: ") && outcome.errors.contains(" --help'."))
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(gateway.requests.isEmpty)
    }

    @Test("a literal credential is remarked on without being repeated")
    func literalCredential() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run("server", "add", "x", "--env", "API_TOKEN=hunter2", "--", "cmd", gateway: gateway)
        #expect(outcome.errors.contains("API_TOKEN holds a literal value"))
        #expect(!(outcome.output + outcome.errors).contains("hunter2"))
        let reference = try await Peta.run("server", "add", "x", "--env", "API_TOKEN=${secret:t}", "--", "cmd", gateway: gateway)
        #expect(!reference.errors.contains("API_TOKEN"))
        #expect(reference.errors.contains("peta server tool set files list_directory --danger approval"))
    }

    @Test("user update sends only what was named, null for what is taken away, and a number for a login name")
    func userUpdate() async throws {
        let gateway = try Samples.gateway()
        _ = try await Peta.run("user", "update", "alice", "--uid", "root", "--unset-label", "a", "--no-expiry", gateway: gateway)
        #expect(gateway.requests.first?.line == "PATCH /v1/users/alice")
        #expect(gateway.requests.first?.text == #"{"labels":{"a":null},"expiresAt":null,"uid":0}"#)
        _ = try await Peta.run("user", "update", "alice", "--no-uid", "--notes", "", gateway: gateway)
        #expect(gateway.requests.last?.text == #"{"notes":"","uid":null}"#)
    }

    @Test("server update sends only what was named")
    func serverUpdate() async throws {
        let gateway = try Samples.gateway()
        _ = try await Peta.run(
            "server", "update", "files", "--title", "", "--env", "A=1", "--unset-env", "B", "--max-concurrent", "0", gateway: gateway)
        #expect(gateway.requests.first?.line == "PATCH /v1/servers/files")
        #expect(gateway.requests.first?.text == #"{"title":"","env":{"A":"1","B":null},"maxConcurrent":0}"#)
        _ = try await Peta.run("server", "update", "docs", "--sse", "http://x/sse", "--retry", "auto", gateway: gateway)
        #expect(gateway.requests.last?.text == #"{"url":"http://x/sse","kind":"sse","retry":"auto"}"#)
    }

    @Test(
        "what cannot be undone is refused without a terminal and without --yes, and nothing is sent",
        arguments: [
            ["server", "remove", "files"], ["user", "remove", "alice"], ["token", "revoke", "tok_1"], ["secret", "remove", "files"],
        ])
    func consent(_ arguments: [String]) async throws {
        let gateway = try Samples.gateway()
        let refused = try await Peta.run(list: arguments, gateway: gateway, input: "y\n")
        #expect(refused.code == 64)
        #expect(refused.errors.contains("add --yes"))
        #expect(gateway.requests.isEmpty)
        let done = try await Peta.run(list: arguments + ["--yes"], gateway: gateway)
        #expect(done.code == 0)
        #expect(gateway.requests.map(\.method) == ["DELETE"])
    }

    @Test(
        "what can be undone is done at once",
        arguments: [["server", "disable", "files"], ["user", "disable", "alice"], ["server", "stop", "files"]])
    func reversible(_ arguments: [String]) async throws {
        let gateway = try Samples.gateway()
        #expect(try await Peta.run(list: arguments, gateway: gateway).code == 0)
        #expect(gateway.requests.first?.line == "POST /v1/\(arguments[0])s/\(arguments[2])/\(arguments[1])")
    }

    @Test("a call prints the text for people, and for scripts the result byte for byte")
    func call() async throws {
        let result = #"{"content":[{"type":"text","text":"one"},{"type":"image","mimeType":"image/png","data":"AAAA"}],"n":1.0e0 }"#
        let gateway = try FakeGateway { _ in .json(result) }
        let text = try await Peta.run("server", "call", "files", "files::read", #"{"b":1.10,"a":2}"#, gateway: gateway)
        #expect(text.code == 0)
        #expect(text.output == "one\n[image: image/png, about 3 B]\n")
        #expect(gateway.requests.first?.text == #"{"tool":"read","arguments":{"b":1.10,"a":2}}"#)
        let json = try await Peta.run("server", "call", "files", "read", "-", "--json", gateway: gateway, input: #"{"x":1}"#)
        #expect(json.output == result + "\n")
        #expect(gateway.requests.last?.text == #"{"tool":"read","arguments":{"x":1}}"#)
    }

    @Test("a result that says that it is an error ends with exit code 1")
    func callError() async throws {
        let gateway = try FakeGateway { _ in .json(#"{"content":[{"type":"text","text":"broken"}],"isError":true}"#) }
        let outcome = try await Peta.run("server", "call", "files", "read", gateway: gateway)
        #expect(outcome.code == 1)
        #expect(outcome.output == "broken\n")
        #expect(outcome.errors.isEmpty)
    }

    @Test("arguments that are no JSON object are refused before anything is sent", arguments: ["[1]", "{", "{\"a\":1,}", "text", ""])
    func callArguments(_ arguments: String) async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run("server", "call", "files", "read", arguments, gateway: gateway)
        #expect(outcome.code == 65)
        #expect(gateway.requests.isEmpty)
    }

    @Test("standard output of token create carries the token alone")
    func tokenCreate() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run("token", "create", "alice", "--expires", "90d", "--server", "files", gateway: gateway)
        #expect(outcome.output == "peta_abc_123456\n")
        #expect(!outcome.errors.contains("peta_abc"))
        #expect(gateway.requests.first?.text == #"{"expiresAt":"2026-06-07T17:00:00.000Z","servers":["files"]}"#)
    }

    @Test("a secret is read from standard input, a file or a variable, and one newline at the end is dropped")
    func secretSet() async throws {
        try await TemporaryDirectory.with { directory in
            try "from file\n\n".write(toFile: directory + "/v", atomically: true, encoding: .utf8)
            let gateway = try Samples.gateway()
            _ = try await Peta.run("secret", "set", "a", "--stdin", gateway: gateway, input: "s3cret\r\n")
            _ = try await Peta.run("secret", "set", "a", "--stdin", "--keep-newline", gateway: gateway, input: "s3cret\n")
            _ = try await Peta.run("secret", "set", "a", "--from-file", directory + "/v", gateway: gateway)
            let last = try await Peta.run("secret", "set", "a", "--from-env", "VALUE", gateway: gateway, variables: ["VALUE": "from env\n"])
            #expect(last.code == 0)
            #expect(gateway.requests.map(\.line) == Array(repeating: "PUT /v1/secrets/a", count: 4))
            #expect(gateway.requests.map(\.text) == ["s3cret", "s3cret\n", "from file\n", "from env\n"])
            #expect(gateway.requests.allSatisfy { $0.headers["content-type"] == "application/octet-stream" })
        }
    }

    @Test("an empty secret, an absent variable, and no terminal to ask at are refused")
    func secretRefused() async throws {
        let gateway = try Samples.gateway()
        #expect(try await Peta.run("secret", "set", "a", "--stdin", gateway: gateway, input: "\n").code == 65)
        #expect(try await Peta.run("secret", "set", "a", "--from-env", "NONE", gateway: gateway).code == 66)
        #expect(try await Peta.run("secret", "set", "a", gateway: gateway).code == 64)
        #expect(gateway.requests.isEmpty)
    }

    @Test("a revealed secret goes into a pipe byte for byte")
    func reveal() async throws {
        let gateway = try Samples.gateway()
        #expect(try await Peta.run("secret", "show", "files", "--reveal", gateway: gateway).output == "s3cr\n")
    }

    @Test("audit records go to scripts as they came and to people as an aligned line")
    func audit() async throws {
        let gateway = try Samples.gateway()
        #expect(try await Peta.run("audit", "tail", "--json", gateway: gateway).output == Samples.record + "\n")
        let text = try await Peta.run("audit", "tail", "-n", "5", "-f", gateway: gateway)
        #expect(text.output == "2026-03-09 16:59:30Z  alice         files::list_directory             ok           1.3 ms\n")
        #expect(gateway.requests.last?.target == "/v1/audit/tail?n=5&follow=true")
    }

    @Test("the filters of a query travel under their names, and durations become times")
    func auditQuery() async throws {
        let gateway = try Samples.gateway()
        _ = try await Peta.run(
            "audit", "query", "--user", "alice", "--tool", "a b", "--outcome", "denied", "--request-id", "r1", "--since", "2h", "--limit",
            "5",
            gateway: gateway)
        #expect(
            gateway.requests.first?.target
                == "/v1/audit/query?user=alice&tool=a%20b&outcome=denied&requestId=r1&since=2026-03-09T15%3A00%3A00.000Z&limit=5")
    }

    @Test("a broken chain ends with exit code 1 and names the first bad record")
    func verify() async throws {
        let gateway = try FakeGateway { _ in .json(Samples.json(AuditVerdict(ok: false, records: 10, head: nil, firstBad: 4))) }
        let outcome = try await Peta.run("audit", "verify", gateway: gateway)
        #expect(outcome.code == 1)
        #expect(outcome.output == "The chain is broken: record 4 is the first that is wrong.\n")
    }

    @Test("a reader that closes the pipe ends a command with exit code 0 and without a word")
    func closedPipe() async throws {
        signal(SIGPIPE, SIG_IGN)
        let gateway = try FakeGateway { _ in .chunked(Array(repeating: Samples.record + "\n", count: 1000)) }
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        var errors: [Int32] = [0, 0]
        try #require(pipe(&errors) == 0)
        let variables = ["PETA_SOCKET": gateway.path]
        let console = Console(input: 0, output: ends[1], errors: errors[1], variables: variables)
        let environment = CommandEnvironment(serve: { _ in }, demoServer: { _ in }, version: "")
        let code = await PetaCommand.run(
            ["audit", "tail"], environment: environment, variables: variables, console: console, now: { Peta.now })
        close(ends[1])
        close(errors[1])
        var byte: UInt8 = 0
        #expect(code == 0)
        #expect(read(errors[0], &byte, 1) == 0)
        close(errors[0])
    }

    @Test("the demonstration server gets its arguments as they are")
    func demoServer() async throws {
        let given = Mutex<[String]>([])
        let outcome = try await Peta.run("demo-server", "--port", "0", "--help", demoServer: { list in given.withLock { $0 = list } })
        #expect(outcome.code == 0)
        #expect(given.withLock { $0 } == ["--port", "0", "--help"])
    }

    @Test("an error of the gateway itself is shown with its code")
    func serveFails() async throws {
        let outcome = try await Peta.run(
            "serve", serve: { _ in throw AdminError(.alreadyExists, "port 80 is taken", hint: "Choose another.") })
        #expect(outcome.code == 73)
        #expect(outcome.errors == "peta: port 80 is taken. Choose another.\n")
    }

    @Test("names for completion are only such as a shell cannot run, and no gateway means no word")
    func completionNames() async throws {
        let tools = ["$(touch x)", "`id`", "a b", "ok_tool"].map { name in
            ToolEntry(name: "files::" + name, listedName: name, title: nil, description: nil, inputSchema: nil, annotations: nil)
        }
        let answers = ["/v1/servers": Samples.json([Samples.server]), "/v1/servers/files/tools": Samples.json(tools)]
        let gateway = try FakeGateway { .json(answers[$0.target] ?? "") }
        #expect(try await Peta.run("complete-names", "tools", gateway: gateway).output == "ok_tool\n")
        let silent = try await Peta.run("complete-names", "servers")
        #expect(silent.code == 0 && silent.output.isEmpty && silent.errors.isEmpty)
    }
}
