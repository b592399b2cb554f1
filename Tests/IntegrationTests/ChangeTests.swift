import Foundation
import PetaTestSupport
import Testing

/// `list_changed` and resource updates as they reach clients of both eras at once. How fast they do is measured by bench/changes.py.
@Suite("Changes reach clients of both eras")
struct ChangeTests {
    /// What can be behind the gateway here.
    enum Kind: String, CaseIterable { case demoLegacy, demoModern, sdkLegacy, sdkModern, sdkHTTPLegacy, sdkHTTPModern }

    /// One user's streams, in both eras.
    private struct Ears {
        let site: UpstreamSite
        let session: MCPConnection
        let stream: RawHTTP
        let listen: RawHTTP

        init(_ site: UpstreamSite, _ token: String, uri: String? = nil) throws {
            self.site = site
            session = try site.open(token: token)
            stream = try session.openStream()
            if let uri { _ = try #require(try session.request("resources/subscribe", #"{"uri":"\#(uri)"}"#).result) }
            let wanted =
                #""toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true"#
                + (uri.map { #","resourceSubscriptions":["\#($0)"]"# } ?? "")
            listen = try RawHTTP(port: site.port)
            try ModernRequest("subscriptions/listen", "\"notifications\":{\(wanted)}").send(over: listen, token)
            #expect(try listen.responseHead().status == 200)
            let acknowledged = try listen.message()
            #expect(acknowledged?["method"] as? String == "notifications/subscriptions/acknowledged")
            let honoured = (acknowledged?["params"] as? [String: Any])?["notifications"] as? [String: Any]
            #expect(honoured?["resourceSubscriptions"] as? [String] == uri.map { [$0] })
        }

        /// Makes a change, and expects that each of them is told these methods once and nothing else.
        ///
        /// What comes after the last of them is told by a second change, which `back` makes: what is told twice would come before that.
        func told(_ methods: [String], by change: () throws -> Void, back: () throws -> Void) throws {
            for isBack in [false, true] {
                if isBack { try back() } else { try change() }
                for (ear, era) in [(stream, "legacy"), (listen, "modern")] {
                    let heard = try methods.map { _ in try ear.message()?["method"] as? String ?? "the end" }
                    #expect(heard.sorted() == methods.sorted(), "\(era) client, back: \(isBack)")
                }
            }
        }

        func close() {
            for http in [session.http, stream, listen] { http.close() }
        }
    }

    private static let lists = ["tools", "prompts", "resources"].map { "notifications/\($0)/list_changed" }

    private static func add(_ kind: Kind, to gateway: Gateway) throws -> ChildProcess? {
        let era = ["--era", kind.rawValue.hasSuffix("Modern") ? "modern" : "legacy"]
        switch kind {
        case .demoLegacy: try gateway.addDemo("srv")
        case .demoModern: try gateway.addDemo("srv", arguments: ["--modern"])
        case .sdkLegacy, .sdkModern:
            let result = try gateway.peta(["server", "add", "srv", "--"] + (try PythonPeer.commandLine("square_server.py", era)))
            guard result.status == 0 else { throw TestFailure("server add: \(result.stderr)") }
        case .sdkHTTPLegacy, .sdkHTTPModern:
            let (peer, url) = try PythonPeer.listening("square_server.py", ["--transport", "http"] + era)
            try gateway.expect("server", "add", "srv", "--url", url)
            return peer
        }
        return nil
    }

    @Test("a server's change and a change of rights are told to a legacy and a modern client, each exactly once", arguments: Kind.allCases)
    func once(kind: Kind) throws {
        try UpstreamSite.run(demo: nil) { site in
            let peer = try Self.add(kind, to: site.gateway)
            defer { peer?.signal(SIGKILL) }
            let ears = try Ears(site, try site.user("ada", grants: ["srv"]))
            // A user whom none of this concerns hears of none of it.
            let other = try Ears(site, try site.user("bob"))
            let isDemo = kind == .demoLegacy || kind == .demoModern
            for _ in 0..<3 {
                try ears.told(
                    isDemo ? ["notifications/tools/list_changed"] : Self.lists,
                    by: { _ = try #require(try site.modern(.call("srv__grow")).result) },
                    back: { _ = try #require(try site.modern(.call("srv__shrink")).result) })
                try ears.told(
                    Self.lists, by: { try site.gateway.expect("user", "revoke", "ada", "srv") },
                    back: { try site.gateway.expect("user", "grant", "ada", "srv") })
            }
            try other.told(
                Self.lists, by: { try site.gateway.expect("user", "grant", "bob", "srv") },
                back: { try site.gateway.expect("user", "revoke", "bob", "srv") })
            ears.close()
            other.close()
        }
    }

    @Test(
        "a resource is watched in both eras at once, and each client is told once", arguments: [Kind.sdkLegacy, .sdkModern, .sdkHTTPModern])
    func watched(kind: Kind) throws {
        try UpstreamSite.run(demo: nil) { site in
            let peer = try Self.add(kind, to: site.gateway)
            defer { peer?.signal(SIGKILL) }
            let uri = "srv::square://numbers"
            let ears = try Ears(site, try site.user("ada", grants: ["srv"]), uri: uri)
            func touch(_ uri: String) throws {
                _ = try #require(try site.modern(.call("srv__touch", #"{"uri":"\#(uri)"}"#)).result)
            }
            for _ in 0..<3 {
                try ears.told(["notifications/resources/updated"], by: { try touch("square://numbers") }) {
                    // Nobody asked about this one.
                    try touch("square://readme")
                    try touch("square://numbers")
                }
            }
            ears.close()
        }
    }

    @Test("a listen that names tasks is acknowledged without them: a client asks by tasks/get", arguments: ["[]", #"["t1","t2"]"#, "7"])
    func taskIDs(ids: String) throws {
        try UpstreamSite.run(demo: nil) { site in
            let command = try PythonPeer.commandLine("square_server.py", ["--era", "modern", "--tasks"])
            #expect(try site.gateway.peta(["server", "add", "srv", "--"] + command).status == 0)
            let http = try RawHTTP(port: site.port)
            try ModernRequest("subscriptions/listen", #""notifications":{"toolsListChanged":true,"taskIds":\#(ids)}"#)
                .with(envelope: "clientCapabilities", #"{"extensions":{"io.modelcontextprotocol/tasks":{}}}"#).send(over: http, site.token)
            #expect(try http.responseHead().status == 200)
            let acknowledged = try #require(try http.message())
            let honoured = (acknowledged["params"] as? [String: Any])?["notifications"] as? [String: Any]
            #expect(honoured?.keys.sorted() == ["toolsListChanged"])
            http.close()
        }
    }

    @Test(
        "a server that misses a header field, since its tools changed unsaid, is asked for them again and gets the call once more",
        arguments: [false, true])
    func relisted(isModern: Bool) throws {
        try UpstreamSite.run(demo: nil) { site in
            let peer = try PythonPeer.start("bad_http.py", ["--modern"])
            defer { peer.signal(SIGKILL) }
            try site.gateway.expect("server", "add", "bad", "--url", try peer.stdout.line(0))
            func count(_ what: String) -> Int { peer.stdout.lines.filter { $0.contains(what) }.count }
            // Once at the start, and once more since something may have changed before the listen was open.
            try eventually("the lists have been read") { count("subscriptions/listen") == 1 && count("tools/list") == 2 }
            // From now on `moody` wants its argument in a field of another name, and nobody is told.
            _ = try #require(try site.modern(.call("bad__unsaid")).result)
            let text: String?
            if isModern {
                // The client knows the old list, as the gateway does.
                text = try site.modern(.call("bad__moody", #"{"region":"eu"}"#).with(\.more, [("Mcp-Param-Region", "eu")])).toolText
            } else {
                let session = try site.open()
                text = try session.callText("bad::moody", #"{"region":"eu"}"#)
                session.http.close()
            }
            #expect(text == "eu")
            // What the server prints may reach this test behind its answer.
            try eventually("the call came twice, and the lists were read in between") {
                count("tools/call moody") == 2 && count("tools/list") == 3
            }
        }
    }
}
