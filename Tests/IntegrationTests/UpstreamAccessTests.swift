import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: who is let in")
struct UpstreamAccessTests {
    private static let ping = Array(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.utf8)

    @Test("a request without a token is answered with 401 and a challenge without an error")
    func missingToken() throws {
        try UpstreamSite.run(demo: nil) { site in
            for method in ["POST", "GET", "DELETE"] {
                let http = try RawHTTP(port: site.port)
                try http.send(method, "/mcp", site.plainFields(without: "Authorization"), body: method == "POST" ? Self.ping : nil)
                let response = try http.response()
                #expect(response.status == 401)
                let challenge = try #require(response["www-authenticate"])
                #expect(challenge.hasPrefix("Bearer"))
                #expect(!challenge.contains("error="))
                // The same connection goes on.
                try http.send("POST", "/mcp", site.plainFields(), body: Self.ping)
                #expect(try http.response().status == 400)
            }
        }
    }

    @Test("a malformed, foreign, unknown, revoked or disabled token is answered with 401 and invalid_token")
    func badTokens() throws {
        try UpstreamSite.run(demo: nil) { site in
            let made = try site.gateway.peta("token", "create", "owner", "--json").stdout
            let object = try #require(try JSONSerialization.jsonObject(with: Data(made.utf8)) as? [String: Any])
            let revoked = try #require(object["token"] as? String)
            let id = try #require(object["id"] as? String)
            #expect(try site.open(token: revoked).request("ping").status == 200)
            try site.gateway.expect("token", "revoke", id, "--yes")
            let disabled = try site.user("dora")
            try site.gateway.expect("user", "disable", "dora")
            let last = try #require(site.token.last)
            var bearers = [
                "x", "peta_x", revoked, disabled, String(site.token.dropLast()), site.token + "x",
                site.token.dropLast() + (last == "a" ? "b" : "a"),
            ].map { "Bearer \($0)" }
            bearers += [
                "Bearer", "Bearer ", "Bearer  a b", "Basic \(Data("owner:\(site.token)".utf8).base64EncodedString())", site.token,
                "Bearer" + site.token,
            ]
            bearers.append("Bearer " + String(repeating: "a", count: 8000))
            for bearer in bearers {
                let http = try RawHTTP(port: site.port)
                try http.send("POST", "/mcp", site.plainFields(without: "Authorization") + [("Authorization", bearer)], body: Self.ping)
                let response = try http.response()
                #expect(response.status == 401, "\(bearer.prefix(30))")
                #expect(response["www-authenticate"]?.hasPrefix("Bearer") == true)
                #expect(!response.text.contains(site.token))
                if bearer.hasPrefix("Bearer peta_") {
                    #expect(response["www-authenticate"]?.contains(#"error="invalid_token""#) == true, "\(bearer.prefix(20))")
                }
            }
            // The scheme's name has no case (RFC 9110, section 11.1).
            for scheme in ["bearer", "BEARER"] {
                let http = try RawHTTP(port: site.port)
                try http.send(
                    "POST", "/mcp", site.plainFields(without: "Authorization") + [("Authorization", "\(scheme) \(site.token)")],
                    body: Self.ping)
                #expect(try http.response().status == 400)
            }
        }
    }

    @Test("a token that stands twice or in the query is not taken")
    func oddTokens() throws {
        try UpstreamSite.run(demo: nil) { site in
            let twice = try RawHTTP(port: site.port)
            try twice.send("POST", "/mcp", site.plainFields() + [("Authorization", "Bearer x")], body: Self.ping)
            #expect([400, 401].contains(try twice.response().status))
            let query = try RawHTTP(port: site.port)
            try query.send("POST", "/mcp?access_token=\(site.token)", site.plainFields(without: "Authorization"), body: Self.ping)
            #expect(try query.response().status == 401)
        }
    }

