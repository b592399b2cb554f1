import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: the GET stream")
struct UpstreamStreamTests {
    private static let changes = [
        "notifications/prompts/list_changed", "notifications/resources/list_changed", "notifications/tools/list_changed",
    ]

    @Test("a server that grows a tool tells its users that the tools have changed, and nobody else and nothing else")
    func growth() throws {
        try UpstreamSite.run { site in
            try site.gateway.addDemo("other")
            let owner = try site.open()
            let alice = try site.open(token: try site.user("alice", grants: ["demo", "other"]))
            let bob = try site.open(token: try site.user("bob", grants: ["other"]))
            let aliceStream = try alice.openStream()
            let bobStream = try bob.openStream()
            #expect(try owner.callText("demo__grow") == "added extra_1")
            #expect(try aliceStream.message()?["method"] as? String == "notifications/tools/list_changed")
            #expect(try alice.request("tools/list").text.contains("demo__extra_1"))
            #expect(try alice.callText("demo__extra_1") == "extra_1")
            // Bob's server sends something afterwards: what was there for him before would be seen.
            _ = try owner.call("other__log", #"{"level":"error","message":"end"}"#)
            #expect(try bobStream.methods(before: "end").isEmpty)
            #expect(try aliceStream.methods(before: "end").isEmpty)
            #expect(try owner.callText("demo__shrink") == "removed extra_1")
            #expect(try aliceStream.message()?["method"] as? String == "notifications/tools/list_changed")
            #expect(try !alice.request("tools/list").text.contains("demo__extra_1"))
        }
    }

    @Test("a change that comes while no stream is open is told on the next one")
    func waitingChange() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            #expect(try session.callText("demo__grow") == "added extra_1")
            try eventually("the new tool is listed") { try session.request("tools/list").text.contains("extra_1") }
            #expect(try session.openStream().message()?["method"] as? String == "notifications/tools/list_changed")
        }
    }

    @Test("a grant and its revocation are told to that user alone, and hold at once")
    func grants() throws {
        try UpstreamSite.run { site in
            try site.gateway.addDemo("other")
            let owner = try site.open()
            let alice = try site.open(token: try site.user("alice", grants: ["other"]))
            let bob = try site.open(token: try site.user("bob", grants: ["other"]))
            let streams = [try owner.openStream(), try bob.openStream()]
            let aliceStream = try alice.openStream()
            func echo() throws -> HTTPResponse { try alice.request("tools/call", #"{"name":"demo__echo","arguments":{"text":"a"}}"#) }
            #expect(try echo().errorCode == -32602)
            try site.gateway.expect("user", "grant", "alice", "demo")
            #expect(try echo().result != nil)
            #expect(try alice.request("tools/list").text.contains("demo__echo"))
            try site.gateway.expect("user", "revoke", "alice", "demo")
            #expect(try echo().errorCode == -32602)
            #expect(try !alice.request("tools/list").text.contains("demo__echo"))
            _ = try owner.call("other__log", #"{"level":"error","message":"end"}"#)
            #expect(try aliceStream.methods(before: "end").sorted() == (Self.changes + Self.changes).sorted())
            for stream in streams { #expect(try stream.methods(before: "end").isEmpty) }
        }
    }

    @Test("a server that is added, disabled, enabled and removed changes the lists of its users")
    func servers() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let stream = try session.openStream()
            func expectChange() throws {
                var seen: [String] = []
                for _ in Self.changes { seen.append(try stream.message()?["method"] as? String ?? "?") }
                #expect(seen.sorted() == Self.changes)
            }
            try site.gateway.addDemo("other")
            try expectChange()
            #expect(try session.callText("other__echo", #"{"text":"a"}"#) == "a")
            try site.gateway.expect("server", "disable", "other")
            try expectChange()
            #expect(try session.request("tools/call", #"{"name":"other__echo","arguments":{"text":"a"}}"#).errorCode == -32602)
            try site.gateway.expect("server", "enable", "other")
            try expectChange()
            try site.gateway.expect("server", "remove", "other", "--yes")
            try expectChange()
            #expect(try !session.request("tools/list").text.contains("other__"))
        }
    }

    @Test("a second stream of a session is answered with 409; when the first is gone, another may come")
    func secondStream() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let first = try session.openStream()
            let fields = session.fields.filter { $0.0 != "Content-Type" && $0.0 != "Accept" } + [("Accept", "text/event-stream")]
            let http = try RawHTTP(port: site.port)
            try http.send("GET", "/mcp", fields)
            #expect(try http.response().status == 409)
            first.close()
            try eventually("the stream is free again") {
                let http = try RawHTTP(port: site.port)
                try http.send("GET", "/mcp", fields)
                return try http.responseHead().status == 200
            }
        }
    }

    @Test("GET without an Accept for event streams is answered with 406")
    func accept() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let bare = session.fields.filter { $0.0 != "Content-Type" && $0.0 != "Accept" }
            for accept in [nil, "application/json", "text/html", "text/event-streams"] {
                let http = try RawHTTP(port: site.port)
                try http.send("GET", "/mcp", bare + (accept.map { [("Accept", $0)] } ?? []))
                #expect(try http.response().status == 406, "\(accept ?? "none")")
            }
            for accept in ["text/event-stream", "*/*", "TEXT/Event-Stream;q=0.5", "application/json, text/event-stream", "text/*"] {
                try eventually("a stream for \(accept)") {
                    let http = try RawHTTP(port: site.port)
                    try http.send("GET", "/mcp", bare + [("Accept", accept)])
                    let head = try http.responseHead()
                    #expect(head.status == 200 || head.status == 409, "\(accept)")
                    return head.status == 200
                }
            }
        }
    }

    @Test("a session with a hundred changes is told of them and not flooded, and a stream that ends is taken off")
    func manyChanges() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            for _ in 0..<100 { _ = try session.call("demo__grow") }
            try eventually("the last tool is listed") { try session.request("tools/list").text.contains("demo__extra_100") }
            let stream = try session.openStream()
            #expect(try stream.message()?["method"] as? String == "notifications/tools/list_changed")
            _ = try session.call("demo__log", #"{"level":"error","message":"end"}"#)
            #expect(try stream.methods(before: "end").count <= 1)
        }
    }

    @Test("disabling or removing a user ends its sessions and streams; others go on")
    func disabledUser() throws {
        try UpstreamSite.run { site in
            let owner = try site.open()
            for verb in ["disable", "remove"] {
                let token = try site.user("carol-\(verb)", grants: ["demo"])
                let carol = try site.open(token: token)
                let stream = try carol.openStream()
                var words = ["user", verb, "carol-\(verb)"]
                if verb == "remove" { words.append("--yes") }
                let result = try site.gateway.peta(words)
                #expect(result.status == 0, "\(result.stderr)")
                while let event = try stream.event() { #expect(event.data.isEmpty) }
                let response = try carol.request("ping")
                #expect(response.status == 401)
                #expect(response["www-authenticate"]?.hasPrefix("Bearer ") == true)
                #expect(try owner.request("ping").status == 200)
                if verb == "disable" {
                    try site.gateway.expect("user", "enable", "carol-disable")
                    #expect(try carol.request("ping").status == 404)
                    _ = try site.open(token: token)
                }
            }
        }
    }

    @Test("the gateway ends its streams when it stops")
    func stop() throws {
        let gateway = try Gateway()
        let session = try MCPConnection.open(port: gateway.port, token: try gateway.token())
        let stream = try session.openStream()
        gateway.process.signal(SIGTERM)
        while let event = try stream.event() { #expect(event.data.isEmpty) }
        #expect(try gateway.process.wait() == .exited(0))
    }
}
