import Foundation
import PetaTestSupport
import Testing

/// `/metrics` of the real binary, read by a strict parser.
@Suite("Metrics of a gateway")
struct MetricsTests {
    /// Reads `/metrics` of a port.
    static func metrics(_ port: Int, openMetrics: Bool = false, token: String? = nil) throws -> MetricsText {
        let http = try RawHTTP(port: port)
        defer { http.close() }
        var fields: [(String, String)] = openMetrics ? [("Accept", "application/openmetrics-text; version=1.0.0")] : []
        if let token { fields.append(("Authorization", "Bearer \(token)")) }
        try http.send("GET", "/metrics", fields)
        let response = try http.response()
        guard response.status == 200 else { throw TestFailure("\(response.status): \(response.text)") }
        return try MetricsText(response.text, openMetrics: openMetrics)
    }

    @Test("calls are counted by server, method and outcome, with their times, on all loops together")
    func calls() throws {
        let port = try Gateway.freePort()
        let rig = try DownstreamRig(["PETA_METRICS_LISTEN": "127.0.0.1:\(port)", "PETA_LOOPS": "2", "PETA_METRICS_SERVERS": "1"])
        try rig.gateway.addDemo("demo")
        try rig.gateway.expect("user", "add", "eve")
        let stranger = try rig.client(try rig.gateway.token("eve"))
        // Several connections, so that both loops have some.
        for _ in 0..<4 {
            let client = try rig.client()
            for _ in 0..<5 { _ = try client.callText("demo::echo", #"{"text":"x"}"#) }
            client.http.close()
        }
        _ = try stranger.callError("demo::echo")
        let wrong = try RawHTTP(port: rig.gateway.port)
        try wrong.send("POST", "/mcp", [("Authorization", "Bearer nonsense"), ("Content-Type", "application/json")], body: [0x7B, 0x7D])
        #expect(try wrong.response().status == 401)
        wrong.close()
        let read = try Self.metrics(port)
        #expect(read.sum("peta_calls_total", ["server": "demo", "method": "tools/call", "outcome": "ok"]) == 20)
        #expect(read.sum("peta_calls_total", ["outcome": "denied"]) == 1)
        #expect(read.sum("peta_call_duration_seconds_count", ["server": "demo"]) == 20)
        #expect(read.sum("peta_downstream_duration_seconds_count") == 20)
        #expect(read.sum("peta_downstream_duration_seconds_sum") <= read.sum("peta_call_duration_seconds_sum"))
        #expect(read.sum("peta_decisions_total", ["decision": "allow", "by": "none"]) == 20)
        #expect(read.sum("peta_decisions_total", ["decision": "deny"]) == 1)
        #expect(read.sum("peta_rejected_requests_total", ["reason": "bad_token"]) == 1)
        #expect(read.sum("peta_sessions") >= 1 && read.sum("peta_event_loops") == 2)
        #expect(read.find("peta_event_loop_lag_seconds").count == 2)
        #expect(read.sum("peta_servers", ["state": "online"]) == 1)
        #expect(read.sum("peta_audit_writable") == 1 && read.sum("peta_ready") == 1)
        #expect(read.sum("peta_data_disk_free_bytes") > 0)
        // What the journal has is committed soon after the answer.
        try eventually("the records are committed") { try Self.metrics(port).sum("peta_audit_sequence") > 20 }
        #expect(read.sum("peta_requests_total", ["era": "legacy"]) > 20 && read.sum("peta_requests_total", ["era": "modern"]) == 0)
        #expect(read.sum("process_resident_memory_bytes") > 1_000_000)
        #expect(try Self.metrics(port, openMetrics: true).sum("peta_calls_total", ["outcome": "ok"]) == 20)
        // Whatever is counted is in the audit, and the other way round.
        let records = try rig.records().filter { $0["method"] != nil }
        #expect(records.count == Int(read.sum("peta_calls_total")))
        let status = try DownstreamRig.object(try rig.gateway.expect("status", "--json"))
        #expect(status["metrics"] as? [String] == ["http://127.0.0.1:\(port)/metrics"])
        stranger.http.close()
        try rig.finish()
    }

    @Test("every metric that the dashboard and the alert rules name is there")
    func names() throws {
        let port = try Gateway.freePort()
        // Told to nobody: what fails to be delivered is counted too.
        let gateway = try Gateway(environment: [
            "PETA_METRICS_LISTEN": "127.0.0.1:\(port)", "PETA_OTLP_ENDPOINT": "http://127.0.0.1:9",
            "PETA_LOG_WEBHOOK_URL": "http://127.0.0.1:9/x",
        ])
        try gateway.addDemo("demo")
        try gateway.expect("server", "call", "demo", "echo", #"{"text":"x"}"#)
        let read = try Self.metrics(port)
        let known = Set(read.samples.map(\.name)).union(read.families.keys)
        var named = 0
        for file in ["etc/grafana-dashboard.json", "etc/prometheus-alerts.yaml"] {
            let text = try String(contentsOfFile: PetaBinary.sourceRoot + "/" + file, encoding: .utf8)
            if file.hasSuffix(".json") { _ = try JSONSerialization.jsonObject(with: Data(text.utf8)) }
            for match in text.matches(of: /\b(?:peta|process)_[a-z_]+/) {
                named += 1
                #expect(known.contains(String(match.0)), "\(file) names \(match.0)")
            }
        }
        #expect(named > 60)
        try gateway.stop()
    }

    @Test("nothing listens for metrics by default, and the endpoint for MCP has none")
    func offByDefault() throws {
        let gateway = try Gateway()
        let http = try RawHTTP(port: gateway.port)
        try http.send("GET", "/metrics")
        #expect(try http.response().status == 404)
        let status = try DownstreamRig.object(try gateway.expect("status", "--json"))
        #expect((status["metrics"] as? [String])?.isEmpty == true)
        http.close()
        try gateway.stop()
    }

    @Test("a token from the vault is asked for where one is set, and metrics answer on a Unix socket too")
    func token() throws {
        let port = try Gateway.freePort()
        let directory = try TemporaryDirectory()
        let path = directory.path("metrics.sock")
        let gateway = try Gateway(
            environment: ["PETA_METRICS_LISTEN": "127.0.0.1:\(port), unix:\(path)", "PETA_METRICS_TOKEN": "${secret:scrape}"],
            directory: directory)
        func status(_ token: String?) throws -> Int {
            let http = try RawHTTP(port: port)
            defer { http.close() }
            try http.send("GET", "/metrics", token.map { [("Authorization", "Bearer \($0)")] } ?? [])
            return try http.response().status
        }
        #expect(try status("x") == 503)
        try gateway.expect("secret", "set", "scrape", "--stdin", stdin: "opens-sesame")
        let kept = try gateway.peta("secret", "remove", "scrape", "--yes")
        #expect(kept.status == 1 && kept.stderr.contains("used by setting metrics.token"), "\(kept)")
        #expect(try gateway.expect("secret", "list").contains("setting metrics.token"))
        #expect(try status(nil) == 401)
        #expect(try status("x") == 401)
        #expect(try status("opens-sesame") == 200)
        let http = try RawHTTP(socket: path)
        try http.send("GET", "/metrics", [("Host", "x"), ("Authorization", "Bearer opens-sesame")])
        let response = try http.response()
        #expect(response.status == 200 && !response.text.contains("opens-sesame"))
        http.close()
        try gateway.stop()
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(!gateway.log.contains("opens-sesame"))
    }

    @Test("a sealed gateway says that it is, and how its host is; unsealed, it says everything")
    func sealed() throws {
        let place = try TemporaryDirectory()
        let port = try Gateway.freePort()
        let passphrase = "correct horse battery staple"
        let file = try place.write(passphrase + "\n", to: "passphrase")
        let first = try Gateway(arguments: ["--passphrase-file", file])
        try first.stop()
        let gateway = try first.restarted(arguments: [], environment: ["PETA_METRICS_LISTEN": "127.0.0.1:\(port)"], sealed: true)
        for openMetrics in [false, true] {
            let read = try Self.metrics(port, openMetrics: openMetrics)
            #expect(read.sum("peta_vault_sealed") == 1 && read.sum("peta_ready") == 0 && read.find("peta_ready").count == 1)
            #expect(read.sum("peta_data_disk_free_bytes") > 0 && read.sum("process_resident_memory_bytes") > 1_000_000)
            #expect(read.find("peta_servers").isEmpty)
        }
        let status = try DownstreamRig.object(try gateway.expect("status", "--json"))
        #expect(status["metrics"] as? [String] == ["http://127.0.0.1:\(port)/metrics"])
        try gateway.expect("vault", "unseal", "--stdin", stdin: passphrase + "\n")
        let open = try Self.metrics(port)
        #expect(open.sum("peta_vault_sealed") == 0 && open.sum("peta_ready") == 1 && !open.find("peta_servers").isEmpty)
        try gateway.expect("vault", "seal", "--yes")
        #expect(try Self.metrics(port).sum("peta_vault_sealed") == 1)
        try gateway.stop()
    }

    @Test("an address for metrics that is taken ends the start, before anybody is served")
    func taken() throws {
        let gateway = try Gateway()
        let place = try TemporaryDirectory()
        let result = try run(
            PetaBinary.path(),
            [
                "serve", "--listen", "127.0.0.1:0", "--data-dir", place.path("data"), "--admin-socket", place.path("a.sock"),
            ], environment: ChildProcess.plainEnvironment.merging(["PETA_METRICS_LISTEN": "127.0.0.1:\(gateway.port)"]) { $1 })
        #expect(result.status != 0 && result.stderr.contains("metrics") && result.stderr.contains("in use"), "\(result.stderr)")
        #expect(!result.stderr.contains("serving"))
        try gateway.stop()
    }

    @Test(
        "what cannot be meant is refused at the start, in words",
        arguments: [
            (["PETA_METRICS_LISTEN": "0.0.0.0:0"], "metrics.token"), (["PETA_METRICS_LISTEN": "127.0.0.1:PORT"], "address of their own"),
            (["PETA_METRICS_LISTEN": "nonsense"], "HOST:PORT"), (["PETA_METRICS_SERVERS": "1001"], "0 to 1000"),
            (["PETA_OTLP_ENDPOINT": "ftp://x"], "http://"), (["PETA_OTLP_ENDPOINT": "http://user:pw@x"], "user or password"),
            (["PETA_OTLP_RATIO": "1.5"], "0 to 1"), (["PETA_OTLP_RATIO": "-1"], "0 to 1"),
            (["PETA_OTLP_HEADERS": "nonsense"], "NAME=VALUE"),
            (["PETA_OTLP_ENDPOINT": "http://far.example", "PETA_OTLP_HEADERS": "a=${secret:x}"], "https"),
            (["PETA_OTLP_ENDPOINT": "http://localhost:1", "PETA_OTLP_HEADERS": "a=${secret:}"], "malformed"),
            (["PETA_LOG_LEVELS": "gateway"], "PART=LEVEL"), (["PETA_LOG_LEVELS": "gatewai=debug"], "gateway"),
            (["PETA_LOG_LEVELS": "gateway=loud"], "critical"),
            (["PETA_LOG_WEBHOOK_URL": "here"], "http://"), (["PETA_TRACE_PROPAGATE": "sometimes"], "received"),
        ])
    func refused(_ environment: [String: String], _ words: String) throws {
        let place = try TemporaryDirectory()
        let port = try Gateway.freePort()
        let settings = environment.mapValues { $0.replacingOccurrences(of: "PORT", with: "\(port)") }
        let result = try run(
            PetaBinary.path(),
            ["serve", "--listen", "127.0.0.1:\(port)", "--data-dir", place.path("data"), "--admin-socket", place.path("a.sock")],
            environment: ChildProcess.plainEnvironment.merging(settings) { $1 })
        #expect(result.status == 65 && result.stderr.contains(words), "\(result.status) \(result.stderr)")
        #expect(!result.stderr.contains("pw@"))
    }
}
