import Foundation
import PetaTestSupport
import Testing

@Suite("Rates", .serialized)
struct RateTests {
    /// Sends requests until one is refused; of `most` none was.
    private func refusal(of most: Int = 300, _ request: () throws -> HTTPResponse) throws -> HTTPResponse? {
        for _ in 0..<most {
            let response = try request()
            if response.status == 429 { return response }
            #expect(response.status == 200, "\(response.text)")
        }
        return nil
    }

    private func expectTooMany(_ response: HTTPResponse?, atMost seconds: Int) throws {
        let response = try #require(response)
        #expect(response.status == 429)
        let wait = try #require(Int(response["retry-after"] ?? ""))
        #expect(wait >= 1 && wait <= seconds)
        #expect(response.errorCode == -32603)
        #expect((response.error?["data"] as? [String: Any])?["retryAfterSeconds"] as? Int == wait)
        #expect(try response.answer["id"] is Int)
    }

    /// Records of refusals by a rate.
    private func refusals(_ site: UpstreamSite) throws -> [[String: Any]] {
        try site.records().filter { $0["rule"] as? String == "rate limit" }
    }

    @Test("over its rate a user of either era is answered 429 and told when to come again, and then it may; others are not touched")
    func user() throws {
        try UpstreamSite.run { site in
            let bob = try site.user("bob", grants: ["demo"])
            let session = try site.open(token: bob)
            try site.gateway.expect("user", "update", "bob", "--rate-limit", "4/s")
            try expectTooMany(
                try refusal { try session.request("tools/call", #"{"name":"demo__echo","arguments":{"text":"x"}}"#) }, atMost: 2)
            let answered = try refusal { try site.modern(.call("demo__echo", #"{"text":"x"}"#), token: bob) }
            try expectTooMany(answered, atMost: 2)
            #expect((try answered?.answer)?["id"] as? Int == 1)
            // The same through the codec.
            let chunked = try refusal {
                let http = try RawHTTP(port: site.port)
                try ModernRequest("tools/list").sendChunked(over: http, bob)
                return try http.response()
            }
            try expectTooMany(chunked, atMost: 2)
            #expect(try site.modern(ModernRequest("tools/list")).status == 200)
            // What is no request is taken all the same: a client must be able to cancel.
            _ = try refusal { try session.request("ping") }
            #expect(try session.post(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}"#).status == 202)
            try eventually("it is let in again") { try session.request("ping").status == 200 }
            // However many were refused: one record says so at once, the rest is counted.
            #expect(try refusals(site).count == 1)
            let record = try #require(try refusals(site).first)
            #expect(
                record["user"] as? String == "bob" && record["outcome"] as? String == "denied" && record["decision"] as? String == "deny")
            #expect(record["error"] as? String == "this user may make 4/s requests")
        }
    }

    @Test("the user API is under the same rate, counted together with MCP")
    func userAPI() throws {
        try UpstreamSite.run { site in
            let bob = try site.user("bob", grants: ["demo"])
            try site.gateway.expect("user", "update", "bob", "--rate-limit", "4/min")
            for _ in 0..<2 { #expect(try site.modern(ModernRequest("tools/list"), token: bob).status == 200) }
            let answered = try #require(try refusal { try UserAPITests.ask(site.port, "GET", "/user/capabilities", bob) })
            #expect(try #require(Int(answered["retry-after"] ?? "")) >= 1 && answered.text.contains("try_again"))
            #expect(try site.modern(ModernRequest("tools/list"), token: bob).status == 429)
            #expect(try refusals(site).count == 1)
            #expect(try UserAPITests.ask(site.port, "GET", "/user", site.token).status == 200)
        }
    }

    @Test("a rate that is changed holds from the next request on, for open sessions too")
    func live() throws {
        try UpstreamSite.run(demo: nil) { site in
            let bob = try site.user("bob")
            let session = try site.open(token: bob)
            try site.gateway.expect("user", "update", "bob", "--rate-limit", "2/h")
            #expect(try (0..<3).map { _ in try session.request("ping").status } == [200, 200, 429])
            try expectTooMany(try session.request("ping"), atMost: 3840)
            try site.gateway.expect("user", "update", "bob", "--rate-limit", "4/h")
            #expect(try (0..<3).map { _ in try session.request("ping").status } == [200, 200, 429])
            try site.gateway.expect("user", "update", "bob", "--rate-limit", "none")
            #expect(try refusal { try session.request("ping") } == nil)
            try site.gateway.expect("user", "update", "bob", "--rate-limit", "default")
            #expect(try refusal { try session.request("ping") } == nil)
            #expect(try site.gateway.peta("user", "update", "bob", "--rate-limit", "many").status == 65)
        }
    }

    @Test("a token can have a rate of its own, within that of its user; the setting holds for those without one")
    func token() throws {
        try UpstreamSite.run(demo: nil, configuration: "limits:\n  tokenPerMinute: 5\n  userPerMinute: 9\n") { site in
            try site.gateway.expect("user", "add", "bob")
            let narrow = try site.gateway.token("bob", arguments: ["--rate-limit", "2/h"])
            let plain = try site.gateway.token("bob")
            func ping(_ token: String, _ count: Int) throws -> [Int] {
                try (0..<count).map { _ in try site.modern(ModernRequest("tools/list"), token: token).status }
            }
            #expect(try ping(narrow, 4) == [200, 200, 429, 429])
            // What the token was refused has not used up the user's rate: 5 by this token, then 7 of 9.
            #expect(try ping(plain, 6) == [200, 200, 200, 200, 200, 429])
            let third = try site.gateway.token("bob")
            #expect(try ping(third, 3) == [200, 200, 429])
            #expect(try ping(site.token, 1) == [200])
            #expect(Set(try refusals(site).compactMap { $0["error"] as? String }).count == 3)
        }
    }

    @Test("an address has a rate whoever comes from it, and each member of a batch counts")
    func address() throws {
        try UpstreamSite.run(demo: nil, configuration: "limits:\n  addressPerMinute: 6\n") { site in
            let bob = try site.user("bob")
            let session = try site.open(token: bob, revision: "2025-03-26")
            let batch = "[" + (1...4).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"ping"}"# }.joined(separator: ",") + "]"
            #expect(try session.post(batch).status == 200)
            #expect(try site.modern(ModernRequest("tools/list")).status == 200)
            let over = try session.post(batch)
            #expect(over.status == 200)
            let answers = try #require(try JSONSerialization.jsonObject(with: Data(over.text.utf8)) as? [[String: Any]])
            #expect(answers.count == 4 && answers.allSatisfy { $0["error"] != nil })
            let stream = try RawHTTP(port: site.port)
            try stream.send("GET", "/mcp", session.fields.filter { $0.0 != "Accept" } + [("Accept", "text/event-stream")])
            #expect(try stream.response().status == 429)
            #expect(try session.end().status == 200)
        }
    }

    @Test("an address that tries many tokens is told to wait, and a good token from there is let in all the same")
    func failures() throws {
        try UpstreamSite.run(demo: nil, configuration: "limits:\n  failuresPerMinute: 3\n") { site in
            func attempt(_ token: String?) throws -> HTTPResponse {
                let http = try RawHTTP(port: site.port)
                let fields = token.map { site.plainFields(token: $0) } ?? site.plainFields(without: "Authorization")
                try http.send("POST", "/mcp", fields, body: Array(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.utf8))
                return try http.response()
            }
            // No token at all is how a client asks what it needs.
            for _ in 0..<5 { #expect(try attempt(nil).status == 401) }
            #expect(try (0..<3).map { _ in try attempt("peta_x").status } == [401, 401, 401])
            let over = try attempt("peta_y")
            #expect(over.status == 429 && over["retry-after"] != nil && over["www-authenticate"] == nil)
            #expect(try attempt(nil).status == 401)
            #expect(try site.modern(ModernRequest("tools/list")).status == 200)
        }
    }
}

@Suite("Calls under way of a user", .serialized)
struct UserConcurrencyTests {
    private static let sleep = #"{"ms":600000}"#

    /// Begins a call that lasts, on a connection of its own.
    private func begin(_ site: UpstreamSite, _ token: String, _ tool: String = "demo__sleep", _ arguments: String = sleep) throws -> RawHTTP
    {
        let http = try RawHTTP(port: site.port)
        try ModernRequest.call(tool, arguments).send(over: http, token)
        return http
    }

    private func echo(_ site: UpstreamSite, _ token: String) throws -> HTTPResponse {
        try site.modern(.call("demo__echo", #"{"text":"x"}"#), token: token)
    }

    private func isFull(_ site: UpstreamSite, _ token: String) throws -> Bool {
        let response = try echo(site, token)
        guard response.status == 429 else { return false }
        #expect(response["retry-after"] == "1" && response.errorCode == -32603)
        return true
    }

    /// Begins lasting calls until all places are taken. One that comes while a call that only asks has the last place is refused, so there
    /// can be more of them than places.
    private func fill(_ site: UpstreamSite, _ token: String, _ start: () throws -> Void) throws {
        try eventually("all places are taken") {
            if try isFull(site, token) { return true }
            try start()
            return false
        }
    }

    private func fill(_ site: UpstreamSite, _ token: String, _ tool: String = "demo__sleep") throws -> [RawHTTP] {
        var calls: [RawHTTP] = []
        try fill(site, token) { calls.append(try begin(site, token, tool)) }
        return calls
    }

    private func expectRoom(_ site: UpstreamSite, _ token: String, _ why: String) throws {
        try eventually("there is room again behind \(why)") { try echo(site, token).status == 200 }
        // Both places, not only one of them: with one taken there is still room, with two there is none.
        let one = try begin(site, token)
        try eventually("the second place is free behind \(why)") { try echo(site, token).status == 200 }
        for call in try fill(site, token) + [one] { call.close() }
        try eventually("nothing is under way") { try echo(site, token).status == 200 }
    }

    @Test("more calls than the user's number are answered 429, each leaves a record, and another user is not touched")
    func full() throws {
        try UpstreamSite.run(configuration: "limits:\n  userConcurrent: 2\n") { site in
            let bob = try site.user("bob", grants: ["demo"])
            // The server is awake: a start that fails under load would end the calls.
            #expect(try echo(site, bob).status == 200)
            let calls = try fill(site, bob)
            #expect(try echo(site, site.token).status == 200)
            // What is no call needs no place.
            #expect(try site.modern(ModernRequest("tools/list"), token: bob).status == 200)
            // A session of the legacy era has the same places.
            let session = try site.open(token: bob)
            #expect(try session.request("tools/call", #"{"name":"demo__echo","arguments":{"text":"x"}}"#).status == 429)
            let refused = try site.records().filter { $0["error"] as? String == "this user has too many calls under way" }
            #expect(refused.count >= 2 && refused.allSatisfy { $0["outcome"] as? String == "denied" })
            try site.gateway.expect("user", "update", "bob", "--concurrent", "3")
            try eventually("one more may run") { try echo(site, bob).status == 200 }
            try site.gateway.expect("user", "update", "bob", "--concurrent", "default")
            #expect(try isFull(site, bob))
            for call in calls { call.close() }
            try expectRoom(site, bob, "a client that has gone")
        }
    }

    @Test("a place is given back whatever ends the call: cancelling, a deadline, the server's death, its removal, the session's end")
    func givenBack() throws {
        try UpstreamSite.run { site in
            let bob = try site.user("bob", grants: ["demo"])
            try site.gateway.expect("user", "update", "bob", "--concurrent", "2")
            #expect(try echo(site, bob).status == 200)

            let session = try site.open(token: bob)
            var sides: [UpstreamSide] = []
            func sleepInSession() throws {
                let side = try site.beside(session)
                let body =
                    #"{"jsonrpc":"2.0","id":"c\#(sides.count)","method":"tools/call","params":{"name":"demo__sleep","arguments":\#(Self.sleep)}}"#
                try side.http.send("POST", "/mcp", side.fields, body: Array(body.utf8))
                sides.append(side)
            }
            try fill(site, bob) { try sleepInSession() }
            for id in sides.indices {
                _ = try session.post(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"c\#(id)"}}"#)
            }
            try expectRoom(site, bob, "cancelling")

            try fill(site, bob) { try sleepInSession() }
            #expect(try session.end().status == 200)
            try expectRoom(site, bob, "the end of a session")

            // What is done to a server is done to one that is taken away in the end.
            try site.gateway.addDemo("other")
            try site.gateway.expect("user", "grant", "bob", "other")
            // Not repeated, since it may have done something: the answer is that the server was lost.
            let dying = [try begin(site, bob, "other__crash", "{}"), try begin(site, bob, "other__crash", "{}")]
            for http in dying { _ = try http.response() }
            try expectRoom(site, bob, "the server's death")

            try site.gateway.expect("server", "update", "other", "--call-timeout", "1")
            let late = [try begin(site, bob, "other__sleep"), try begin(site, bob, "other__sleep")]
            for http in late { _ = try http.response() }
            try site.gateway.expect("server", "update", "other", "--call-timeout", "60")
            try expectRoom(site, bob, "a deadline")

            let lost = try fill(site, bob, "other__sleep")
            try site.gateway.expect("server", "remove", "other", "--yes")
            for http in lost { _ = try http.response() }
            try expectRoom(site, bob, "the server's removal")
        }
    }
}
