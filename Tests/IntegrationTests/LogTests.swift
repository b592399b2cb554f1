import Foundation
import PetaTestSupport
import Testing

/// The log of the real binary: its levels while it runs, and where it goes.
@Suite("The log of a gateway")
struct LogTests {
    private static func levels(_ gateway: Gateway) throws -> [String: String] {
        let state = try DownstreamRig.object(try gateway.expect("log", "level", "--json"))
        let parts = state["parts"] as? [[String: Any]] ?? []
        return Dictionary(
            uniqueKeysWithValues: parts.compactMap { part in
                (part["part"] as? String).flatMap { name in (part["level"] as? String).map { (name, $0) } }
            })
    }

    @Test("levels change while it runs, for all parts and for one, and go back: by --reset, by SIGHUP and with the next start")
    func levels() throws {
        let gateway = try Gateway(environment: ["PETA_LOG_FORMAT": "json", "PETA_LOG_LEVELS": "audit=error, policy=notice"])
        var levels = try Self.levels(gateway)
        #expect(levels["audit"] == "error" && levels["policy"] == "notice" && levels["gateway"] == "info")
        #expect(!gateway.log.contains("users, tokens or rights have changed"))
        try gateway.expect("log", "level", "identity=debug", "gateway=trace")
        try gateway.expect("user", "add", "alice")
        _ = try gateway.process.stderr.line(containing: "users, tokens or rights have changed")
        levels = try Self.levels(gateway)
        #expect(levels["identity"] == "debug" && levels["gateway"] == "trace" && levels["audit"] == "error")
        // For all parts: what was set for single ones before is over.
        try gateway.expect("log", "level", "warning", "vault=debug")
        levels = try Self.levels(gateway)
        #expect(levels["vault"] == "debug" && Set(levels.filter { $0.key != "vault" }.values) == ["warning"])
        #expect(try gateway.expect("status").contains("vault=debug"))
        try gateway.expect("log", "level", "--reset")
        levels = try Self.levels(gateway)
        #expect(levels["vault"] == "info" && levels["audit"] == "error")
        try gateway.expect("log", "level", "debug")
        gateway.process.signal(SIGHUP)
        _ = try gateway.process.stderr.line(containing: "the configuration was read again")
        #expect(try Self.levels(gateway) == levels)
        try gateway.expect("log", "level", "trace")
        try gateway.stop()
        let next = try gateway.restarted()
        #expect(try Self.levels(next) == levels)
        // Who changed how much is said is on record.
        let acts = try next.expect("audit", "tail", "--json").split(separator: "\n").map { try DownstreamRig.object(String($0)) }
            .filter { ($0["method"] as? String)?.contains("/v1/log/levels") == true }
        #expect(
            acts.compactMap { $0["target"] as? String } == [
                "gateway=trace identity=debug", "warning vault=debug", "reset", "debug", "trace",
            ])
        try next.stop()
        // Each line is one object with a logger of a part.
        for line in gateway.process.stderr.lines {
            let object = try DownstreamRig.object(line)
            #expect(
                (object["logger"] as? String)?.hasPrefix("peta.") == true && object["level"] != nil && object["message"] != nil, "\(line)")
            #expect((object["time"] as? String)?.hasSuffix("Z") == true)
        }
    }

    @Test(
        "what is no level, no part, or both is refused before anything changes",
        arguments: [
            (["loud"], 64), (["gateway=loud"], 64), (["gate=debug"], 64), (["debug", "info"], 64), (["gateway=debug", "gateway=info"], 64),
            (["--reset", "debug"], 64), (["=debug"], 64), (["gateway="], 64),
        ])
    func refused(_ arguments: [String], _ code: Int) throws {
        let place = try TemporaryDirectory()
        let result = try run(
            PetaBinary.path(), ["log", "level"] + arguments,
            environment: ChildProcess.plainEnvironment.merging(["PETA_SOCKET": place.path("none.sock")]) { $1 })
        #expect(Int(result.status) == code && !result.stderr.isEmpty, "\(result.status) \(result.stderr)")
    }

    @Test("lines are sent on in batches with a secret in a header field; a receiver that is away is told of once, and never of itself")
    func webhook() throws {
        let receiver = try PythonPeer.start("collector.py", ["--fail", "1"])
        let gateway = try Gateway(environment: [
            "PETA_LOG_WEBHOOK_URL": try receiver.stdout.line(0) + "/hook", "PETA_LOG_WEBHOOK_LEVEL": "notice",
            "PETA_LOG_WEBHOOK_HEADERS": "Authorization=Bearer ${secret:hook}",
        ])
        try gateway.expect("secret", "set", "hook", "--stdin", stdin: "hook-key")
        for level in ["debug", "info", "trace"] { try gateway.expect("log", "level", level) }
        func lines() throws -> [[String: Any]] {
            try receiver.stdout.lines.dropFirst().map(DownstreamRig.object).filter { $0["status"] as? Int == 200 }
                .flatMap { ($0["body"] as? [String: Any])?["lines"] as? [[String: Any]] ?? [] }
        }
        try eventually("all three lines have come") {
            try lines().count { ($0["message"] as? String)?.contains("levels of the log") == true } == 3
        }
        let got = try lines()
        #expect(got.allSatisfy { ["notice", "warning", "error", "critical"].contains($0["level"] as? String ?? "") })
        #expect(got.compactMap { $0["changed"] as? String }.first?.contains("gateway=debug") == true)
        #expect(!got.contains { $0["logger"] as? String == "peta.telemetry" })
        let requests = try receiver.stdout.lines.dropFirst().map(DownstreamRig.object)
        #expect(
            requests.allSatisfy {
                $0["path"] as? String == "/hook" && ($0["headers"] as? [String: String])?["authorization"] == "Bearer hook-key"
            })
        #expect(requests.allSatisfy { ($0["body"] as? [String: Any])?["dropped"] as? Int == 0 })
        try gateway.stop()
        #expect(gateway.log.components(separatedBy: "cannot be delivered").count <= 2)
        #expect(!gateway.log.contains("hook-key"))
        receiver.signal(SIGTERM)
    }

    @Test("a receiver that never answers holds neither calls nor the end of the gateway up")
    func silent() throws {
        // A port on which nobody answers: connecting fails at once, and again and again.
        let gateway = try Gateway(environment: [
            "PETA_LOG_WEBHOOK_URL": "http://127.0.0.1:9/", "PETA_LOG_WEBHOOK_LEVEL": "trace", "PETA_LOG_LEVEL": "trace",
        ])
        try gateway.addDemo("demo")
        for _ in 0..<5 { try gateway.expect("server", "call", "demo", "echo", #"{"text":"x"}"#) }
        _ = try gateway.process.stderr.line(containing: "cannot be delivered")
        #expect(try gateway.expect("status").contains("log.webhook.url"))
        try gateway.stop()
    }
}
