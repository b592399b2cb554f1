import Foundation
import PetaTestSupport
import Testing

@Suite("sealing and unsealing")
struct VaultOperationTests {
    static let passphrase = "correct horse battery staple"
    static let value = "s3cret-\(UUID().uuidString.lowercased())"

    static func state(_ gateway: Gateway) throws -> [String: Any] {
        try DownstreamRig.object(try gateway.expect("vault", "status", "--json"))
    }

    static func unseal(_ gateway: Gateway, _ passphrase: String = passphrase) throws -> RunResult {
        try gateway.peta("vault", "unseal", "--stdin", stdin: passphrase + "\n")
    }

    private func health(_ port: Int) throws -> HTTPResponse {
        let http = try RawHTTP(port: port)
        try http.send("GET", "/health")
        return try http.response()
    }

    /// A gateway whose vault a passphrase opens, with a secret and a server that has it.
    static func start() throws -> (gateway: Gateway, file: TemporaryDirectory, token: String) {
        let place = try TemporaryDirectory()
        let file = try place.write(passphrase + "\n", to: "passphrase")
        let gateway = try Gateway(arguments: ["--passphrase-file", file])
        #expect(try gateway.peta("secret", "set", "a", "--stdin", stdin: value).status == 0)
        try gateway.addDemo(options: ["--env", "KEY=${secret:a}", "--no-redact"])
        return (gateway, place, try gateway.token())
    }

    @Test("a gateway without its passphrase starts sealed, says so everywhere, and serves what it served once it is unsealed")
    func sealedStart() throws {
        let (first, _, token) = try Self.start()
        #expect(!FileManager.default.fileExists(atPath: first.data + "/key"))
        let client = try MCPConnection.open(port: first.port, token: token)
        #expect(try client.callText("demo::environment", #"{"name":"KEY"}"#) == Self.value)
        client.http.close()
        try first.stop()

        let gateway = try first.restarted(arguments: [], sealed: true)
        let health = try health(gateway.port)
        #expect(health.status == 503)
        #expect(try health.answer["live"] as? Bool == true && health.answer["ready"] as? Bool == false)
        #expect(try health.answer["status"] as? String == "sealed")
        let refused = try MCPConnection(port: gateway.port, token: token).request("initialize")
        #expect(refused.status == 503 && refused["retry-after"] != nil)
        let error = try refused.answer["error"] as? [String: Any]
        #expect(error?["code"] as? Int == -32603 && (error?["message"] as? String)?.contains("sealed") == true)

        let status = try DownstreamRig.object(try gateway.expect("status", "--json"))
        #expect(status["sealed"] as? Bool == true && (status["listen"] as? [String])?.count == 1)
        #expect(try Self.state(gateway)["key"] as? String == "passphrase")
        for command in [["server", "list"], ["secret", "list"], ["audit", "tail"], ["user", "add", "x"], ["vault", "rotate"]] {
            let result = try gateway.peta(command)
            #expect(result.status == 75, "\(command): \(result.stderr)")
            #expect(result.stderr.contains("peta vault unseal"))
        }
        let wrong = try Self.unseal(gateway, "wrong horse battery staple")
        #expect(wrong.status == 77 && wrong.stderr.contains("passphrase"))
        #expect(try gateway.peta("vault", "unseal").status == 64)
        #expect(try Self.state(gateway)["failedAttempts"] as? Int == 1)
        let right = try Self.unseal(gateway)
        #expect(right.status == 0, "\(right.stderr)")
        #expect(try self.health(gateway.port).status == 200)
        let again = try MCPConnection.open(port: gateway.port, token: token)
        #expect(try again.callText("demo::environment", #"{"name":"KEY"}"#) == Self.value)
        again.http.close()

        let acts = try gateway.expect("audit", "tail", "-n", "1000", "--json").split(separator: "\n").map {
            try DownstreamRig.object(String($0))
        }
        let first3 = acts.drop { $0["method"] as? String != "vault/unsealed" || $0["user"] as? String == "gateway" }.prefix(2)
        #expect(first3.map { $0["method"] as? String } == ["vault/unsealed", "vault/attempts"])
        #expect(first3.first?["uid"] as? Int == Int(getuid()) && first3.first?["command"] as? String == "vault unseal")
        #expect((first3.last?["detail"] as? String)?.hasPrefix("1 attempts to unseal failed") == true)
        #expect(try gateway.peta("audit", "verify").status == 0)
        #expect(!gateway.log.contains(Self.passphrase) && !gateway.log.contains("wrong horse") && !gateway.log.contains(Self.value))
        try gateway.stop()
    }

