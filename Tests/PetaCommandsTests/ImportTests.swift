import Foundation
import PetaAdminAPI
import PetaCommands
import Testing

@Suite("peta server import")
struct ImportTests {
    /// Where each client looks, below a home.
    private static let places = [
        "claude-desktop": (".config/Claude/claude_desktop_config.json", "claude_desktop_config.json"),
        "claude-code": (".claude.json", "claude.json"), "cursor": (".cursor/mcp.json", "cursor.json"),
        "vscode": (".config/Code/User/mcp.json", "vscode.json"), "windsurf": (".codeium/windsurf/mcp_config.json", "windsurf.json"),
        "codex": (".codex/config.toml", "codex.toml"), "gemini": (".gemini/settings.json", "gemini.json"),
    ]

    private static func fixture(_ name: String) -> String { Golden.root + "/Tests/PetaCommandsTests/Golden/import/" + name }

    /// A home with the client's file in it.
    private static func home<Result>(_ client: String, _ body: (String, String) async throws -> Result) async throws -> Result {
        try await TemporaryDirectory.with { home in
            let (place, name) = try #require(places[client])
            let path = home + "/" + place
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: fixture(name), toPath: path)
            return try await body(home, path)
        }
    }

    private static func run(_ arguments: [String], home: String, _ gateway: ImportGateway?, _ more: [String: String] = [:]) async throws
        -> Peta.Outcome
    {
        let outcome = try await Peta.run(
            list: ["server", "import"] + arguments, gateway: gateway?.fake,
            variables: ["HOME": home, "DB_API_KEY": "planted-environment-7", "REMOTE_KEY": "planted-environment-8"].merging(more) { $1 })
        #expect(!outcome.output.contains("planted"), "\(outcome.output)")
        #expect(!outcome.errors.contains("planted"), "\(outcome.errors)")
        return outcome
    }

    @Test("the plan for each client's file is as checked in, and shows no credential", arguments: places.keys.sorted())
    func plans(_ client: String) async throws {
        try await Self.home(client) { home, _ in
            for (arguments, suffix) in [([], "txt"), (["--json"], "json")] {
                let outcome = try await Self.run(["--from", client, "--dry-run"] + arguments, home: home, try ImportGateway())
                #expect(outcome.errors.isEmpty)
                try Golden.check(outcome.output.replacingOccurrences(of: home, with: "HOME"), "import/plan-\(client).\(suffix)")
            }
        }
    }

    @Test("credentials go into the vault and references into the definitions; a second run adds nothing")
    func carriedOut() async throws {
        let gateway = try ImportGateway()
        try await Self.home("claude-desktop") { home, _ in
            let outcome = try await Self.run(["--from", "claude-desktop", "--yes"], home: home, gateway)
            #expect(outcome.code == 0, "\(outcome.errors)")
            let state = gateway.now
            #expect(state.servers.keys.sorted() == ["filesystem", "github", "postgres", "shell"])
            #expect(state.servers["filesystem"]?.args.last == "/srv/it's here")
            #expect(
                state.servers["github"]?.args[4] == "GITHUB_PERSONAL_ACCESS_TOKEN=${secret:github.GITHUB_PERSONAL_ACCESS_TOKEN-2}")
            #expect(state.servers["github"]?.env["TOKEN_LIMIT"] == "1000" && state.servers["github"]?.title == "GitHub")
            #expect(
                state.servers["postgres"]?.args.last == "postgresql://app:${secret:postgres.password}@db.internal:5432/app?sslmode=require")
            #expect(state.servers["shell"]?.args == ["-c", "echo ${HOME} $$${x}; exec server"])
            #expect(state.secrets["postgres.password"] == "planted-password")
            #expect(state.secrets["github.GITHUB_PERSONAL_ACCESS_TOKEN"] == "ghp_planted0000000000000000000000000001")
            #expect(state.secrets.count == 3)
            let count = gateway.fake.requests.count { $0.method != "GET" }
            let again = try await Self.run(["--from", "claude-desktop", "--yes"], home: home, gateway)
            #expect(again.code == 0 && again.output.contains("0 servers imported, 4 there before."), "\(again.output)")
            #expect(gateway.fake.requests.count { $0.method != "GET" } == count)
        }
    }

    @Test("URLs, headers and the environment are read as each client means them")
    func meanings() async throws {
        let gateway = try ImportGateway()
        try await Self.home("claude-code") { home, _ async throws in
            #expect(try await Self.run(["--from", "claude-code", "--yes"], home: home, gateway).code == 0)
        }
        try await Self.home("cursor") { home, _ in
            let outcome = try await Self.run(
                ["--from", "cursor", "--yes", "--partial", "--value", "workspaceFolder=/srv/w"], home: home, gateway)
            #expect(outcome.code == 1 && outcome.output.contains("peta secret set work.KEY"), "\(outcome.output)")
        }
        try await Self.home("codex") { home, _ in
            _ = try await Self.run(["--from", "codex", "--yes", "--partial"], home: home, gateway, ["FIGMA_TOKEN": "planted-figma"])
        }
        let state = gateway.now
        #expect(state.servers["linear"]?.kind == .sse)
        #expect(state.servers["linear"]?.headers == ["Authorization": "Bearer ${secret:linear.Authorization}"])
        #expect(state.servers["db"]?.args == ["--api-key", "${secret:db.api-key}", "--region", "eu"])
        #expect(state.secrets["db.api-key"] == "planted-environment-7")
        #expect(state.servers["db-2"]?.command == "other-db")
        #expect(state.servers["search"]?.url == "https://search.example/mcp?api_key=${secret:search.api_key}&lang=en")
        #expect(state.servers["zap"]?.url == "https://mcp.zap.example/api/s/${secret:zap.url}/mcp")
        #expect(state.servers["basic"]?.url == "https://basic.example/mcp")
        #expect(state.servers["basic"]?.headers == ["Authorization": "Basic ${secret:basic.Authorization}"])
        #expect(state.secrets["basic.Authorization"] == Data("bob:planted basic".utf8).base64EncodedString())
        #expect(state.servers["peta"] == nil && state.servers["bridge"] == nil && state.servers["work"] == nil)
        #expect(state.servers["context7"]?.env == ["NODE_ENV": "production"])
        #expect(state.servers["figma-remote"]?.enabled == false)
        #expect(state.secrets["figma-remote.Authorization"] == "planted-figma")
    }

    @Test("a server that cannot be added leaves no secret, one that does not start is told of, and the rest is gone on with")
    func failures() async throws {
        var state = ImportGateway.State()
        state.refused = ["github"]
        state.broken = ["postgres"]
        let gateway = try ImportGateway(state)
        try await Self.home("claude-desktop") { home, _ in
            let outcome = try await Self.run(["--from", "claude-desktop", "--yes", "--json"], home: home, gateway)
            #expect(outcome.code == 1)
            let node = try JSONReader.read(Array(outcome.output.utf8))
            let actions = (node["servers"]?.elements ?? []).map { "\($0["id"]?.stringValue ?? "") \($0["action"]?.stringValue ?? "")" }
            #expect(actions == ["filesystem added", "github failed", "postgres added", "shell added"])
            #expect(gateway.now.secrets.keys.sorted() == ["postgres.password"])
            let text = try await Self.run(["--from", "claude-desktop", "--yes"], home: home, gateway)
            #expect(text.code == 1 && text.output.contains("github: not imported: the gateway does not want it"))
        }
    }

    @Test("another server of the same id is left alone, replaced, or avoided by a prefix, as one says")
    func collisions() async throws {
        var state = ImportGateway.State()
        state.servers["github"] = ServerSpec(id: "github", kind: .stdio, command: "mine", env: ["OLD": "x"])
        state.secrets["postgres.password"] = "somebody else's"
        let gateway = try ImportGateway(state)
        try await Self.home("claude-desktop") { home, _ in
            let nothing = try await Self.run(["--from", "claude-desktop", "--yes"], home: home, gateway)
            #expect(nothing.code == 1 && nothing.errors.contains("'GitHub' cannot be imported") && nothing.errors.contains("--partial"))
            #expect(gateway.now.servers.count == 1 && gateway.now.secrets.count == 1)
            let left = try await Self.run(["--from", "claude-desktop", "--yes", "--partial"], home: home, gateway)
            #expect(left.code == 1 && left.output.contains("--replace"))
            #expect(gateway.now.servers["github"]?.command == "mine")
            #expect(gateway.now.secrets["postgres.password"] == "somebody else's")
            #expect(gateway.now.servers["postgres"]?.args.last?.contains("${secret:postgres.password-2}") == true)
            let beside = try await Self.run(
                ["--from", "claude-desktop", "--only", "GitHub", "--prefix", "w-", "--yes"], home: home, gateway)
            #expect(beside.code == 0 && gateway.now.servers["w-github"]?.command == "docker")
            let replaced = try await Self.run(["--from", "claude-desktop", "--only", "github", "--replace", "--yes"], home: home, gateway)
            #expect(replaced.code == 0, "\(replaced.output)")
            #expect(gateway.now.servers["github"]?.command == "docker" && gateway.now.servers["github"]?.env["OLD"] == nil)
        }
    }

    @Test("values that the client asks for: without a terminal they have to be in the vault, and then they are used")
    func inputs() async throws {
        var state = ImportGateway.State()
        state.secrets["perplexity.PERPLEXITY_API_KEY"] = "by hand"
        let gateway = try ImportGateway(state)
        try await Self.home("vscode") { home, _ in
            let outcome = try await Self.run(["--from", "vscode", "--yes", "--partial"], home: home, gateway)
            #expect(outcome.code == 1 && outcome.output.contains("peta secret set hosted.X-Api-Key"), "\(outcome.output)")
            #expect(
                gateway.now.servers["perplexity"]?.env
                    == ["PERPLEXITY_API_KEY": "${secret:perplexity.PERPLEXITY_API_KEY}", "SITE": "main"])
            #expect(gateway.now.secrets == ["perplexity.PERPLEXITY_API_KEY": "by hand"])
        }
    }

    @Test("without --yes and without a terminal nothing is done; --no-secrets leaves credentials in the definitions and says so")
    func consent() async throws {
        let gateway = try ImportGateway()
        try await Self.home("claude-desktop") { home, _ in
            let refused = try await Self.run(["--from", "claude-desktop"], home: home, gateway)
            #expect(refused.code == 64 && refused.errors.contains("--yes") && gateway.now.servers.isEmpty)
            let literal = try await Self.run(["--from", "claude-desktop", "--yes", "--no-secrets"], home: home, gateway)
            #expect(literal.code == 0 && literal.output.contains("stays in the definition"))
            #expect(gateway.now.secrets.isEmpty)
            let told = try await Self.run(["--from", "claude-desktop", "--dry-run", "--no-secrets", "--json"], home: home, gateway)
            let servers = try JSONReader.read(Array(told.output.utf8))["servers"]?.elements
            #expect(servers?.allSatisfy { $0["secrets"]?.elements?.isEmpty ?? false } == true)
            #expect(gateway.now.servers["postgres"]?.args.last == "postgresql://app:planted-password@db.internal:5432/app?sslmode=require")
        }
    }

    @Test(
        "the client's file gets the gateway in the place of its servers, and keeps everything else; the old one is kept for its owner",
        arguments: ["claude-code", "cursor", "vscode", "windsurf", "codex", "gemini", "claude-desktop"])
    func rewrite(_ client: String) async throws {
        // What VS Code asks its user for cannot be asked for here; one of its servers has it in the vault.
        var state = ImportGateway.State()
        if client == "vscode" { state.secrets["perplexity.PERPLEXITY_API_KEY"] = "by hand" }
        let gateway = try ImportGateway(state)
        try await Self.home(client) { home, path in
            let before = try String(contentsOfFile: path, encoding: .utf8)
            _ = try await Self.run(
                ["--from", client, "--yes", "--partial", "--write-client", "--name", "gate"], home: home, gateway,
                ["FIGMA_TOKEN": "planted-figma", "WORK_KEY": "planted-work", "GEMINI_MCP_KEY": "planted-gemini"])
            let after = try String(contentsOfFile: path, encoding: .utf8)
            try Golden.check(after, "import/after-\(client).txt")
            let backup = path + ".before-peta"
            #expect(try String(contentsOfFile: backup, encoding: .utf8) == before)
            #expect(try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions] as? Int == 0o600)
            // Again: the gateway alone stands there, and it is not imported into itself.
            let again = try await Self.run(
                ["--from", client, "--yes", "--partial", "--write-client", "--name", "gate"], home: home, gateway)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == after, "\(again.output)")
        }
    }

    @Test("what belongs into the client's file is printed, with a placeholder or a new token, and the file stays as it is")
    func shown() async throws {
        let gateway = try ImportGateway()
        try await Self.home("vscode") { home, path in
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            let options = ["--from", "vscode", "--only", "perplexity", "--only", "plain", "--show-client", "--value", "perplexity-key=x"]
            let trial = try await Self.run(options + ["--dry-run", "--json"], home: home, gateway)
            #expect(trial.code == 64, "an input that is a password is no argument")
            let text = #"{"servers":{"a":{"command":"a","env":{"A_TOKEN":"planted-token-0001"}}}}"#
            try text.write(toFile: home + "/mcp.json", atomically: true, encoding: .utf8)
            let dry = try await Self.run([home + "/mcp.json", "--dry-run", "--show-client", "--json"], home: home, gateway)
            let client = try JSONReader.read(Array(dry.output.utf8))["clients"]?.elements?.first
            #expect(client?["configuration"]?["url"]?.stringValue == "http://127.0.0.1:3002/mcp", "\(dry.output)")
            #expect(client?["configuration"]?["headers"]?["Authorization"]?.stringValue == "Bearer YOUR_PETA_TOKEN")
            #expect(client?["removed"]?.elements == [.string("a")] && client?["written"]?.boolValue == false && gateway.now.servers.isEmpty)
            let done = try await Self.run([home + "/mcp.json", "--yes", "--show-client", "--new-token", "alice"], home: home, gateway)
            #expect(done.code == 0 && done.output.contains("Bearer \(Samples.token.token)") && gateway.now.servers.count == 1)
            #expect(done.output.contains("this belongs there in the place of a:\n{\n  \"servers\": {\n    \"peta\": {"), "\(done.output)")
            #expect(try String(contentsOfFile: home + "/mcp.json", encoding: .utf8) == text)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test("a credential in the middle of a command is not shown and not imported")
    func command() async throws {
        try await TemporaryDirectory.with { directory in
            let text =
                #"{"mcpServers":{"a":{"command":"npx -y x --key sk-planted-0000000000000001","args":["c2VjcmV0LXBsYW50ZWQ9PTEyMzQ1Ng=="]}}}"#
            try text.write(toFile: directory + "/m.json", atomically: true, encoding: .utf8)
            let outcome = try await Self.run([directory + "/m.json", "--dry-run"], home: directory, try ImportGateway())
            #expect(outcome.code == 1 && outcome.output.contains("a credential stands in its command"))
            #expect(!outcome.output.contains("c2VjcmV0"))
        }
    }

    @Test("a file that is malformed is told of with line, column and what was expected, and nothing is done")
    func malformed() async throws {
        let gateway = try ImportGateway()
        try await TemporaryDirectory.with { directory in
            let cases: [(String, String, String)] = [
                ("a.json", "{\n  \"mcpServers\": {\n    \"x\": { \"command\" \"y\" }\n  }\n}", ":3:22: this is not JSON: ':' was expected"),
                ("a.json", "{ \"mcpServers\": {", ": this is not JSON: a member name in quotes was expected"),
                ("a.json", "", ":1:1: this is not JSON: the text ends too early"),
                ("a.json", "[1]", "expected an object with mcpServers or servers, found an array"),
                ("a.json", "{\"mcpServers\": []}", "mcpServers: expected an object, found an array"),
                ("a.json", "{\"a\": /* never closed", "this is not JSON"),
                ("a.json", String(repeating: "[", count: 300), "nested deeper than"),
                ("a.toml", "[mcp_servers.x]\ncommand = \"y\nargs = []\n", ":2:13: this is not TOML: a string is not closed"),
                ("a.toml", "[mcp_servers.x]\ncommand = y\n", ":2:12: this is not TOML: a value was expected"),
            ]
            for (name, text, words) in cases {
                try text.write(toFile: directory + "/" + name, atomically: true, encoding: .utf8)
                let outcome = try await Self.run([directory + "/" + name, "--yes"], home: directory, gateway)
                #expect(outcome.code == 65 && outcome.errors.contains(words), "\(text): \(outcome.errors)")
            }
            try Data([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]).write(to: URL(fileURLWithPath: directory + "/b.json"))
            #expect(try await Self.run([directory + "/b.json"], home: directory, gateway).code == 65)
            try "{}".write(toFile: directory + "/c.json", atomically: true, encoding: .utf8)
            let nothing = try await Self.run([directory + "/c.json"], home: directory, gateway)
            #expect(nothing.code == 66 && nothing.errors.contains("mcpServers"))
            let absent = try await Self.run([directory + "/none.json"], home: directory, gateway)
            #expect(absent.code == 66 && absent.errors.contains("--from CLIENT"))
            let folder = try await Self.run([directory], home: directory, gateway)
            #expect(folder.code == 1 && folder.errors.contains("is a directory. Name the client's file"), "\(folder.errors)")
            #expect(try await Self.run(["--from", "cursor"], home: directory, gateway).code == 66)
            let many = (0...500).map { "\"s\($0)\": { \"command\": \"x\" }" }.joined(separator: ",")
            try "{\"mcpServers\":{\(many)}}".write(toFile: directory + "/d.json", atomically: true, encoding: .utf8)
            #expect(try await Self.run([directory + "/d.json"], home: directory, gateway).code == 65)
        }
        #expect(gateway.now.servers.isEmpty)
    }

    @Test("one server that makes no sense does not keep the others out")
    func oddServers() async throws {
        let gateway = try ImportGateway()
        try await TemporaryDirectory.with { directory in
            let text = """
                {"mcpServers": {
                  "good": {"command": "x", "args": ["a", 5, true]}, "none": {}, "both": {"command": "x", "url": "http://a"},
                  "args": {"command": "x", "args": "a"}, "env": {"command": "x", "env": {"A": {}}}, "ws": {"type": "ws", "url": "ws://a"},
                  "twice": {"command": "x"}, "twice": {"command": "y"}, "a b!": {"command": "x"}, "A B": {"command": "y"}, "7": {"command": "z"}
                }}
                """
            try text.write(toFile: directory + "/m.json", atomically: true, encoding: .utf8)
            let nothing = try await Self.run([directory + "/m.json", "--yes"], home: directory, gateway)
            #expect(nothing.code == 65 && nothing.errors.contains("/m.json:2:53: has neither a command nor a url; nothing was imported"))
            #expect(nothing.errors.contains("and 6 more cannot") && gateway.now.servers.isEmpty, "\(nothing.errors)")
            let outcome = try await Self.run([directory + "/m.json", "--yes", "--partial"], home: directory, gateway)
            #expect(outcome.code == 1)
            #expect(gateway.now.servers.keys.sorted() == ["a-b", "a-b-2", "good", "s-7"], "\(outcome.output)")
            #expect(gateway.now.servers["good"]?.args == ["a", "5", "true"])
            for words in [
                "has neither a command nor a url", "both a command and a URL", "args: expected an array", "env.A: expected a text",
                "m.json:4:30: stands in the file twice",
            ] {
                #expect(outcome.output.contains(words), "\(words)")
            }
            #expect(
                try await Self.run([directory + "/m.json", "--only", "goo", "--dry-run"], home: directory, gateway).errors.contains(
                    "'good'"))
        }
    }

    @Test("an import that was cut short between a secret and its server is taken up; a secret of another length stays")
    func cutShort() async throws {
        for (left, name) in [("planted-passwerd", "postgres.password"), ("somebody's", "postgres.password-2")] {
            var state = ImportGateway.State()
            state.secrets["postgres.password"] = left
            let gateway = try ImportGateway(state)
            try await Self.home("claude-desktop") { home, _ in
                let outcome = try await Self.run(["--from", "claude-desktop", "--only", "postgres", "--yes"], home: home, gateway)
                #expect(outcome.code == 0 && gateway.now.secrets[name] == "planted-password", "\(outcome.output)")
                #expect(gateway.now.secrets.count == (name == "postgres.password" ? 1 : 2))
            }
        }
    }

    @Test("the bridge to this gateway is not imported into it, whatever its program is called")
    func own() async throws {
        try await TemporaryDirectory.with { directory in
            let text = #"{"mcpServers":{"gw":{"command":"/opt/gw","args":["mcp-stdio","--socket","/run/peta/mcp.sock"]}}}"#
            try text.write(toFile: directory + "/m.json", atomically: true, encoding: .utf8)
            let outcome = try await Self.run([directory + "/m.json", "--dry-run"], home: directory, try ImportGateway())
            #expect(outcome.code == 0 && outcome.output.contains("left out: it is this gateway itself"), "\(outcome.output)")
        }
    }

    @Test("a credential as an argument is refused")
    func argument() async throws {
        let outcome = try await Peta.run("server", "import", "x.json", "--value", "API_KEY=abc")
        #expect(outcome.code == 64 && outcome.errors.contains("never an argument"))
    }
}
