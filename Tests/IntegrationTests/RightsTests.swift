import Foundation
import PetaTestSupport
import Testing

/// Rights to parts of servers, as clients of both eras meet them.
@Suite("Rights at work")
struct RightsTests {
    /// One of each kind that the demonstration server offers, with what names it to administrators.
    private static let kinds: [(method: String, member: String, name: String, flags: [String], more: String)] = [
        ("tools/call", "name", "add", [], #","arguments":{"a":1,"b":2}"#),
        ("prompts/get", "name", "greet", ["--prompt"], #","arguments":{"name":"a"}"#),
        ("resources/read", "uri", "demo://readme", ["--resource"], ""),
    ]

    private func listed(_ site: UpstreamSite, _ token: String, _ list: String) throws -> [String] {
        let member = list == "resources/templates" ? "resourceTemplates" : list
        let result = try site.modern(ModernRequest(list + "/list"), token: token).result
        return (result?[member] as? [[String: Any]] ?? []).compactMap {
            ($0["uriTemplate"] ?? $0["uri"] ?? ($0["_meta"] as? [String: Any])?["io.peta/name"] ?? $0["name"]) as? String
        }
    }

    /// What a client of either era is answered, without what it sent itself.
    private func answers(_ site: UpstreamSite, _ session: MCPConnection, _ token: String, _ kind: Int, _ server: String, _ name: String)
        throws
        -> [String]
    {
        let (method, member, _, _, more) = Self.kinds[kind]
        let full = "\(server)::\(name)"
        let legacy = try session.request(method, #"{"\#(member)":"\#(full)"\#(more)}"#)
        let modern = try site.modern(ModernRequest(method, #""\#(member)":"\#(full)"\#(more)"#, name: full), token: token)
        return [legacy, modern].map { response in
            response.comparable.replacingOccurrences(of: full, with: "NAME").replacing(/"id":[0-9]+/, with: "\"id\":0").split(
                separator: "\n"
            ).filter {
                !$0.lowercased().hasPrefix("content-length")
            }.joined(separator: "\n")
        }
    }

    @Test("what is denied, hidden, switched off or out of the token's reach answers with the bytes of what does not exist, in both eras")
    func sameBytes() throws {
        try UpstreamSite.run { site in
            let gateway = site.gateway
            let token = try site.user("ada", grants: ["demo"])
            let session = try site.open(token: token)
            for kind in Self.kinds.indices {
                let (_, _, name, flags, _) = Self.kinds[kind]
                let missing = try answers(site, session, token, kind, "demo", name + "-none")
                let strange = try answers(site, session, token, kind, "nosuch", name)
                #expect(missing == strange, "\(name)")
                #expect(try answers(site, session, token, kind, "demo", name) != missing, "\(name)")
                let exposure = ["server", "tool", "set", "demo"] + (flags.isEmpty ? [name] : flags + [name])
                let target = ["ada", "demo::\(name)"] + flags
                for (rule, refuse, back) in [
                    ("denied", ["user", "deny"] + target, ["user", "revoke"] + target),
                    ("not exposed", exposure + ["--off"], exposure + ["--on"]),
                ] {
                    #expect(try gateway.peta(refuse).status == 0)
                    #expect(try answers(site, session, token, kind, "demo", name) == missing, "\(name): \(rule)")
                    let last = try #require(try site.records().last)
                    #expect(last["rule"] as? String == rule && last["decision"] as? String == "deny")
                    #expect(try gateway.peta(back).status == 0)
                    #expect(try answers(site, session, token, kind, "demo", name) != missing, "\(name): \(rule) taken back")
                }
                let word = flags.first?.dropFirst(2) ?? "tool"
                for (body, isOff) in [("false", true), ("true", false)] {
                    let answer = try user(
                        site, "PATCH", "/user/preferences", token,
                        #"{"preferences":[{"server":"demo","kind":"\#(word)","name":"\#(name)","enabled":\#(body)}]}"#)
                    #expect(answer.status == 200, "\(answer.text)")
                    #expect(try (answers(site, session, token, kind, "demo", name) == missing) == isOff, "\(name): own preference")
                }
            }
            let narrow = try gateway.token("ada", arguments: ["--tool", "demo::echo"])
            let narrowed = try site.open(token: narrow)
            for kind in Self.kinds.indices {
                let name = Self.kinds[kind].name
                #expect(
                    try answers(site, narrowed, narrow, kind, "demo", name) == answers(site, narrowed, narrow, kind, "nosuch", name),
                    "\(name)")
            }
            #expect(try narrowed.callText("demo::echo", #"{"text":"in"}"#) == "in")
            #expect(try listed(site, narrow, "tools") == ["demo::echo"] && listed(site, narrow, "prompts").isEmpty)
            let rules = try Set(site.records().compactMap { $0["rule"] as? String })
            #expect(rules.isSuperset(of: ["denied", "not exposed", "own preference", "token", "no such target"]), "\(rules)")
        }
    }

    @Test("a grant of one thing gives that alone; a denial wins over grants, public servers and owners")
    func decisions() throws {
        try UpstreamSite.run { site in
            let gateway = site.gateway
            let token = try site.user("ada")
            #expect(try listed(site, token, "tools").isEmpty)
            try gateway.expect("user", "grant", "ada", "demo::add", "demo::not::yet")
            try gateway.expect("user", "grant", "ada", "demo::demo://echo/{text}", "--resource")
            #expect(try listed(site, token, "tools") == ["demo::add"])
            #expect(
                try listed(site, token, "resources/templates") == ["demo::demo://echo/{text}"] && listed(site, token, "resources").isEmpty)
            let session = try site.open(token: token)
            #expect(try session.request("tools/call", #"{"name":"demo::add","arguments":{"a":1,"b":2}}"#).result != nil)
            #expect(try session.request("tools/call", #"{"name":"demo::echo","arguments":{"text":"x"}}"#).error != nil)
            // Read by the template, and by nothing else.
            #expect(try session.request("resources/read", #"{"uri":"demo::demo://echo/hi"}"#).result != nil)
            for uri in ["demo://readme", "demo://echo/a/b", "demo://echo/..%2Freadme"] {
                #expect(try session.request("resources/read", #"{"uri":"demo::\#(uri)"}"#).errorCode == -32002, "\(uri)")
            }
            #expect(try session.request("resources/subscribe", #"{"uri":"demo::demo://numbers"}"#).error != nil)
            #expect(
                try session.request(
                    "completion/complete", #"{"ref":{"type":"ref/prompt","name":"demo::greet"},"argument":{"name":"name","value":"a"}}"#
                ).error != nil)
            // The whole server, but for one spelling of a URI or any other of it.
            try gateway.expect("user", "grant", "ada", "demo")
            try gateway.expect("user", "deny", "ada", "demo::demo://echo/secret", "--resource")
            #expect(try session.request("resources/read", #"{"uri":"demo::demo://echo/open"}"#).result != nil)
            for uri in ["demo://echo/secret", "demo://echo/%73ecret", "DEMO://echo/secret", "demo://echo/./secret"] {
                #expect(try session.request("resources/read", #"{"uri":"demo::\#(uri)"}"#).errorCode == -32002, "\(uri)")
            }
            try gateway.expect("server", "update", "demo", "--public")
            try gateway.expect("user", "deny", "ada", "demo")
            try gateway.expect("user", "deny", "owner", "demo::echo")
            #expect(try listed(site, token, "tools").isEmpty)
            #expect(
                try !listed(site, site.token, "tools").contains("demo::echo") && listed(site, site.token, "tools").contains("demo::add"))
            // What is said in words agrees.
            let rights = try array(gateway.expect("user", "rights", "owner", "--denied", "--json"))
            #expect(rights.count == 1 && rights[0]["name"] as? String == "echo" && rights[0]["layer"] as? String == "admin")
            let tested = try gateway.expect("policy", "test", "--user", "ada", "--tool", "demo::add", "--json")
            #expect(tested.contains(#""rule": "denied""#), "\(tested)")
            #expect(try gateway.expect("user", "rights", "ada", "--server", "demo").contains("server 'demo' is denied to user 'ada'"))
            session.http.close()
            // The change of the server started another process.
            try gateway.expect("server", "stop", "demo")
        }
    }

    @Test("levels, hidden things, rights and preferences outlive a restart, and go with the server")
    func restart() throws {
        let gateway = try Gateway()
        let added = try gateway.peta(["server", "add", "demo", "--", PetaBinary.path(), "demo-server"])
        #expect(added.status == 0 && added.stderr.contains("3 tools suggest more care than is taken"), "\(added.stderr)")
        try gateway.expect("user", "add", "ada")
        for words in [
            ["server", "tool", "set", "demo", "crash", "--danger", "approval"], ["server", "tool", "set", "demo", "shrink", "--off"],
            ["server", "tool", "set", "demo", "--prompt", "greet", "--off"],
            ["server", "tool", "set", "demo", "not::there", "--danger", "notify"],
            ["user", "grant", "ada", "demo"], ["user", "deny", "ada", "demo::add"],
        ] { #expect(try gateway.peta(words).status == 0, "\(words)") }
        try gateway.stop()
        let again = try gateway.restarted()
        func tools() throws -> [String: [String: Any]] {
            Dictionary(
                uniqueKeysWithValues: try array(again.expect("server", "tools", "demo", "--json")).map { ($0["name"] as? String ?? "", $0) }
            )
        }
        let crash = try #require(try tools()["demo::crash"])
        #expect(
            crash["danger"] as? String == "approval" && crash["suggestedDanger"] as? String == "approval"
                && crash["exposed"] as? Bool == true)
        #expect(
            try tools()["demo::shrink"]?["exposed"] as? Bool == false && tools()["demo::grow"]?["suggestedDanger"] as? String == "notify")
        let show = try again.expect("server", "show", "demo")
        #expect(show.contains("prompt greet: hidden") && show.contains("tool not::there: exposed, danger notify"), "\(show)")
        #expect(try again.expect("user", "show", "ada").contains("denied: tool demo::add"))
        let rights = try array(again.expect("user", "rights", "ada", "--denied", "--json")).map {
            "\($0["kind"] ?? "") \($0["name"] ?? "") \($0["layer"] ?? "")"
        }
        #expect(rights.sorted() == ["prompt greet server", "tool add admin", "tool shrink server"])
        try again.expect("server", "remove", "demo", "--yes")
        try again.addDemo()
        #expect(try tools()["demo::crash"]?["danger"] as? String == "silent" && tools()["demo::shrink"]?["exposed"] as? Bool == true)
        #expect(try again.expect("server", "show", "demo").contains("hidden") == false)
        #expect(try !again.expect("user", "show", "ada").contains("denied"))
        try again.stop()
    }

    @Test("a change at any layer is told to those whom it concerns, as exactly the lists that changed, once in each era")
    func listChanged() throws {
        try UpstreamSite.run { site in
            let gateway = site.gateway
            let ada = try Ears(site, try site.user("ada", grants: ["demo"]))
            let narrow = try Ears(site, try gateway.token("ada", arguments: ["--tool", "demo::echo"]))
            let bob = try Ears(site, try site.user("bob", grants: ["demo"]))
            let (tools, prompts, resources) = ("tools", "prompts", "resources")
            func done(_ words: String...) throws { #expect(try gateway.peta(words).status == 0, "\(words)") }
            // Of ada alone, and not of a token of hers that never saw it.
            try done("user", "deny", "ada", "demo::add")
            try ada.hear([tools])
            try done("user", "deny", "ada", "demo::greet", "--prompt")
            try ada.hear([prompts])
            try done("user", "deny", "ada", "demo::demo://echo/{text}", "--resource")
            try ada.hear([resources])
            // Nothing that anybody can see: a denial of what is not there, and a level.
            try done("user", "deny", "ada", "demo::nothing")
            try done("server", "tool", "set", "demo", "echo", "--danger", "notify")
            // Of everyone who saw it.
            try done("server", "tool", "set", "demo", "echo", "--off")
            for ears in [ada, narrow, bob] { try ears.hear([tools]) }
            // Of those who still see it.
            try done("server", "tool", "set", "demo", "add", "--off")
            try bob.hear([tools])
            // Of the one that chose.
            #expect(
                try user(site, "PATCH", "/user/preferences", bob.token, #"{"preferences":[{"server":"demo","enabled":false}]}"#).status
                    == 200)
            try bob.hear([tools, prompts, resources])
            // A mark at the end: nobody was told anything else before.
            try done("server", "tool", "set", "demo", "echo", "--on")
            for ears in [ada, narrow] { try ears.hear([tools]) }
            try done("user", "revoke", "ada", "demo")
            try ada.hear([tools, prompts, resources])
            try narrow.hear([tools])
            for ears in [ada, narrow, bob] { ears.close() }
        }
    }

    // MARK: support

    /// One token's streams, in both eras.
    private struct Ears {
        let token: String
        let session: MCPConnection
        let stream: RawHTTP
        let listen: RawHTTP

        init(_ site: UpstreamSite, _ token: String) throws {
            self.token = token
            session = try site.open(token: token)
            stream = try session.openStream()
            listen = try RawHTTP(port: site.port)
            let wanted = #""toolsListChanged":true,"promptsListChanged":true,"resourcesListChanged":true"#
            try ModernRequest("subscriptions/listen", "\"notifications\":{\(wanted)}").send(over: listen, token)
            #expect(try listen.responseHead().status == 200)
            #expect(try listen.message()?["method"] as? String == "notifications/subscriptions/acknowledged")
        }

        /// The next messages are these, in any order, in both eras.
        func hear(_ lists: [String], _ location: SourceLocation = #_sourceLocation) throws {
            for (ear, era) in [(stream, "legacy"), (listen, "modern")] {
                let heard = try lists.map { _ in try ear.message()?["method"] as? String ?? "the end" }
                #expect(heard.sorted() == lists.map { "notifications/\($0)/list_changed" }.sorted(), "\(era)", sourceLocation: location)
            }
        }

        func close() { for http in [session.http, stream, listen] { http.close() } }
    }

    private func array(_ text: String) throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    }

    private func user(_ site: UpstreamSite, _ method: String, _ path: String, _ token: String, _ body: String) throws -> HTTPResponse {
        try UserAPITests.ask(site.port, method, path, token, body)
    }
}
