import Foundation
import PetaTestSupport
import Testing

@Suite("Reading the configuration again")
struct ReloadTests {
    /// A gateway whose file can be changed.
    private struct Site {
        let files: TemporaryDirectory
        let gateway: Gateway
        var path: String { files.path("peta.yaml") }

        init(_ text: String) throws {
            files = try TemporaryDirectory()
            try files.write(text, to: "peta.yaml")
            gateway = try Gateway(arguments: ["--config", files.path("peta.yaml")])
        }

        func write(_ text: String) throws { try files.write(text, to: "peta.yaml") }

        /// Sends SIGHUP and waits for its record.
        func hangUp() throws -> [String: Any] {
            let before = try records().count
            gateway.process.signal(SIGHUP)
            try eventually("the signal is recorded") { try records().count > before }
            return try #require(try records().last)
        }

        func records() throws -> [[String: Any]] {
            try gateway.expect("audit", "query", "--kind", "admin", "--json").split(separator: "\n").map {
                try DownstreamRig.object(String($0))
            }.filter { $0["method"] as? String == "SIGHUP" }
        }

        func running(_ key: String) throws -> String {
            let object = try DownstreamRig.object(try gateway.expect("config", "show", "--running", "--json"))
            let settings = object["settings"] as? [[String: Any]] ?? []
            return "\(settings.first { $0["key"] as? String == key }?["value"] ?? "none")"
        }
    }

    @Test("SIGHUP puts new limits into force while a session stays open, and is recorded by key")
    func live() throws {
        let site = try Site("http:\n  allowedOrigins: []\n")
        let token = try site.gateway.token()
        let session = try MCPConnection.open(port: site.gateway.port, token: token)
        #expect(try session.request("ping").status == 200)
        try site.write("limits:\n  tokenPerMinute: 3\n  bodyBytes: 2048\nlog:\n  level: debug\n")
        let record = try site.hangUp()
        #expect(record["outcome"] as? String == "ok")
        #expect(record["target"] as? String == "log.level, limits.bodyBytes, limits.tokenPerMinute")
        #expect(try site.running("limits.tokenPerMinute") == "3")
        let large = #"{"x":""# + String(repeating: "y", count: 3000) + #""}"#
        #expect(try session.request("ping", large).status == 413)
        let again = try MCPConnection(port: site.gateway.port, token: token)
        // The session of before goes on, under the new rate.
        var last = 200
        for _ in 0..<20 where last == 200 {
            last = try again.http.exchange("ping", fields: session.fields)
        }
        #expect(last == 429)
        try site.write("limits:\n  tokenPerMinute: 0\n")
        _ = try site.hangUp()
        #expect(try again.http.exchange("ping", fields: session.fields) == 200)
        try site.gateway.stop()
    }

    @Test(
        "a file that is wrong, half written, empty or gone changes nothing, and is told of with its line",
        arguments: [
            ("limits:\n  tokenPerMinute: 5\n  bodyBytes: nonsense\n", ":3: limits.bodyBytes"),
            ("limits:\n  tokenPerMinute: 5\n  bodyBytes: [", "peta.yaml:4: "),
            ("limits:\n  tokenPerMinute: 5\nloops: 99999\n", ":3: loops"),
            ("limits:\n  tokenPerMinute: 5\nhttp:\n  trustedProxies: [nowhere]\n", "http.trustedProxies"),
            ("limits:\n  tokenPerMinute: 5\ntls:\n  certificate: /a\n", "tls.key"), ("", "is empty"), (nil, "no such file"),
        ] as [(String?, String)])
    func wrong(_ text: String?, _ words: String) throws {
        let site = try Site("limits:\n  tokenPerMinute: 1000\n")
        if let text { try site.write(text) } else { unlink(site.path) }
        let record = try site.hangUp()
        #expect(record["outcome"] as? String == "error")
        #expect(try site.running("limits.tokenPerMinute") == "1000")
        #expect(site.gateway.log.contains("nothing was changed") && site.gateway.log.contains(words), "\(site.gateway.log.suffix(600))")
        let status = try DownstreamRig.object(try site.gateway.expect("status", "--json"))
        #expect((status["problems"] as? [String])?.contains { $0.contains("the old values stay") } == true)
        let command = try site.gateway.peta("config", "reload")
        #expect(command.status == (text == nil ? 66 : 65) && command.stderr.contains(words), "\(command.stderr)")
        #expect(try site.running("limits.tokenPerMinute") == "1000")
        // Mended, it is taken, and the problem is gone.
        try site.write("limits:\n  tokenPerMinute: 7\n")
        #expect(try site.gateway.expect("config", "reload").contains("limits.tokenPerMinute: 1000 -> 7"))
        let mended = try DownstreamRig.object(try site.gateway.expect("status", "--json"))
        #expect((mended["problems"] as? [String])?.isEmpty == true)
        try site.gateway.stop()
    }