    @Test("a token revoked during a session is refused from the next request on")
    func revokedInSession() throws {
        try UpstreamSite.run(demo: nil) { site in
            let made = try site.gateway.peta("token", "create", "owner", "--json").stdout
            let object = try #require(try JSONSerialization.jsonObject(with: Data(made.utf8)) as? [String: Any])
            let session = try site.open(token: try #require(object["token"] as? String))
            try site.gateway.expect("token", "revoke", try #require(object["id"] as? String), "--yes")
            #expect(try session.request("ping").status == 401)
        }
    }

    @Test("the stream of a token that is revoked ends")
    func revokedStream() throws {
        try UpstreamSite.run(demo: nil) { site in
            let made = try site.gateway.peta("token", "create", "owner", "--json").stdout
            let object = try #require(try JSONSerialization.jsonObject(with: Data(made.utf8)) as? [String: Any])
            let session = try site.open(token: try #require(object["token"] as? String))
            let stream = try session.openStream()
            try site.gateway.expect("token", "revoke", try #require(object["id"] as? String), "--yes")
            while let event = try stream.event() { #expect(event.data.isEmpty) }
        }
    }

    @Test(
        "a foreign Origin is answered with 403, also where the host only looks like loopback",
        arguments: [
            "https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "http://localhost:80@evil.example", "http://evil.example/127.0.0.1", "http://evil.example:3002", "file://", "http://",
            "http://127.0.0.2x",
        ])
    func foreignOrigin(origin: String) throws {
        try UpstreamSite.run(demo: nil) { site in
            for method in ["POST", "GET", "DELETE"] {
                for token in [site.token, "none"] {
                    let http = try RawHTTP(port: site.port)
                    try http.send(
                        method, "/mcp", site.plainFields(token: token) + [("Origin", origin)], body: method == "POST" ? Self.ping : nil)
                    let response = try http.response()
                    #expect(response.status == 403, "\(method)")
                    #expect(response["access-control-allow-origin"] == nil)
                }
            }
        }
    }

    @Test("a foreign Host is answered with 403")
    func foreignHost() throws {
        try UpstreamSite.run(demo: nil) { site in
            for host in [
                "evil.example", "evil.example:\(site.port)", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::2]:80", "0.0.0.0",
            ] {
                let http = try RawHTTP(port: site.port)
                try http.send("POST", "/mcp", site.plainFields() + [("Host", host)], body: Self.ping)
                #expect(try http.response().status == 403, "\(host)")
            }
        }
    }

    @Test("loopback names and origins are let in, and so are those of the configuration")
    func allowed() throws {
        try UpstreamSite.run(
            demo: nil, configuration: "http:\n  allowedOrigins: [\"https://ide.example\"]\n  allowedHosts: [\"gate.example\"]\n"
        ) { site in
            let session = try site.open()
            for host in [
                "localhost", "localhost:\(site.port)", "127.0.0.1", "127.0.0.1:\(site.port)", "[::1]:\(site.port)",
                "LOCALHOST:\(site.port)", "gate.example", "Gate.Example:443",
            ] {
                #expect(
                    try UpstreamSide(http: session.http, fields: session.fields + [("Host", host)]).request("ping").status == 200, "\(host)"
                )
            }
            for origin in ["http://localhost:5173", "http://127.0.0.1", "https://localhost", "http://[::1]:8080", "https://ide.example"] {
                #expect(
                    try UpstreamSide(http: session.http, fields: session.fields + [("Origin", origin)]).request("ping").status == 200,
                    "\(origin)")
            }
            for origin in ["https://ide.example.evil", "http://ide.example", "https://ide.example:444"] {
                #expect(
                    try UpstreamSide(http: session.http, fields: session.fields + [("Origin", origin)]).request("ping").status == 403,
                    "\(origin)")
            }
        }
    }

    @Test("a POST of another Content-Type is answered with 415, and the connection goes on")
    func contentType() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let bare = session.fields.filter { $0.0 != "Content-Type" }
            for type in [
                nil, "text/plain", "application/jsonx", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json",
            ] {
                let side = UpstreamSide(http: session.http, fields: bare + (type.map { [("Content-Type", $0)] } ?? []))
                #expect(try side.request("ping").status == 415, "\(type ?? "none")")
            }
            for type in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"] {
                #expect(
                    try UpstreamSide(http: session.http, fields: bare + [("Content-Type", type)]).request("ping").status == 200, "\(type)")
            }
        }
    }

    @Test("a POST whose Accept lacks one of the two types is answered with 406, and the connection goes on")
    func accept() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let bare = session.fields.filter { $0.0 != "Accept" }
            for accept in ["application/json", "text/event-stream", "text/html", "text/*", "application/*"] {
                #expect(
                    try UpstreamSide(http: session.http, fields: bare + [("Accept", accept)]).request("ping").status == 406, "\(accept)")
            }
            for accept in [
                "text/event-stream,application/json", "*/*", "application/*, text/*", "application/json;q=1, text/event-stream;q=0.5",
                "APPLICATION/JSON, Text/Event-Stream",
            ] {
                #expect(
                    try UpstreamSide(http: session.http, fields: bare + [("Accept", accept)]).request("ping").status == 200, "\(accept)")
            }
            // A list may be spread over lines (RFC 9110, section 5.3).
            let lines = [("Accept", "application/json"), ("Accept", "text/event-stream")]
            #expect(try UpstreamSide(http: RawHTTP(port: site.port), fields: bare + lines).request("ping").status == 200, "two lines")
            #expect(try session.request("ping").status == 200)
        }
    }

    @Test("other methods on the endpoint are answered with 405 and Allow, other paths with 404")
    func methods() throws {
        try UpstreamSite.run(demo: nil) { site in
            for method in ["PUT", "PATCH", "OPTIONS", "HEAD", "TRACE"] {
                let http = try RawHTTP(port: site.port)
                try http.send(method, "/mcp", site.plainFields(), body: method == "PUT" ? Self.ping : nil)
                let response = try http.response(toHead: method == "HEAD")
                #expect(response.status == 405, "\(method)")
                let allowed = response["allow"]?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.sorted()
                #expect(allowed == ["DELETE", "GET", "POST"], "\(method)")
            }
            for path in ["/", "/mcpx", "/mcp/x", "/MCP", "/v1/status", "/health/../mcp", "/..%2fetc/passwd"] {
                let http = try RawHTTP(port: site.port)
                try http.send("POST", path, site.plainFields(), body: Self.ping)
                #expect([400, 404, 405].contains(try http.response().status), "\(path)")
            }
        }
    }

    @Test("/health tells without a token that the gateway lives, and nothing more")
    func health() throws {
        try UpstreamSite.run(demo: nil) { site in
            let http = try RawHTTP(port: site.port)
            try http.send("GET", "/health")
            let response = try http.response()
            #expect(response.status == 200)
            #expect(try response.answer["status"] as? String == "ok")
            #expect(try http.isClosedByPeer())
            let head = try RawHTTP(port: site.port)
            try head.send("HEAD", "/health")
            #expect([200, 404, 405].contains(try head.response(toHead: true).status))
            let post = try RawHTTP(port: site.port)
            try post.send("POST", "/health", body: Self.ping)
            #expect([404, 405].contains(try post.response().status))
        }
    }
}
