import Foundation
import PetaTestSupport
import Testing

@Suite("administration from outside")
struct OperationsAdminTests {
    @Test("curl speaks to the socket, which only its owner may open")
    func curl() throws {
        let rig = try DownstreamRig()
        let status = try run("/usr/bin/env", ["curl", "-sS", "--fail", "--unix-socket", rig.gateway.socket, "http://peta/v1/status"])
        #expect(status.status == 0)
        #expect(try DownstreamRig.object(status.stdout)["pid"] as? Int == Int(rig.gateway.process.pid))
        #expect(try FileManager.default.attributesOfItem(atPath: rig.gateway.socket)[.posixPermissions] as? Int == 0o600)
        let missing = try run(
            "/usr/bin/env", ["curl", "-sS", "-w", "%{http_code}", "--unix-socket", rig.gateway.socket, "http://peta/v1/servers/nobody"])
        #expect(missing.stdout.hasSuffix("404") && missing.stdout.contains("not_found"))
        // Nothing of it is on TCP.
        let http = try RawHTTP(port: rig.gateway.port)
        try http.send("GET", "/v1/status", [("Authorization", "Bearer \(rig.token)")])
        #expect(try http.response().status == 404)
        http.close()
        try rig.finish()
    }

    @Test("another user of the machine is refused, even where the file lets it in", .enabled(if: getuid() == 0, "needs root"))
    func otherUser() throws {
        let rig = try DownstreamRig()
        func asNobody() throws -> RunResult {
            try run(
                "/usr/bin/env",
                [
                    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "curl", "-sS", "-w", "%{http_code}", "--unix-socket",
                    rig.gateway.socket, "http://peta/v1/status",
                ])
        }
        #expect(try asNobody().status == 7)
        chmod(rig.gateway.directory.path, 0o755)
        chmod(rig.gateway.socket, 0o666)
        let refused = try asNobody()
        #expect(!refused.stdout.contains("uptimeSeconds"))
        #expect(refused.stdout.hasSuffix("403") || refused.status != 0)
        #expect(try rig.gateway.peta("status").status == 0)
        try rig.finish()
    }

