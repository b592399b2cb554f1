import Foundation
import PetaTestSupport
import Testing

@Suite("the audit for people, of a running gateway")
struct OperationsRetentionTests {
    private func verdict(_ gateway: Gateway, _ more: String...) throws -> [String: Any] {
        try DownstreamRig.object(try gateway.peta(["audit", "verify", "--json"] + more).stdout)
    }

    private func act(_ gateway: Gateway, _ range: Range<Int>) throws {
        for number in range { try gateway.expect("user", "add", "user\(number)") }
    }

    @Test("retention leaves what verifies, over restarts and kill -9")
    func retention() throws {
        var gateway = try Gateway()
        try act(gateway, 0..<20)
        #expect(try verdict(gateway)["checkpoint"] is NSNull)
        try gateway.stop()
        gateway = try gateway.restarted(environment: ["PETA_AUDIT_RETENTION_RECORDS": "8"])
        try eventually("old records are gone") { (try? verdict(gateway)["checkpoint"] as? [String: Any])?["removed"] as? Int ?? 0 >= 12 }
        let found = try verdict(gateway)
        #expect(found["ok"] as? Bool == true && found["records"] as? Int ?? 99 <= 9)
        let told = try gateway.expect("audit", "query", "--kind", "admin", "--json").split(separator: "\n")
        #expect(told.contains { $0.contains("\"method\":\"audit retention\"") })
        #expect(try gateway.expect("audit", "verify").contains("Proven from record 1"))
        try act(gateway, 20..<25)
        try gateway.kill()
        gateway = try gateway.restarted()
        #expect(try verdict(gateway)["ok"] as? Bool == true)
        try gateway.stop()
    }

    @Test("an older copy of the database contradicts the anchors that were put elsewhere, and the gateway says so when it starts")
    func anchors() throws {
        let place = try TemporaryDirectory()
        let anchors = place.path("anchors")
        let commanded = place.path("commanded")
        var gateway = try Gateway(environment: [
            "PETA_AUDIT_ANCHOR_FILE": anchors, "PETA_AUDIT_ANCHOR_COMMAND": "/bin/sh,-c,cat >> \(commanded)",
        ])
        try act(gateway, 0..<3)
        try gateway.stop()
        try FileManager.default.copyItem(atPath: gateway.data + "/peta.db", toPath: place.path("old.db"))
        gateway = try gateway.restarted()
        try act(gateway, 3..<6)
        // What was put at the end of the first run, at the start of the second, and now by hand.
        #expect(try gateway.peta("audit", "anchor", "--put").status == 0)
        try gateway.stop()
        let lines = try String(contentsOfFile: anchors, encoding: .utf8).split(separator: "\n")
        #expect(lines.count >= 2)
        #expect(try String(contentsOfFile: commanded, encoding: .utf8).split(separator: "\n").last == lines.last)
        gateway = try gateway.restarted()
        let whole = try gateway.peta("audit", "verify", "--anchor", anchors)
        #expect(whole.status == 0 && whole.stdout.contains("It holds what "), "\(whole.stdout)\(whole.stderr)")
        #expect(try gateway.expect("audit", "anchor").contains("\"seq\":"))
        #expect(try gateway.peta(["status", "--json"]).stdout.contains("\"problems\": []"))
        try gateway.stop()

        let current = place.path("new.db")
        try FileManager.default.moveItem(atPath: gateway.data + "/peta.db", toPath: current)
        try FileManager.default.copyItem(atPath: place.path("old.db"), toPath: gateway.data + "/peta.db")
        try? FileManager.default.removeItem(atPath: gateway.data + "/intents")
        gateway = try gateway.restarted()
        #expect(try gateway.peta("audit", "verify").status == 0)
        let cut = try gateway.peta("audit", "verify", "--anchor", anchors)
        #expect(cut.status == 1 && cut.stdout.contains("The end was cut"), "\(cut.stdout)\(cut.stderr)")
        try eventually("the gateway tells") { (try? gateway.peta("status").stdout.contains("the audit ends before record")) == true }
        try gateway.stop()
    }

    @Test("every record is delivered in order over kill -9, signed as the manual says")
    func webhook() throws {
        let place = try TemporaryDirectory()
        let taken = place.path("taken")
        let script = place.path("receiver.py")
        try Self.receiver.write(toFile: script, atomically: true, encoding: .utf8)
        let receiver = try ChildProcess("/usr/bin/env", ["python3", script, taken], environment: ChildProcess.plainEnvironment)
        defer { receiver.signal(SIGKILL) }
        try eventually("the receiver listens") { receiver.stdout.text.contains("\n") }
        let port = receiver.stdout.text.trimmingCharacters(in: .whitespacesAndNewlines)
        var gateway = try Gateway()
        try gateway.expect("secret", "set", "hook", "--stdin", stdin: "shared secret")
        #expect(try gateway.peta("audit", "webhook", "test").status == 66)
        #expect(try gateway.expect("audit", "webhook").contains("No webhook is configured"))
        try gateway.stop()
        gateway = try gateway.restarted(environment: [
            "PETA_AUDIT_WEBHOOK_URL": "http://127.0.0.1:\(port)/in/token", "PETA_AUDIT_WEBHOOK_SECRET": "hook",
            "PETA_AUDIT_WEBHOOK_BATCH_SECONDS": "0",
        ])
        let state = { () -> [String: Any] in try DownstreamRig.object(try gateway.peta("audit", "webhook", "--json").stdout) }
        try eventually("there is a cursor") { (try? state()["delivered"] is Int) == true }
        let first = (try state()["delivered"] as? Int ?? 0) + 1
        #expect(try gateway.expect("audit", "webhook", "test").contains("took it (HTTP status 204)"))
        try act(gateway, 0..<5)
        try gateway.kill()
        gateway = try gateway.restarted()
        try act(gateway, 5..<9)
        let last = try gateway.expect("audit", "tail", "-n", "1", "--json")
        let seq = try #require(try DownstreamRig.object(last)["seq"] as? Int)
        func seqs() -> [Int] {
            ((try? String(contentsOfFile: taken, encoding: .utf8)) ?? "").split(separator: "\n").compactMap { Int($0) }
        }
        try eventually("the last record arrived") { seqs().last ?? 0 >= seq }
        var highest = first - 1
        for seq in seqs() {
            #expect(seq <= highest + 1)
            highest = max(highest, seq)
        }
        #expect(Set(seqs()).isSuperset(of: first...seq))
        #expect(!gateway.log.contains("/in/token") && !receiver.stdout.text.contains("bad signature"))
        // Nobody listens any more: told after the second failure, and nothing is lost.
        receiver.signal(SIGKILL)
        try receiver.wait()
        try act(gateway, 9..<11)
        try eventually("it is a problem") {
            (try? gateway.peta("status").stdout.contains("audit records are not delivered to http://127.0.0.1")) == true
        }
        #expect(try gateway.peta("audit", "webhook", "test").status == 1)
        try gateway.stop()
    }