    @Test("what cannot change while the gateway runs waits for its next start, and is named until then")
    func waiting() throws {
        let site = try Site("loops: 1\n")
        try site.write("loops: 2\nlimits:\n  jsonDepth: 20\n")
        #expect(try site.gateway.expect("config", "show", "--running").contains("limits.jsonDepth: 64 -> 20"))
        let answer = try DownstreamRig.object(try site.gateway.expect("config", "reload", "--json"))
        #expect((answer["waiting"] as? [[String: Any]])?.map { $0["key"] as? String } == ["loops"])
        #expect((answer["changed"] as? [[String: Any]])?.map { $0["key"] as? String } == ["limits.jsonDepth"])
        #expect(try site.running("loops") == "1")
        let status = try DownstreamRig.object(try site.gateway.expect("status", "--json"))
        #expect((status["problems"] as? [String])?.contains { $0.contains("restart") && $0.contains("loops") } == true)
        try site.gateway.stop()
        let second = try site.gateway.restarted()
        let object = try DownstreamRig.object(try second.expect("config", "show", "--running", "--json"))
        let loops = (object["settings"] as? [[String: Any]])?.first { $0["key"] as? String == "loops" }
        #expect(loops?["value"] as? Int == 2)
        try second.stop()
    }

    @Test("policy, its default and approvals follow a reload")
    func policy() throws {
        let site = try Site("loops: 1\n")
        try site.gateway.addDemo()
        let session = try MCPConnection.open(port: site.gateway.port, token: try site.gateway.token())
        #expect(try session.callText("demo__echo", #"{"text":"a"}"#) == "a")
        try site.write("loops: 1\npolicy:\n  default: deny\napprovals:\n  pendingPerUser: 3\n")
        try site.gateway.expect("config", "reload")
        #expect(try session.call("demo__echo", #"{"text":"a"}"#)["isError"] as? Bool == true)
        #expect(try site.running("approvals.pendingPerUser") == "3")
        try site.write("loops: 1\n")
        try site.gateway.expect("config", "reload")
        #expect(try session.callText("demo__echo", #"{"text":"b"}"#) == "b")
        try site.gateway.stop()
    }

    @Test("a new certificate is shown after SIGHUP, and a key that does not belong to it changes nothing")
    func certificate() throws {
        let files = try TemporaryDirectory()
        func make(_ name: String) throws {
            let made = try run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=\(name)",
                    "-keyout", files.path("key"), "-out", files.path("crt"),
                ])
            #expect(made.status == 0, "\(made.stderr)")
        }
        try make("first.test")
        let gateway = try Gateway(
            arguments: ["--listen", "unix:", "--config", try files.write("loops: 1\n", to: "peta.yaml")])
        try gateway.stop()
        let port = try Gateway.freePort()
        let daemon = try ChildProcess(
            PetaBinary.path(),
            [
                "serve", "--listen", "127.0.0.1:\(port)", "--data-dir", gateway.data, "--admin-socket", gateway.socket, "--tls-cert",
                files.path("crt"), "--tls-key", files.path("key"),
            ], environment: ChildProcess.plainEnvironment)
        defer { daemon.signal(SIGKILL) }
        func shown() throws -> String {
            try run("/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(port)"], stdin: "").stdout
        }
        try eventually("it answers") { try shown().contains("first.test") }
        try make("second.test")
        daemon.signal(SIGHUP)
        try eventually("the new certificate is shown") { try shown().contains("second.test") }
        let good = try String(contentsOfFile: files.path("key"), encoding: .utf8)
        let certificate = try String(contentsOfFile: files.path("crt"), encoding: .utf8)
        try make("third.test")
        try files.write(certificate, to: "crt")
        let refused = try gateway.peta("config", "reload")
        #expect(refused.status == 65 && refused.stderr.contains(files.path("key")), "\(refused.stderr)")
        #expect(try shown().contains("second.test"))
        try files.write(good, to: "key")
        #expect(try gateway.peta("config", "reload").status == 0)
        daemon.signal(SIGTERM)
        #expect(try daemon.wait() == .exited(0))
    }

    @Test("a SIGHUP while the vault is sealed is heeded, and recorded, when it is open")
    func sealed() throws {
        let site = try Site("log:\n  level: info\n")
        try site.gateway.expect("vault", "seal", "--yes")
        try site.write("log:\n  level: info\nlimits:\n  tokenPerMinute: 7\n")
        site.gateway.process.signal(SIGHUP)
        try eventually("it is said") { site.gateway.log.contains("read again when the vault is open") }
        try site.gateway.expect("vault", "unseal")
        #expect(try site.records().count == 1 && site.running("limits.tokenPerMinute") == "7")
        try site.gateway.stop()
    }
}

extension RawHTTP {
    /// A request without params in a session that is open; the status of its answer.
    fileprivate func exchange(_ method: String, fields: [(String, String)]) throws -> Int {
        try send("POST", "/mcp", fields, body: Array(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)"}"#.utf8))
        return try response().status
    }
}
