import Foundation
import PetaTestSupport
import Testing

/// MCP on a Unix socket, and the bridge that leads stdio clients there.
@Suite("MCP on a Unix socket")
struct UnixSocketTests {
    private static let initialize =
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#
    private static let call = #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"hi"}}}"#
    private static let initialized = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#

    /// A gateway that listens on `mcp.sock` beside its admin socket.
    private func gateway(_ arguments: [String] = []) throws -> Gateway {
        let gateway = try Gateway(arguments: ["--listen", "unix:"] + arguments)
        // The tests' own directory is closed to others.
        chmod(gateway.directory.path, 0o755)
        return gateway
    }

    private func socket(_ gateway: Gateway) -> String { gateway.directory.path("mcp.sock") }

    private func post(
        _ http: RawHTTP, _ body: String, _ fields: [(String, String)] = []
    ) throws -> HTTPResponse {
        let plain = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")]
        try http.send("POST", "/mcp", plain + fields, body: Array(body.utf8))
        return try http.response()
    }

    /// Runs `peta mcp-stdio` as another user of the machine.
    private func asUser(_ uid: Int, _ gateway: Gateway, _ lines: [String]) throws -> RunResult {
        try run(
            "/usr/bin/env",
            [
                "setpriv", "--reuid=\(uid)", "--regid=\(uid)", "--clear-groups", try PetaBinary.path(), "mcp-stdio", "--socket",
                socket(gateway),
            ], stdin: lines.map { $0 + "\n" }.joined())
    }