    @Test("export, stats and report show what there is; a closed pipe ends an export without a word")
    func people() throws {
        let gateway = try Gateway()
        try gateway.addDemo()
        for number in 0..<5 {
            #expect(try gateway.peta("server", "call", "demo", "echo", #"{"text":"\#(number)"}"#).status == 0)
        }
        let lines = try gateway.expect("audit", "export").split(separator: "\n")
        #expect(try lines.compactMap { try DownstreamRig.object(String($0))["seq"] as? Int } == Array(1...lines.count))
        let csv = gateway.directory.path("a.csv")
        try gateway.expect("audit", "export", "--kind", "call", "-o", csv)
        let rows = try String(contentsOfFile: csv, encoding: .utf8).components(separatedBy: "\r\n")
        #expect(rows.count == 7 && rows[0].hasPrefix("seq,time,kind,") && rows[6].isEmpty)
        let html = gateway.directory.path("a.html")
        #expect(try gateway.expect("audit", "report", "--verify", "-o", html).hasPrefix("\(html): 5 calls"))
        #expect(try String(contentsOfFile: html, encoding: .utf8).contains("demo::echo"))
        let stats = try DownstreamRig.object(try gateway.expect("audit", "stats", "--json"))
        #expect(stats["calls"] as? Int == 5 && (stats["servers"] as? [String: Any])?["names"] as? Int == 1)
        #expect(try gateway.expect("audit", "stats", "--since", "1h").contains("5 calls"))
        let piped = try run(
            "/bin/sh", ["-c", "\"$0\" audit export | head -n 1 | cut -c 1-8; echo ${PIPESTATUS:-}", PetaBinary.path()],
            environment: ["PETA_SOCKET": gateway.socket, "PATH": "/usr/bin:/bin", "HOME": "/nowhere"])
        #expect(piped.stdout.hasPrefix("{\"seq\":1") && piped.stderr.isEmpty)
        try gateway.stop()
    }

    @Test(
        "a gateway does not start with a webhook that is unsigned, unencrypted or no URL, and says what to do",
        arguments: [
            (["PETA_AUDIT_WEBHOOK_URL": "https://siem.example/x"], "audit.webhook.secret is not"),
            (["PETA_AUDIT_WEBHOOK_URL": "http://siem.example/token", "PETA_AUDIT_WEBHOOK_SECRET": "s"], "unencrypted"),
            (["PETA_AUDIT_WEBHOOK_URL": "siem.example/token", "PETA_AUDIT_WEBHOOK_SECRET": "s"], "it has no scheme"),
            (["PETA_AUDIT_ANCHOR_URL": "http://siem.example/token"], "audit.anchor.url: records would go to http://siem.example"),
        ])
    func refused(settings: [String: String], words: String) throws {
        let directory = try TemporaryDirectory()
        let result = try run(
            PetaBinary.path(),
            ["serve", "--data-dir", directory.path("data"), "--admin-socket", directory.path("s"), "--listen", "127.0.0.1:0"],
            environment: ChildProcess.plainEnvironment.merging(settings) { $1 })
        #expect(result.status != 0 && result.stderr.contains(words), "\(result.stderr)")
        #expect(!result.stderr.contains("token"))
    }

    /// Keeps the numbers that it takes, and checks signatures as peta-audit(1) says.
    private static let receiver = """
        import hashlib, hmac, http.server, json, sys, time
        def is_genuine(secret, signature, body):
            parts = dict(part.split('=', 1) for part in signature.split(','))
            mac = hmac.new(secret, parts['t'].encode() + b'.' + body, hashlib.sha256).hexdigest()
            return hmac.compare_digest(mac, parts['v1']) and abs(time.time() - int(parts['t'])) < 300
        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length']))
                good = is_genuine(b'shared secret', self.headers['Peta-Signature'], body)
                if not good: print('bad signature', flush=True)
                if good and self.headers['Peta-Event'] == 'audit.records':
                    with open(sys.argv[1], 'a') as file:
                        for line in body.splitlines(): file.write(str(json.loads(line)['seq']) + '\\n')
                self.send_response(204 if good else 401)
                self.end_headers()
            def log_message(self, *words): pass
        server = http.server.HTTPServer(('127.0.0.1', 0), Receiver)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """
}