    @Test("sealing lets calls end, ends streams and servers, keeps sessions, and leaves nothing behind however often it is done")
    func sealAtRunTime() throws {
        let (gateway, _, token) = try Self.start()
        let client = try MCPConnection.open(port: gateway.port, token: token)
        _ = try client.callText("demo::echo", #"{"text":"x"}"#)
        let slow = try MCPConnection.open(port: gateway.port, token: token)
        let tail = try gateway.start("audit", "tail", "-f", "--json")
        try eventually("the stream has begun") { tail.stdout.text.contains("\"seq\"") }
        try slow.sendCall("demo::sleep", #"{"ms":700}"#)
        try eventually("the call is under way") { gateway.descendants.isEmpty == false }
        let sealed = try gateway.peta("vault", "seal", "--yes", "--json")
        #expect(sealed.status == 0, "\(sealed.stderr)")
        #expect(try DownstreamRig.object(sealed.stdout)["sealed"] as? Bool == true)
        #expect(try slow.http.response().status == 200)
        #expect(try tail.wait() == .exited(0))
        #expect(gateway.descendants.isEmpty)
        #expect(try gateway.peta("vault", "seal", "--yes").status == 0)
        #expect(try Self.unseal(gateway).status == 0)
        #expect(try Self.unseal(gateway).status == 0)

        // The session that was open before goes on, on a new connection.
        let http = try RawHTTP(port: gateway.port)
        try http.send(
            "POST", "/mcp", client.fields,
            body: Array(#"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"demo::echo","arguments":{"text":"y"}}}"#.utf8))
        #expect(try http.response().toolText == "y")
        http.close()
        func round() throws {
            #expect(try gateway.peta("vault", "seal", "--yes").status == 0)
            #expect(try Self.unseal(gateway).status == 0)
        }
        try round()
        let base = LeakCheck(of: gateway.process.pid)
        let threads = gateway.threads
        for _ in 0..<6 { try round() }
        try base.expectNothingLeft(slack: 2)
        // The pool of the system's library comes and goes by a thread or two; one that each round leaves would be six.
        #expect(gateway.threads < threads + 6)
        #expect(try gateway.peta("audit", "verify").status == 0)
        try gateway.stop()
    }

    @Test("too many wrong passphrases have to wait, and one at a time is looked at")
    func brake() throws {
        let (first, _, _) = try Self.start()
        try first.stop()
        let gateway = try first.restarted(arguments: [], sealed: true)
        var codes: [Int32] = []
        for _ in 0..<5 { codes.append(try Self.unseal(gateway, "wrong horse battery staple").status) }
        #expect(Array(codes.prefix(4)) == [77, 77, 77, 77] && codes[4] == 75, "\(codes)")
        let early = try Self.unseal(gateway)
        #expect(early.status == 75 || early.status == 0)
        try eventually("the right one is taken after a while") { try Self.unseal(gateway).status == 0 }
        let records = try gateway.expect("audit", "tail", "-n", "50")
        #expect(records.contains("vault/attempts"))
        try gateway.stop()
    }

    @Test("a key file vault is sealed too, and its key file is read again")
    func keyFile() throws {
        let rig = try DownstreamRig()
        #expect(try rig.gateway.peta("secret", "set", "a", "--stdin", stdin: Self.value).status == 0)
        try rig.gateway.expect("vault", "seal", "--yes")
        let key = rig.gateway.data + "/key"
        try FileManager.default.moveItem(atPath: key, toPath: key + ".away")
        let missing = try rig.gateway.peta("vault", "unseal")
        #expect(missing.status == 69 && missing.stderr.contains(key))
        #expect(try Self.state(rig.gateway)["sealed"] as? Bool == true)
        try FileManager.default.moveItem(atPath: key + ".away", toPath: key)
        #expect(try rig.gateway.peta("vault", "unseal", "--stdin", stdin: "x\n").status == 65)
        try rig.gateway.expect("vault", "unseal")
        #expect(try rig.gateway.peta("secret", "show", "a", "--reveal").stdout == Self.value)
        try rig.gateway.stop()
    }

    @Test("stopped while sealed it ends cleanly, and what it was told before is there after it is unsealed")
    func stopSealed() throws {
        let (first, place, _) = try Self.start()
        try first.expect("vault", "seal", "--yes")
        try first.stop()
        let gateway = try first.restarted(arguments: ["--passphrase-file", place.path("passphrase")])
        #expect(try gateway.peta("secret", "show", "a", "--reveal").stdout == Self.value)
        try gateway.stop()
    }
}
