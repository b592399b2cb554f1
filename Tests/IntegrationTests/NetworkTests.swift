import Foundation
import PetaTestSupport
import Testing

@Suite("From where clients may come", .serialized)
struct NetworkTests {
    private static let ping = Array(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.utf8)

    private func list(_ site: UpstreamSite, _ token: String, _ more: [(String, String)] = []) throws -> HTTPResponse {
        var request = ModernRequest("tools/list")
        request.more = more
        return try site.modern(request, token: token)
    }

    private func chunked(_ site: UpstreamSite, _ token: String, _ more: [(String, String)] = []) throws -> HTTPResponse {
        var request = ModernRequest("tools/list")
        request.more = more
        let http = try RawHTTP(port: site.port)
        defer { http.close() }
        try request.sendChunked(over: http, token)
        return try http.response()
    }

    private func records(_ site: UpstreamSite, _ rule: String) throws -> [[String: Any]] {
        try site.records().filter { $0["rule"] as? String == rule }
    }

    @Test(
        "who is not on the list is refused before its token is looked at, with the same answer for every reason, and is recorded in bounds")
    func enforced() throws {
        try UpstreamSite.run(demo: nil) { site in
            try site.gateway.expect("network", "allow", "add", "192.0.2.0/24", "--note", "docs")
            #expect(try list(site, site.token).status == 200)
            try site.gateway.expect("network", "mode", "enforce")
            let answers = try [site.token, "peta_x", "none"].map { try list(site, $0) }
            #expect(Set(answers.map(\.comparable)).count == 1)
            #expect(answers.allSatisfy { $0.status == 403 && $0.errorCode == -32600 })
            #expect(try chunked(site, site.token).status == 403)
            for _ in 0..<30 { #expect(try list(site, site.token).status == 403) }
            #expect(try records(site, "network").count == 1)
            #expect(try records(site, "no access").isEmpty)
            // Administration is on the socket and goes on, and what it changes holds at once.
            try site.gateway.expect("network", "allow", "add", "127.0.0.0/8")
            #expect(try list(site, site.token).status == 200)
            #expect(try chunked(site, site.token).status == 200)
            #expect(try list(site, "peta_x").status == 401)
            try site.gateway.expect("network", "allow", "remove", "127.0.0.0/8")
            #expect(try list(site, site.token).status == 403)
            try site.gateway.expect("network", "mode", "off")
            #expect(try list(site, site.token).status == 200)
        }
    }

    @Test("in report mode nobody is refused, and who would be is recorded")
    func report() throws {
        try UpstreamSite.run(demo: nil) { site in
            try site.gateway.expect("network", "mode", "report")
            for _ in 0..<20 { #expect(try list(site, site.token).status == 200) }
            let found = try records(site, "network report")
            #expect(found.count == 1)
            #expect(found.first?["decision"] as? String == "allow" && found.first?["address"] as? String == "127.0.0.1")
            #expect(try site.gateway.expect("network", "mode").contains("report"))
        }
    }

    @Test("an empty list is not enforced and the last range not removed, unless that is confirmed; a Unix socket is never asked")
    func noLockout() throws {
        let gateway = try Gateway(arguments: ["--listen", "unix:"])
        let refused = try gateway.peta("network", "mode", "enforce")
        #expect(refused.status == 77 && refused.stderr.contains("--yes"))
        try gateway.expect("network", "mode", "enforce", "--yes")
        let token = try gateway.token()
        let remote = try RawHTTP(port: gateway.port)
        try remote.send("POST", "/mcp", [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")], body: Self.ping)
        #expect(try remote.response().status == 403)
        let local = try RawHTTP(socket: gateway.directory.path("mcp.sock"))
        try local.send(
            "POST", "/mcp", [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")], body: Self.ping)
        #expect(try local.response().status == 400)
        // It is so again behind a restart.
        try gateway.stop()
        let again = try gateway.restarted()
        #expect(try again.expect("network", "--json").contains("\"enforce\""))
        try again.expect("network", "allow", "add", "::1")
        #expect(try again.peta("network", "allow", "remove", "::1").status == 77)
        try again.expect("network", "allow", "remove", "::1", "--yes")
        try again.expect("network", "mode", "off")
        try again.stop()
    }

    @Test("streams to an address that is refused from now on have ended when the command returns; others go on")
    func streams() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let legacy = try session.openStream()
            let modern = try RawHTTP(port: site.port)
            try ModernRequest("subscriptions/listen", #""notifications":{"toolsListChanged":true}"#).send(over: modern, site.token)
            #expect(try modern.responseHead().status == 200)
            #expect(try modern.message() != nil)
            let codec = try RawHTTP(port: site.port)
            try ModernRequest("subscriptions/listen", #""notifications":{"toolsListChanged":true}"#).sendChunked(over: codec, site.token)
            #expect(try codec.responseHead().status == 200)
            #expect(try codec.message() != nil)
            try site.gateway.expect("network", "allow", "add", "127.0.0.1")
            try site.gateway.expect("network", "mode", "enforce")
            // Who is on the list keeps its streams.
            try site.gateway.addDemo("late")
            _ = try site.gateway.expect("server", "start", "late")
            #expect(try modern.message()?["method"] as? String == "notifications/tools/list_changed")
            #expect(try codec.message()?["method"] as? String == "notifications/tools/list_changed")
            try site.gateway.expect("network", "allow", "add", "192.0.2.1")
            try site.gateway.expect("network", "allow", "remove", "127.0.0.1")
            for stream in [legacy, modern, codec] { #expect(throws: Never.self) { try endOf(stream) } }
            #expect(try session.request("ping").status == 403)
            try site.gateway.expect("network", "mode", "off")
            #expect(try session.request("ping").status == 200)
        }
    }

    /// Reads to the end of a stream, however it ends.
    private func endOf(_ stream: RawHTTP) throws {
        while let event = try? stream.event() { _ = event }
        #expect(try stream.isClosedByPeer())
    }

    @Test("a workspace's own list narrows the one for all, for its users alone, and follows a user that goes elsewhere")
    func workspaces() throws {
        try UpstreamSite.run(demo: nil) { site in
            try site.gateway.expect("user", "add", "bob", "--workspace", "fin")
            let bob = try site.gateway.token("bob")
            try site.gateway.expect("network", "allow", "add", "0.0.0.0/0")
            try site.gateway.expect("network", "allow", "add", "10.0.0.0/8", "--workspace", "fin")
            #expect(try list(site, bob).status == 200)
            try site.gateway.expect("network", "mode", "enforce")
            #expect(try list(site, bob).status == 403)
            #expect(try chunked(site, bob).status == 403)
            #expect(try list(site, site.token).status == 200)
            try site.gateway.expect("user", "update", "bob", "--workspace", "ops")
            #expect(try list(site, bob).status == 200)
            let stream = try site.open(token: bob).openStream()
            try site.gateway.expect("user", "update", "bob", "--workspace", "fin")
            try endOf(stream)
            try site.gateway.expect("network", "allow", "add", "127.0.0.1", "--workspace", "fin")
            #expect(try list(site, bob).status == 200)
            #expect(try site.gateway.expect("network", "allow", "list", "--workspace", "fin").contains("127.0.0.1"))
            #expect(try site.gateway.peta("user", "update", "bob", "--workspace", "No").status == 65)
        }
    }

    @Test("behind a configured proxy the client's address counts for audit, list, rate and policy; unreadable is the proxy's own")
    func proxies() throws {
        let configuration = "http:\n  trustedProxies: [127.0.0.0/8, \"2001:db8::/32\"]\nlimits:\n  addressPerMinute: 4\n"
        try UpstreamSite.run(configuration: configuration) { site in
            func from(_ value: String, _ name: String = "X-Forwarded-For") throws -> Int {
                try list(site, site.token, [(name, value)]).status
            }
            try site.gateway.expect("network", "allow", "add", "192.0.2.0/24")
            try site.gateway.expect("network", "mode", "enforce")
            #expect(try from("192.0.2.1") == 200)
            #expect(try from("1.1.1.1, 192.0.2.1:99, 127.0.0.9") == 200)
            #expect(try from("192.0.2.1, 1.1.1.1") == 403)
            #expect(try chunked(site, site.token, [("X-Forwarded-For", "192.0.2.9"), ("X-Forwarded-For", "127.0.0.4")]).status == 200)
            // The field that is not configured says nothing, and without one the request is the proxy's own.
            #expect(try from("for=192.0.2.1", "Forwarded") == 403)
            for bad in ["unknown", "x", "\"", "192.0.2.1, _x", String(repeating: "a,", count: 1000), "[::1"] {
                #expect(try from(bad) == 403, "\(bad)")
            }
            #expect(try from(Array(repeating: "127.0.0.1", count: 1000).joined(separator: ",")) == 403)
            try eventually("an unreadable proxy is told of") { site.gateway.log.contains("does not say in a readable way") }
            #expect(site.gateway.log.components(separatedBy: "does not say in a readable way").count == 2)
            // Each client has its own rate: two of 192.0.2.1 have come.
            #expect(try (0..<3).map { _ in try from("192.0.2.1") } == [200, 200, 429])
            #expect(try from("192.0.2.2") == 200)
            let call = ModernRequest.call("demo__echo", #"{"text":"x"}"#).with(\.more, [("X-Forwarded-For", "192.0.2.3")])
            #expect(try site.modern(call).status == 200)
            let record = try #require(try site.records().last { $0["tool"] as? String == "echo" })
            #expect(record["address"] as? String == "192.0.2.3")
            let policy = try site.gateway.directory.write(
                "rules:\n  - id: far\n    when: [{left: $ip, op: cidr, right: 192.0.2.4/32}]\n    effect: {decision: deny, reason: far}\n",
                to: "far.yaml")
            try site.gateway.expect("policy", "apply", "-f", policy, "--name", "far")
            func isDenied(_ address: String) throws -> Bool {
                try site.modern(call.with(\.more, [("X-Forwarded-For", address)])).text.contains("Denied by policy")
            }
            #expect(try isDenied("192.0.2.4"))
            #expect(try !isDenied("192.0.2.5"))
        }
    }

    @Test("without configured proxies no header says where a client comes from")
    func noProxies() throws {
        try UpstreamSite.run(demo: nil) { site in
            try site.gateway.expect("network", "allow", "add", "192.0.2.0/24")
            try site.gateway.expect("network", "mode", "enforce")
            for name in ["X-Forwarded-For", "X-Real-IP"] { #expect(try list(site, site.token, [(name, "192.0.2.1")]).status == 403) }
            #expect(try chunked(site, site.token, [("Forwarded", "for=192.0.2.1")]).status == 403)
        }
    }

    @Test("Forwarded is read where it is configured, and then the other field is not; what is no address stops the start")
    func forwarded() throws {
        let configuration = "http:\n  trustedProxies: [127.0.0.1]\n  proxyHeader: forwarded\n"
        try UpstreamSite.run(demo: nil, configuration: configuration) { site in
            try site.gateway.expect("network", "allow", "add", "2001:db9::/32")
            try site.gateway.expect("network", "mode", "enforce")
            #expect(try list(site, site.token, [("Forwarded", "for=\"[2001:db9::7]:4711\";proto=https")]).status == 200)
            #expect(try chunked(site, site.token, [("Forwarded", "for=1.1.1.1, for=\"[2001:db9::7]\"")]).status == 200)
            #expect(try list(site, site.token, [("X-Forwarded-For", "2001:db9::7")]).status == 403)
        }
        let directory = try TemporaryDirectory()
        let file = try directory.write("http:\n  trustedProxies: [proxy.example]\n", to: "peta.yaml")
        let end = try run(
            PetaBinary.path(), ["serve", "--config", file, "--data-dir", directory.path("data"), "--admin-socket", directory.path("s")])
        #expect(end.status != 0 && end.stderr.contains("proxy.example"))
    }
}