    @Test("the gateway's own user needs no token, its calls are the owner's and are recorded with the uid")
    func own() throws {
        let gateway = try gateway()
        try gateway.addDemo()
        let path = socket(gateway)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try gateway.expect("status", "--json").contains("\"unix:\(path)\""))
        let http = try RawHTTP(socket: path)
        // No name leads here, so none is checked; a browser's page is refused all the same.
        let opened = try post(http, Self.initialize, [("Host", "rebound.example")])
        #expect(opened.status == 200)
        #expect(try post(http, Self.initialize, [("Origin", "https://evil.example")]).status == 403)
        let session = [("Mcp-Session-Id", opened["mcp-session-id"] ?? "")]
        #expect(try post(http, Self.call, session).toolText == "hi")
        // The same through the codec: a chunked body.
        try http.send(
            "POST", "/mcp",
            [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream"), ("Transfer-Encoding", "chunked")]
                + session)
        try http.send(String(Self.call.utf8.count, radix: 16) + "\r\n" + Self.call + "\r\n0\r\n\r\n")
        #expect(try http.response().toolText == "hi")
        let records = try gateway.expect("audit", "tail", "--json").split(separator: "\n").map { try DownstreamRig.object(String($0)) }
            .filter { $0["kind"] as? String == "call" }
        // The page was refused access.
        #expect(records.count == 3 && records.count { $0["outcome"] as? String == "denied" && $0["user"] == nil } == 1)
        for record in records where record["outcome"] as? String == "ok" {
            #expect(record["address"] as? String == "unix:uid=\(getuid())" && record["user"] as? String == "owner")
            #expect(record["tokenId"] == nil || record["tokenId"] is NSNull)
        }
        http.close()
        try gateway.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a token goes before the uid, and a wrong one is not made good by it")
    func token() throws {
        let gateway = try gateway()
        try gateway.expect("user", "add", "alice")
        let made = try DownstreamRig.object(gateway.expect("token", "create", "alice", "--json"))
        let token = try #require(made["token"] as? String)
        let http = try RawHTTP(socket: socket(gateway))
        let opened = try post(http, Self.initialize, [("Authorization", "Bearer \(token)")])
        #expect(opened.status == 200)
        // The owner, without a token, has no business in Alice's session.
        #expect(try post(http, Self.call, [("Mcp-Session-Id", opened["mcp-session-id"] ?? "")]).status == 404)
        #expect(try post(http, Self.initialize, [("Authorization", "Bearer \(token)x")]).status == 401)
        try gateway.expect("token", "revoke", try #require(made["id"] as? String), "--yes")
        #expect(try post(http, Self.initialize, [("Authorization", "Bearer \(token)")]).status == 401)
        http.close()
        try gateway.stop()
    }

    @Test(
        "another user of the machine comes in once it is mapped, and is out at once when it is not any more",
        .enabled(if: getuid() == 0, "needs root"))
    func mapping() throws {
        let gateway = try Gateway(arguments: ["--listen", "unix:"], environment: ["PETA_MCP_SOCKET_ACCESS": "everyone"])
        chmod(gateway.directory.path, 0o755)
        #expect(try FileManager.default.attributesOfItem(atPath: socket(gateway))[.posixPermissions] as? Int == 0o666)
        try gateway.addDemo()
        try gateway.expect("user", "add", "alice")
        let stranger = try asUser(65534, gateway, [Self.initialize])
        #expect(stranger.stdout.contains(#""id":1,"error""#) && stranger.stdout.contains("peta user update NAME --uid 65534"))
        #expect(try gateway.expect("audit", "tail", "--json").contains(#"unix:uid=65534"#), "it left a trace")
        try gateway.expect("user", "update", "alice", "--uid", "65534")
        #expect(
            try asUser(65534, gateway, [Self.initialize, Self.initialized, Self.call]).stdout.contains("-32602"), "nothing is granted yet")
        try gateway.expect("user", "grant", "alice", "demo")
        #expect(try asUser(65534, gateway, [Self.initialize, Self.initialized, Self.call]).stdout.contains(#""text":"hi""#))
        #expect(try gateway.peta("user", "add", "bob", "--uid", "65534").status == 73)
        // A session of Alice's, opened by her uid, ends with the mapping.
        let bridge = try ChildProcess(
            "/usr/bin/env",
            [
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", try PetaBinary.path(), "mcp-stdio", "--socket",
                socket(gateway),
            ])
        try bridge.writeLine(Self.initialize + "\n" + Self.initialized + "\n" + Self.call)
        _ = try bridge.stdout.line(1)
        #expect(try gateway.expect("status", "--json").contains("\"sessions\": 1"))
        try gateway.expect("user", "update", "alice", "--no-uid")
        #expect(try gateway.expect("status", "--json").contains("\"sessions\": 0"))
        try bridge.writeLine(Self.call.replacingOccurrences(of: "\"id\":2", with: "\"id\":3"))
        let refused = try bridge.stdout.line(2)
        #expect(refused.contains(#""id":3,"error""#) && refused.contains("--uid 65534"), "\(refused)")
        bridge.closeInput()
        #expect(try bridge.wait() == .exited(0))
        try gateway.stop()
    }

    @Test("a socket that a killed gateway left is replaced, one in use and what is no socket are left alone")
    func file() throws {
        let gateway = try gateway()
        let path = socket(gateway)
        let directory = try TemporaryDirectory()
        func start(_ listen: String) throws -> RunResult {
            try run(
                try PetaBinary.path(),
                ["serve", "--listen", listen, "--data-dir", directory.path("data"), "--admin-socket", directory.path("admin.sock")])
        }
        let second = try start("unix:\(path)")
        #expect(second.status == 73 && second.stderr.contains("the MCP socket \(path) is in use by a running gateway"), "\(second.stderr)")
        try Data("precious".utf8).write(to: URL(fileURLWithPath: directory.path("file")))
        let third = try start("unix:" + directory.path("file"))
        #expect(third.status == 1 && third.stderr.contains("exists and is not a socket"), "\(third.stderr)")
        let long = try start("unix:/" + String(repeating: "x", count: 120))
        #expect(long.status == 65 && long.stderr.contains("--listen unix:PATH"), "\(long.stderr)")
        try gateway.kill()
        #expect(FileManager.default.fileExists(atPath: path))
        let again = try gateway.restarted()
        let http = try RawHTTP(socket: path)
        #expect(try post(http, Self.initialize).status == 200)
        http.close()
        try again.stop()
        #expect(try FileManager.default.contentsOfDirectory(atPath: gateway.directory.path).sorted() == ["data"])
    }

    @Test("the official client runs every scenario over peta mcp-stdio", arguments: ["legacy", "auto"])
    func official(mode: String) throws {
        let gateway = try gateway()
        try gateway.addDemo(arguments: ["--tools", "25", "--page", "10"])
        var scenarios = [
            "list", "call", "errors", "progress", "cancel", "resources", "template", "prompts", "completion", "many", "unicode", "big",
        ]
        // Of the modern era there are no such methods, and changes are told on a listen.
        if mode == "legacy" { scenarios += ["logging", "ping", "list_changed"] }
        let command = "\(try PetaBinary.path()) mcp-stdio --socket \(socket(gateway))"
        let seen = try PythonPeer.client(scenarios, target: command, arguments: ["--mode", mode, "--count", "200"])
        for scenario in scenarios { #expect(seen[scenario]?["failed"] == nil && seen[scenario] != nil, "\(scenario)") }
        #expect((seen["many"]?["wrong"] as? [Int])?.isEmpty == true && seen["many"]?["sleepOrder"] as? [Int] == [1, 200, 400])
        #expect(seen["cancel"]?["cancelled"] as? Bool == true)
        if mode == "legacy" { #expect(seen["list_changed"]?["restored"] as? Bool == true) }
        #expect(seen["unicode"]?["same"] as? Bool == true && seen["big"]?["echoed"] as? Bool == true)
        #expect(try gateway.expect("status", "--json").contains("\"sessions\": 0"), "each ends its session")
        try gateway.stop()
    }

    @Test("the bridge outlives a restart of the gateway, and the client goes on")
    func restart() throws {
        let gateway = try gateway()
        try gateway.addDemo()
        let bridge = try ChildProcess(PetaBinary.path(), ["mcp-stdio", "--socket", socket(gateway)])
        try bridge.writeLine(Self.initialize + "\n" + Self.initialized + "\n" + Self.call)
        #expect(try bridge.stdout.line(1).contains(#""text":"hi""#))
        try gateway.kill()
        try bridge.writeLine(Self.call.replacingOccurrences(of: "\"id\":2", with: "\"id\":3"))
        let lost = try bridge.stdout.line(2)
        #expect(lost.contains(#""id":3,"error""#), "\(lost)")
        let again = try gateway.restarted()
        try bridge.writeLine(Self.call.replacingOccurrences(of: "\"id\":2", with: "\"id\":4"))
        // Also what the new session's stream brings may come.
        try eventually("the call is answered after the restart: \(bridge.stdout.text)\(bridge.stderr.text)") {
            bridge.stdout.text.contains(#""id":4,"result""#)
        }
        bridge.closeInput()
        #expect(try bridge.wait() == .exited(0))
        try again.stop()
    }

    @Test("the bridge ends when nobody reads it any more, and on SIGTERM and SIGINT, and takes its session with it")
    func ends() throws {
        let gateway = try gateway()
        let command = "\(try PetaBinary.path()) mcp-stdio --socket \(socket(gateway))"
        // The reader takes one line and goes; the input stays open.
        let pipe = try ChildProcess(
            "/bin/sh", ["-c", "(echo '\(Self.initialize)'; sleep 5) | { \(command); echo rc=$? >&2; } | head -n 1"])
        try eventually("the bridge ends with its reader") { pipe.stderr.text.contains("rc=0") }
        for signal in [SIGTERM, SIGINT] {
            let bridge = try ChildProcess(PetaBinary.path(), ["mcp-stdio", "--socket", socket(gateway)])
            try bridge.writeLine(Self.initialize + "\n" + Self.initialized)
            _ = try bridge.stdout.line(0)
            bridge.signal(signal)
            #expect(try bridge.wait() == .exited(0))
            #expect(bridge.stderr.text.isEmpty)
        }
        try eventually("no session is left") { (try? gateway.expect("status", "--json").contains("\"sessions\": 0")) == true }
        pipe.signal(SIGKILL)
        try gateway.stop()
    }

    @Test("over HTTP with a token it is the token's user")
    func http() throws {
        let gateway = try gateway()
        try gateway.addDemo()
        let environment = ChildProcess.plainEnvironment.merging(["PETA_TOKEN": try gateway.token()]) { $1 }
        let lines = [Self.initialize, Self.initialized, Self.call].map { $0 + "\n" }.joined()
        let done = try run(try PetaBinary.path(), ["mcp-stdio", "--url", gateway.url], stdin: lines, environment: environment)
        #expect(done.status == 0 && done.stdout.contains(#""text":"hi""#), "\(done.stdout)\(done.stderr)")
        let wrong = try run(
            try PetaBinary.path(), ["mcp-stdio", "--url", gateway.url], stdin: Self.initialize,
            environment: environment.merging(["PETA_TOKEN": "peta_wrong"]) { $1 })
        #expect(wrong.stdout.contains(#""id":1,"error""#) && !(wrong.stdout + wrong.stderr).contains("peta_wrong"))
        try gateway.stop()
    }

    @Test("what peta connect writes is what the client needs: its command runs as it stands there")
    func connect() throws {
        let gateway = try gateway()
        try gateway.addDemo()
        let directory = try TemporaryDirectory()
        try gateway.expect("connect", "claude-code", "--file", directory.path("mcp.json"), "--write")
        let written = try DownstreamRig.object(String(contentsOfFile: directory.path("mcp.json"), encoding: .utf8))
        let entry = try #require((written["mcpServers"] as? [String: Any])?["peta"] as? [String: Any])
        let command = try #require(entry["command"] as? String)
        let arguments = try #require(entry["args"] as? [String])
        #expect(command.hasPrefix("/"))
        let result = try run(command, arguments, stdin: [Self.initialize, Self.initialized, Self.call].map { $0 + "\n" }.joined())
        #expect(result.stdout.contains(#""text":"hi""#))
        try gateway.expect("connect", "cursor", "--file", directory.path("c.json"), "--write", "--new-token", "owner")
        let token = try #require(try String(contentsOfFile: directory.path("c.json"), encoding: .utf8).firstMatch(of: /Bearer ([^"]+)/))
            .output.1
        #expect(
            try MCPConnection.open(port: gateway.port, token: String(token)).callText("demo__echo", #"{"text":"by file"}"#) == "by file")
        #expect(try FileManager.default.attributesOfItem(atPath: directory.path("c.json"))[.posixPermissions] as? Int == 0o600)
        try gateway.stop()
    }
}