    @Test("every command that needs the daemon says that it is down, what to do, and ends with 69")
    func down() throws {
        let directory = try TemporaryDirectory()
        let socket = directory.path("none.sock")
        let commands = [
            "status", "server list", "server show a", "server add a -- true", "server update a --title x", "server remove a --yes",
            "server start a",
            "server stop a", "server restart a", "server enable a", "server disable a", "server tools a", "server call a b",
            "server logs a",
            "server logs a -f", "tool list", "tool which a", "secret list", "secret show a", "secret set a --stdin",
            "secret remove a --yes",
            "user list", "user add a", "user show a", "user update a --no-uid", "user remove a --yes",
            "user disable a", "user enable a", "user grant a b",
            "user revoke a b",
            "policy list", "policy show a", "policy history a", "policy archive a", "policy remove a --yes", "policy effective a",
            "policy test --user a --tool s::t", "policy apply -f /dev/null", "policy lint /dev/null",
            "token list", "token create a", "token revoke a --yes", "audit tail", "audit tail -f", "audit query", "audit verify",
        ]
        for command in commands {
            let arguments = command.split(separator: " ").map(String.init)
            let result = try run(
                PetaBinary.path(), arguments, stdin: "x", environment: ChildProcess.plainEnvironment.merging(["PETA_SOCKET": socket]) { $1 }
            )
            #expect(result.status == 69, "\(command): \(result.stderr)")
            #expect(result.stdout.isEmpty, "\(command)")
            #expect(
                result.stderr == "peta: cannot reach the gateway at \(socket): not running. Start it with 'peta serve'.\n",
                "\(command): \(result.stderr)")
        }
        let json = try runPeta("status", "--json", environment: ["PETA_SOCKET": socket])
        #expect(json.status == 69)
        #expect((try DownstreamRig.object(json.stderr)["error"] as? [String: Any])?["code"] as? String == "unavailable")
    }

    @Test("exit codes tell unknown, existing, misused and wrong apart; with --json the error is an object")
    func exitCodes() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        try rig.gateway.expect("user", "add", "alice")
        let cases: [(Int32, String)] = [
            (66, "server show nobody"), (66, "server remove nobody --yes"), (66, "server start nobody"), (66, "server tools nobody"),
            (66, "server call nobody echo"), (66, "server call demo nothing"), (66, "server logs nobody"),
            (66, "server update nobody --title x"),
            (66, "server disable nobody"), (66, "user show nobody"), (66, "user remove nobody --yes"), (66, "user disable nobody"),
            (66, "user grant nobody demo"), (66, "user grant alice nobody"), (66, "token create nobody"),
            (66, "token revoke tok_000000000000 --yes"),
            (66, "secret show nobody"), (66, "secret remove nobody --yes"), (66, "tool which nobody__echo"),
            (73, "server add demo -- true"), (73, "user add alice"), (73, "user add owner"),
            (65, "server add Bad_ID -- true"), (65, "user add Bad/Handle"), (65, "server call demo echo [1]"),
            (65, "server call demo echo {"),
            (64, "server"), (64, "server add demo"), (64, "server add demo --url http://x -- true"), (64, "server list --nonsense"),
            (64, "frobnicate"),
            (64, "server update demo"), (64, "token create"), (64, "server remove demo"), (64, "audit tail -n many"),
            (1, "server call demo fail {\"message\":\"no\"}"),
        ]
        for (expected, command) in cases where command != "server" {
            let result = try rig.gateway.peta(command.split(separator: " ").map(String.init))
            #expect(result.status == expected, "\(command): \(result.stderr)")
            if expected != 1 {
                #expect(result.stdout.isEmpty && result.stderr.hasPrefix("peta: "), "\(command): \(result.stdout)\(result.stderr)")
            }
            #expect(result.stderr.split(separator: "\n").count <= 2, "\(command): \(result.stderr)")
        }
        for command in ["server show nobody", "user add alice", "secret show nobody"] {
            let result = try rig.gateway.peta(command.split(separator: " ").map(String.init) + ["--json"])
            let error = try DownstreamRig.object(result.stderr)["error"] as? [String: Any]
            #expect(error?["code"] is String && error?["message"] is String, "\(command)")
        }
        try rig.finish()
    }

    @Test("a token that is revoked is out at once, and nobody else is")
    func revokedToken() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        try rig.gateway.expect("user", "add", "alice")
        try rig.gateway.expect("user", "grant", "alice", "demo")
        let made = try DownstreamRig.object(rig.gateway.expect("token", "create", "alice", "--json"))
        let (id, token) = (try #require(made["id"] as? String), try #require(made["token"] as? String))
        let (alice, owner) = (try rig.client(token), try rig.client())
        #expect(try alice.callText("demo::echo", #"{"text":"x"}"#) == "x")
        try rig.gateway.expect("token", "revoke", id, "--yes")
        let refused = try alice.request("tools/call", #"{"name":"demo::echo","arguments":{"text":"x"}}"#)
        #expect(refused.status == 401)
        #expect(refused["www-authenticate"]?.hasPrefix("Bearer") == true)
        #expect(try owner.callText("demo::echo", #"{"text":"x"}"#) == "x")
        #expect(try !rig.gateway.expect("token", "list", "--json").contains(token))
        [alice, owner].forEach { $0.http.close() }
        try rig.finish()
    }

    @Test("who is disabled is out with all sessions and streams, and comes back when enabled; removed is for good")
    func disabledUser() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        try rig.gateway.expect("user", "add", "alice")
        try rig.gateway.expect("user", "grant", "alice", "demo")
        let token = try rig.gateway.token("alice")
        let alice = try rig.client(token)
        let stream = try alice.openStream()
        #expect(try alice.callText("demo::echo", #"{"text":"x"}"#) == "x")
        try rig.gateway.expect("user", "disable", "alice")
        #expect(try alice.request("tools/list").status == 401)
        // Its end comes, not only silence.
        while try stream.event() != nil {}
        try rig.gateway.expect("user", "enable", "alice")
        // The old session has ended; a new one can be opened with the same token.
        #expect(try alice.request("tools/list").status == 404)
        let again = try rig.client(token)
        #expect(try again.callText("demo::echo", #"{"text":"x"}"#) == "x")
        try rig.gateway.expect("user", "remove", "alice", "--yes")
        #expect(try again.request("tools/list").status == 401)
        [alice, again].forEach { $0.http.close() }
        stream.close()
        try rig.finish()
    }

    @Test("a grant and its end take effect with the next call of a live session, which is told")
    func grants() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo()
        try rig.gateway.expect("user", "add", "alice")
        let alice = try rig.client(try rig.gateway.token("alice"))
        let stream = try alice.openStream()
        #expect(try DownstreamLifeTests.tools(alice).isEmpty)
        #expect(try alice.callError("demo::echo").code == -32602)
        try rig.gateway.expect("user", "grant", "alice", "demo")
        #expect(try alice.callText("demo::echo", #"{"text":"x"}"#) == "x")
        #expect(try Self.nextMessage(stream).contains("notifications/tools/list_changed"))
        #expect(try DownstreamLifeTests.tools(alice).contains("demo__echo"))
        try rig.gateway.expect("user", "revoke", "alice", "demo")
        #expect(try alice.callError("demo::echo").code == -32602)
        #expect(try DownstreamLifeTests.tools(alice).isEmpty)
        // A server added anew under an old id is nobody's yet.
        try rig.gateway.expect("user", "grant", "alice", "demo")
        try rig.gateway.expect("server", "remove", "demo", "--yes")
        try rig.gateway.addDemo()
        #expect(try alice.callError("demo::echo").code == -32602)
        // Public is for everybody.
        try rig.gateway.expect("server", "update", "demo", "--public")
        #expect(try alice.callText("demo::echo", #"{"text":"x"}"#) == "x")
        alice.http.close()
        stream.close()
        try rig.finish()
    }

    @Test("a token for one server opens no other, and an expired one nothing")
    func narrowed() throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo("one")
        try rig.gateway.addDemo("two")
        let narrow = try rig.client(try rig.gateway.token(arguments: ["--server", "one"]))
        #expect(try narrow.callText("one::echo", #"{"text":"x"}"#) == "x")
        #expect(try narrow.callError("two::echo").code == -32602)
        #expect(try DownstreamLifeTests.tools(narrow).allSatisfy { $0.hasPrefix("one__") })
        let brief = try rig.gateway.token(arguments: ["--expires", "2s"])
        let client = try rig.client(brief)
        try eventually("the token has expired") { try client.request("ping").status == 401 }
        [narrow, client].forEach { $0.http.close() }
        try rig.finish()
    }

    private static func nextMessage(_ stream: RawHTTP) throws -> String {
        while let event = try stream.event() {
            if !event.data.isEmpty { return event.data }
        }
        throw TestFailure("the stream ended")
    }
}
