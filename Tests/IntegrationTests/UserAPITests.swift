import Foundation
import PetaTestSupport
import Testing

/// What users ask and change about themselves, over HTTP.
@Suite("The user API")
struct UserAPITests {
    static func ask(
        _ port: Int, _ method: String, _ path: String, _ token: String?, _ body: String? = nil, _ fields: [(String, String)] = []
    ) throws -> HTTPResponse {
        let http = try RawHTTP(port: port)
        defer { http.close() }
        let own = (token.map { [("Authorization", "Bearer \($0)")] } ?? []) + (body == nil ? [] : [("Content-Type", "application/json")])
        let replaced = Set(fields.map { $0.0.lowercased() })
        try http.send(method, path, own.filter { !replaced.contains($0.0.lowercased()) } + fields, body: body.map { Array($0.utf8) })
        return try http.response()
    }

    private static func list(_ response: HTTPResponse) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [[String: Any]], "\(response.text)")
    }

    @Test("a user learns who it is, what it may use and why, and its sessions; of what is kept from it, nothing")
    func reading() throws {
        try UpstreamSite.run { site in
            let gateway = site.gateway
            let token = try site.user("ada", grants: ["demo"])
            for words in [
                ["server", "tool", "set", "demo", "crash", "--off"], ["server", "tool", "set", "demo", "grow", "--danger", "notify"],
                ["user", "deny", "ada", "demo::add"], ["user", "deny", "ada", "demo::greet", "--prompt"],
            ] { #expect(try gateway.peta(words).status == 0) }
            let own = try Self.ask(site.port, "GET", "/user", token)
            #expect(own.status == 200)
            let me = try own.answer
            #expect(me["id"] as? String == "ada" && me["role"] as? String == "user" && me["narrowed"] as? Bool == false)
            #expect((me["tokenId"] as? String)?.hasPrefix("tok_") == true)
            let body =
                #"{"preferences":[{"server":"demo","kind":"tool","name":"crash","enabled":false},{"server":"demo","kind":"tool","name":"log","enabled":false}]}"#
            #expect(try Self.ask(site.port, "PUT", "/user/preferences", token, body).status == 200)
            let capabilities = try Self.list(Self.ask(site.port, "GET", "/user/capabilities", token))
            let names = Set(capabilities.compactMap { $0["name"] as? String })
            #expect(names.isSuperset(of: ["echo", "grow", "log", "demo://readme", "demo://echo/{text}", "summarize"]))
            #expect(names.isDisjoint(with: ["crash", "add", "greet"]))
            let log = try #require(capabilities.first { $0["name"] as? String == "log" })
            #expect(log["allowed"] as? Bool == false && log["layer"] as? String == "preference")
            let grow = try #require(capabilities.first { $0["name"] as? String == "grow" })
            #expect(
                grow["danger"] as? String == "notify" && grow["dangerLayer"] as? String == "server" && grow["layer"] as? String == "admin")
            let session = try site.open(token: token)
            let sessions = try Self.list(Self.ask(site.port, "GET", "/user/sessions", token))
            #expect(sessions.count == 1 && sessions[0]["protocolVersion"] as? String == "2025-11-25")
            #expect(try Self.list(Self.ask(site.port, "GET", "/user/sessions", site.token)).isEmpty)
            // A narrowed token sees what it reaches, and chooses nothing.
            let narrow = try gateway.token("ada", arguments: ["--tool", "demo::echo", "--tool", "demo::add"])
            #expect(try Self.list(Self.ask(site.port, "GET", "/user/capabilities", narrow)).map { $0["name"] as? String } == ["echo"])
            #expect(try Self.list(Self.ask(site.port, "GET", "/user/sessions", narrow)).isEmpty)
            #expect(try Self.ask(site.port, "PUT", "/user/preferences", narrow, #"{"preferences":[]}"#).status == 403)
            #expect(try !Self.ask(site.port, "GET", "/user/preferences", narrow).text.contains("log"))
            session.http.close()
        }
    }

    @Test("a preference can raise a level and not lower it, and says so; each change is recorded as the user's own act")
    func preferences() throws {
        try UpstreamSite.run { site in
            let gateway = site.gateway
            let token = try site.user("ada", grants: ["demo"])
            try gateway.expect("server", "tool", "set", "demo", "grow", "--danger", "notify")
            func entry(_ name: String, _ level: String) -> String {
                #"{"server":"demo","kind":"tool","name":"\#(name)","danger":"\#(level)"}"#
            }
            let set = try Self.ask(
                site.port, "PUT", "/user/preferences", token,
                #"{"preferences":[\#(entry("grow", "silent")),\#(entry("echo", "approval")),\#(entry("a::b", "notify"))]}"#)
            #expect(set.status == 200)
            let notes = try #require(try set.answer["notes"] as? [String])
            #expect(notes.count == 1 && notes[0].hasPrefix("demo::grow:") && notes[0].contains("no effect"))
            let levels = Dictionary(
                try Self.list(Self.ask(site.port, "GET", "/user/capabilities", token)).map {
                    ($0["name"] as? String ?? "", "\($0["danger"] ?? "") \($0["dangerLayer"] ?? "")")
                }
            ) { first, _ in first }
            #expect(levels["grow"] == "notify server" && levels["echo"] == "approval preference")
            // PATCH changes one, and what says nothing takes it back.
            let patched = try Self.ask(
                site.port, "PATCH", "/user/preferences", token, #"{"preferences":[{"server":"demo","kind":"tool","name":"echo"}]}"#)
            #expect((try patched.answer["preferences"] as? [[String: Any]])?.map { $0["name"] as? String } == ["a::b", "grow"])
            let acts = try gateway.expect("audit", "query", "--kind", "admin", "--user", "ada", "--json").split(separator: "\n")
            #expect(acts.count == 2, "\(acts)")
            #expect(
                acts.allSatisfy { $0.contains(#""outcome":"ok""#) && $0.contains("tokenId") } && acts[1].contains("PATCH /user/preferences")
            )
            // The administrator sees them, and they hold over a restart of the server.
            #expect(try gateway.expect("user", "show", "ada").contains("own preference: tool demo::a::b danger at least notify"))
            try gateway.expect("server", "restart", "demo")
            #expect(try Self.ask(site.port, "GET", "/user/preferences", token).text.contains("a::b"))
            try gateway.expect("server", "stop", "demo")
        }
    }

    @Test("bad input is refused with its field, changes nothing, and is recorded")
    func badInput() throws {
        try UpstreamSite.run(demo: nil) { site in
            let token = try site.user("ada")
            let good = #"{"preferences":[{"server":"demo","enabled":false}]}"#
            #expect(try Self.ask(site.port, "PUT", "/user/preferences", token, good).status == 200)
            for (body, field) in [
                ("", "body"), ("{", "JSON"), ("[]", "document"), ("{}", "preferences: missing"),
                (#"{"preferences":[{}]}"#, "preferences[0].server"),
                (#"{"preferences":[{"server":"Bad"}]}"#, "preferences[0].server"),
                (#"{"preferences":[{"server":"a"},{"server":"b","kind":"thing","name":"x"}]}"#, "preferences[1].kind"),
                (#"{"preferences":[{"server":"b","name":"x"}]}"#, "preferences[0].kind"),
                (#"{"preferences":[{"server":"b","kind":"tool"}]}"#, "preferences[0].name"),
                (#"{"preferences":[{"server":"b","kind":"tool","name":""}]}"#, "preferences[0].name"),
                (#"{"preferences":[{"server":"b","kind":"tool","name":"x","danger":"high"}]}"#, "preferences[0].danger"),
                (#"{"preferences":[{"server":"b","kind":"prompt","name":"x","danger":"notify"}]}"#, "preferences[0].danger"),
                (#"{"preferences":[{"server":"b","danger":"notify"}]}"#, "preferences[0].danger"),
                (#"{"preferences":[{"server":"b","enabled":"no"}]}"#, "preferences[0].enabled"),
                (#"{"preferences":[{"server":"b","allowed":true}]}"#, "allowed"),
                (#"{"preferences":[{"server":"b"},{"server":"b"}]}"#, "twice"),
            ] {
                for method in ["PUT", "PATCH"] {
                    let answer = try Self.ask(site.port, method, "/user/preferences", token, body)
                    #expect(answer.status == 400 && answer.text.contains(field), "\(method) \(body): \(answer.status) \(answer.text)")
                }
            }
            let large = #"{"preferences":[{"server":"b","kind":"tool","name":"\#(String(repeating: "x", count: 1 << 20))"}]}"#
            #expect(try Self.ask(site.port, "PUT", "/user/preferences", token, large).status == 413)
            let many = (0...5000).map { #"{"server":"b","kind":"tool","name":"\#($0)"}"# }.joined(separator: ",")
            #expect(try Self.ask(site.port, "PUT", "/user/preferences", token, #"{"preferences":[\#(many)]}"#).status == 400)
            #expect(try Self.ask(site.port, "PUT", "/user/preferences", token, good, [("Content-Type", "text/plain")]).status == 415)
            #expect(try Self.ask(site.port, "GET", "/user/preferences?user=bob", token).status == 400)
            #expect(try Self.ask(site.port, "POST", "/user/preferences", token, good).status == 405)
            #expect(try Self.ask(site.port, "DELETE", "/user", token).status == 405)
            #expect(try Self.ask(site.port, "GET", "/user/x", token).status == 404)
            let kept = try Self.ask(site.port, "GET", "/user/preferences", token)
            #expect((try kept.answer["preferences"] as? [[String: Any]])?.map { $0["server"] as? String } == ["demo"])
            let refused = try site.gateway.expect("audit", "query", "--kind", "admin", "--user", "ada", "--outcome", "error", "--json")
            #expect(refused.split(separator: "\n").count == 33)
        }
    }

    @Test("who is let in is decided as for MCP: token, Host, Origin, and the user of a Unix socket")
    func access() throws {
        try UpstreamSite.run(demo: nil) { site in
            for path in ["/user", "/user/capabilities", "/user/preferences", "/user/sessions"] {
                let bare = try Self.ask(site.port, "GET", path, nil)
                #expect(bare.status == 401 && bare["www-authenticate"] == #"Bearer realm="peta""#, "\(path)")
                #expect(try Self.ask(site.port, "GET", path, "peta_nonsense").status == 401)
                #expect(try Self.ask(site.port, "GET", path, site.token, nil, [("Host", "rebound.example")]).status == 403)
                #expect(try Self.ask(site.port, "GET", path, site.token, nil, [("Origin", "https://evil.example")]).status == 403)
                #expect(try Self.ask(site.port, "GET", path, site.token, nil, [("Origin", "http://localhost:1")]).status == 200)
            }
            #expect(try Self.ask(site.port, "PUT", "/user/preferences", nil, #"{"preferences":[]}"#).status == 401)
            try site.gateway.expect("user", "add", "bob")
            let token = try site.gateway.token("bob")
            try site.gateway.expect("user", "disable", "bob")
            #expect(try Self.ask(site.port, "GET", "/user", token).status == 401)
        }
        let gateway = try Gateway(arguments: ["--listen", "unix:"])
        let http = try RawHTTP(socket: gateway.directory.path("mcp.sock"))
        try http.send("GET", "/user")
        let me = try http.response()
        #expect(try me.status == 200 && me.answer["id"] as? String == "owner" && me.answer["tokenId"] is NSNull)
        http.close()
        try gateway.stop()
    }
}
