import Testing

/// Nothing of a client reaches a server but through the seam. The compiler keeps most of that; this reads the sources
/// for the rest, and has a table in which everything that a client or an administrator can ask for must stand.
@Suite("The enforcement seam in the sources") struct SeamTests {
    private let sources: [SeamSource]

    init() throws { sources = try SeamSource.all.get() }

    private static let seam = "PetaGateway/Seam/Seam.swift"
    private static let forwarded = "PetaGateway/Call/ForwardedCall.swift"
    private static let desk = "PetaGateway/Call/CallDesk.swift"
    private static let callExchange = "PetaGateway/Call/CallExchange.swift"
    private static let cleared = "PetaDownstream/Link/ClearedExchange.swift"

    private func source(_ path: String) throws -> SeamSource {
        try #require(sources.first { $0.path == path }, "\(path) has gone: the table must follow it")
    }

    /// Every place at which a word stands in code, by file.
    private func mentions(_ word: String) -> [String: [Int]] {
        Dictionary(uniqueKeysWithValues: sources.map { ($0.path, $0.places(word)) }).filter { !$1.isEmpty }
    }

    @Test("the sources are found")
    func found() {
        #expect(sources.count > 200)
        #expect(Set(sources.map(\.room)).isSuperset(of: ["PetaGateway", "PetaDownstream", "PetaDaemon", "PetaAdmin", "PetaWire"]))
        #expect(sources.allSatisfy { !$0.tokens.isEmpty })
    }

    // MARK: who makes what

    @Test("only the seam makes a clearance")
    func clearance() throws {
        // Where the type may be named, and as what.
        let allowed = ["PetaDownstream/Model/Clearance.swift": 1, Self.cleared: 1, Self.seam: 5, Self.forwarded: 1, Self.callExchange: 1]
        let found = mentions("Clearance")
        #expect(found.mapValues(\.count) == allowed, "somebody else names Clearance")
        for (path, places) in found where path != Self.seam {
            let source = try source(path)
            for place in places {
                let next = source.word(place + 1)
                #expect(next != "(" && next != ".", "\(source.line(place)) makes or takes apart a Clearance")
                #expect(
                    !["typealias", "extension", "="].contains(source.word(place - 1)), "\(source.line(place)) gives Clearance another name")
            }
        }
        let seam = try source(Self.seam)
        #expect(seam.places("Clearance", "(", "intent", ":").count == 3)
        for source in sources {
            for place in source.places("init", "(", "intent", ":") where source.word(place - 1) == "." {
                Issue.record("\(source.line(place)) makes a Clearance without naming it")
            }
        }
        let model = try source("PetaDownstream/Model/Clearance.swift")
        #expect(model.places("~", "Copyable").count == 1, "a clearance can be copied")
    }

    @Test("only a forwarded call makes an exchange that may go out, and it goes out by its handle")
    func exchanges() throws {
        #expect(
            mentions("ClearedExchange").mapValues(\.count) == [
                Self.cleared: 1, Self.callExchange: 1, "PetaDownstream/Life/ServerHandle.swift": 1,
            ],
            "somebody else names ClearedExchange")
        let handle = try source("PetaDownstream/Life/ServerHandle.swift")
        #expect(handle.places("func", "send", "(", "_", "exchange", ":", "ClearedExchange", ")").count == 1)
        #expect(handle.places("func", "send").count == 1)
        #expect(
            mentions("CallExchange").mapValues(\.count) == [Self.callExchange: 1, Self.forwarded: 2], "somebody else names CallExchange")
        let call = try source(Self.callExchange)
        #expect(call.places("final", "class", "CallExchange", ":", "ClearedExchange").count == 1)
        // The other initializer would make one without a clearance.
        #expect(call.places("super", ".", "init", "(", "clearance").count == 1 && call.places("super", ".", "init").count == 1)
        let forwarded = try source(Self.forwarded)
        #expect(forwarded.places("CallExchange", "(", "clearance", ",").count == 1 && forwarded.places("CallExchange", "(").count == 1)
    }

    @Test("nothing outside of the downstream room sends, but to whom the table says")
    func sending() throws {
        let table: Set<String> = [
            "PetaGateway/Call/ForwardedCall.swift: handle.send",  // The one way to a server.
            "PetaGateway/Resume/SessionStreams.swift: sink.send",  // To the client, on a stream of its session.
            "PetaAdminAPI/Client/AdminClient.swift: live.send",  // The command line to the daemon.
            "PetaAdminAPI/Client/UnixConnection.swift: Glibc.send",  // send(2) on the admin socket.
        ]
        var found: Set<String> = []
        for source in sources where source.room != "PetaDownstream" {
            for place in source.places("send") where source.word(place - 1) == "." {
                var before = place - 2
                if ["?", "!"].contains(source.word(before)) { before -= 1 }
                found.insert("\(source.path): \(source.word(before)).send")
            }
            for word in [
                "Link", "LinkOwner", "StdioLink", "HTTPLink", "HTTPPool", "HTTPConnection", "PromiseExchange", "EventStreamExchange",
                "ExchangeCarrier",
            ] {
                for place in source.places(word) { Issue.record("\(source.line(place)) reaches for \(word)") }
            }
            for place in source.places("Exchange", "(") { Issue.record("\(source.line(place)) makes an Exchange") }
            for place in source.places(":", "Exchange") where source.places("class").contains(where: { $0 < place && place - $0 < 4 }) {
                Issue.record("\(source.line(place)) is an Exchange that nobody cleared")
            }
        }
        #expect(found == table)
        #expect(try source(Self.forwarded).places("handle", ".", "send", "(").count == 1)
    }

    // MARK: who asks the seam

    @Test("the seam is asked where the table says, and nowhere else")
    func seam() throws {
        let uses = [
            "maySee": ["PetaGateway/Loop/Snapshot.swift"], "decide": [Self.desk, Self.forwarded], "clear": [Self.forwarded],
            "again": [Self.forwarded],
        ]
        let declared = try source(Self.seam)
        let functions = Set(declared.places("static", "func").map { declared.word($0 + 2) })
        #expect(functions == Set(uses.keys), "the seam has other functions: say here who may call them")
        var calls: [String: [String]] = [:]
        for source in sources where source.path != Self.seam {
            for place in source.places("Seam") {
                #expect(source.word(place + 1) == ".", "\(source.line(place)) gives the seam another name")
                calls[source.word(place + 2), default: []].append(source.path)
            }
        }
        #expect(calls == uses)
        #expect(declared.places("enum", "Seam").count == 1 && sources.allSatisfy { $0.places("extension", "Seam").isEmpty })
    }

    @Test("a forwarded call is made in one place, behind the decision and behind the end of what is denied")
    func desk() throws {
        for source in sources where source.path != Self.desk {
            for place in source.places("ForwardedCall") {
                let next = source.word(place + 1)
                let isPart = next == "." && ["Kind", "Replacement"].contains(source.word(place + 2))
                #expect(next != "(" && (next != "." || isPart), "\(source.line(place)) makes a ForwardedCall")
                #expect(
                    source.word(place - 1) != "=" && source.word(place - 1) != ":" || source.word(place - 2) != "class",
                    "\(source.line(place))")
            }
        }
        for source in sources where source.room == "PetaGateway" {
            for place in source.places("init", "(", "context", ":") where source.word(place - 1) == "." {
                Issue.record("\(source.line(place)) may make a ForwardedCall without naming it")
            }
            #expect(source.places("typealias").allSatisfy { !["ForwardedCall", "CallDesk", "Seam"].contains(source.word($0 + 3)) })
        }
        let desk = try source(Self.desk)
        let made = desk.places("ForwardedCall", "(")
        let decided = desk.places("if", "case", ".", "deny", "(", "let", "rule", ")", "=", "Seam", ".", "decide", "(")
        try #require(made.count == 1 && decided.count == 1)
        #expect(decided[0] < made[0])
        // One function holds both, the decision stands at its own level, and what is denied leaves it.
        let function = try #require(desk.places("func").last { $0 < decided[0] })
        #expect(desk.word(function + 1) == "call")
        let body = try #require(desk.tokens.indices.first { $0 > desk.closing(function + 2) - 1 && desk.word($0) == "{" })
        #expect(body < decided[0] && made[0] < desk.closing(body))
        #expect(depth(desk, body, decided[0]) == 1 && depth(desk, body, made[0]) == 1)
        let branch = try #require(desk.tokens.indices.first { $0 > desk.closing(decided[0] + 12) - 1 && desk.word($0) == "{" })
        #expect(desk.word(branch + 1) == "return" && desk.word(branch + 2) == "deny" && desk.closing(branch) < made[0])
        #expect(desk.places(".", "start", "(").filter { $0 < desk.closing(body) && $0 > body }.count == 1)
        // What was decided on is what is sent to: nothing comes in between that could change the server.
        #expect(desk.places("Seam", ".", "decide", "(", "principal", ",", "resolved", ".", "server", ")").count == 1)
        #expect(desk.places("server", ":", "resolved", ".", "server").filter { $0 > made[0] }.count == 1)
        #expect(desk.places("let", "resolved", ":", "Resolved").count == 1 && desk.places("resolved", ".", "server", "=").isEmpty)
    }

    /// How many braces are open at `place`, counted from `start`.
    private func depth(_ source: SeamSource, _ start: Int, _ place: Int) -> Int {
        (start..<place).reduce(0) { $0 + (source.word($1) == "{" ? 1 : source.word($1) == "}" ? -1 : 0) }
    }

    @Test("leave is asked for once a call, before anything goes out")
    func order() throws {
        let call = try source(Self.forwarded)
        let leave = try #require(call.places("Seam", ".", "clear", "(").first)
        let again = try #require(call.places("Seam", ".", "again", "(").first)
        let sent = try #require(call.places("handle", ".", "send", "(").first)
        #expect(leave < again && again < sent)
        // After a wait it is decided anew, and what is not allowed then leaves the function.
        let decided = try #require(call.places("case", ".", "allow", "=", "Seam", ".", "decide", "(", "current", ",", "server", ")").first)
        let function = try #require(call.places("func").last { $0 < leave })
        #expect(function < decided && decided < leave && call.places("func").last { $0 < sent } == function)
        let refused = try #require(call.tokens.indices.first { $0 > decided && call.word($0) == "{" })
        #expect(call.word(refused - 1) == "else" && call.closing(refused) < leave)
        #expect(call.places("guard").last { $0 < decided }.map { call.tokens[$0].line } == call.tokens[decided].line)
        // Only what stands in its slot already may go out again.
        let test = try #require(call.places("if", "slot", "<", "0", "{").first)
        let first = call.closing(test + 4)
        #expect(test < leave && leave < first && again > first)
        #expect(call.word(first) == "else" && again < call.closing(first + 1))
    }

    // MARK: the table

    /// Whether what is asked for reaches a server, and so must go through the desk.
    private enum Reach { case server, nothing }

    @Test("every method of the endpoint stands in the table, and those that reach a server go to the desk")
    func methods() throws {
        let table: [String: (name: String, reach: Reach)] = [
            "tools/call": ("toolsCall", .server), "prompts/get": ("promptsGet", .server), "resources/read": ("resourcesRead", .server),
            "completion/complete": ("complete", .server), "tools/list": ("list", .nothing), "prompts/list": ("list", .nothing),
            "resources/list": ("list", .nothing), "resources/templates/list": ("list", .nothing), "ping": ("ping", .nothing),
            "logging/setLevel": ("setLevel", .nothing),
        ]
        let endpoint = try source("PetaGateway/Endpoint/Endpoint.swift")
        var found: [String: String] = [:]
        for place in endpoint.places("name", ".", "equals", "(") {
            let text = try #require(endpoint.literal(place + 4))
            let set = try #require(endpoint.places("self", "=", ".").first { $0 > place })
            found[text] = endpoint.word(set + 3)
        }
        #expect(found == table.mapValues(\.name))
        // Its cases are those of the table, and each arm of the switch that serves them is of the kind that it says.
        let cases = try enumCases(endpoint, "Method")
        #expect(cases == Set(table.values.map(\.name)))
        let reach = Dictionary(table.values.map { ($0.name, $0.reach) }) { first, _ in first }
        let arms = try switchArms(endpoint, "method")
        #expect(Set(arms.keys) == cases.union(["nil"]))
        for (name, words) in arms {
            let toDesk = words.contains("CallDesk")
            #expect(toDesk == (reach[name] == .server), "\(name)")
        }
        // What else is told apart by a method's name.
        let others = sources.filter { $0.room == "PetaGateway" }
            .flatMap { source in source.places("method", ".", "equals", "(").compactMap { source.literal($0 + 4) } }
        #expect(Set(others) == ["initialize", "notifications/cancelled"])
    }

    @Test("the desk is entered by those in the table alone, and it knows no kind that is not in it")
    func deskEntries() throws {
        let entries = mentions("CallDesk").mapValues(\.count)
        #expect(entries == [Self.desk: 1, "PetaGateway/Endpoint/Endpoint.swift": 4, "PetaGateway/Endpoint/TestCall.swift": 1])
        #expect(
            try enumCases(try source(Self.forwarded), "Kind") == [
                "toolCall", "promptGet", "resourceRead", "completion", "taskGet", "taskResult", "taskUpdate", "taskCancel",
            ])
        // Whose a request is, is found in three ways; a tool of the gateway's own would be a fourth and must be entered here
        // together with whether it reaches a server.
        let desk = try source(Self.desk)
        #expect(desk.places("->", "Resolved").isEmpty)
        let finders = desk.places("-", ">", "Resolved", "?").compactMap { end in
            desk.places("func").last { $0 < end }.map { desk.word($0 + 1) }
        }
        #expect(Set(finders) == ["named", "located", "referred", "begun"])
        #expect(
            try storedNames(try source("PetaGateway/Catalog/Target.swift"), "Target") == [
                "server", "canonical", "name", "quoted", "mayRepeat", "mayBeTask", "headers",
            ])
        #expect(
            sources.flatMap { source in source.places("Target", "(").map { _ in source.path } } == ["PetaGateway/Catalog/Catalog.swift"])
        let native: [String: Reach] = [:]
        let ownTools = sources.filter { ["PetaGateway", "PetaDaemon"].contains($0.room) }
            .flatMap { source in source.tokens.filter { $0.kind == .word && $0.text.lowercased().contains("nativetool") }.map(\.text) }
        #expect(Set(ownTools) == Set(native.keys), "a tool of the gateway's own is not in the table")
    }

    @Test("every route of the listener stands in the table")
    func routes() throws {
        let table: [String: Reach] = ["/health": .nothing, "/mcp": .server]
        var found: Set<String> = []
        for source in sources where source.room == "PetaGateway" {
            for place in source.places("router", ".") {
                let verb = source.word(place + 2)
                guard verb != "buildResponder" else { continue }
                let path = source.literal(place + 4)
                #expect(
                    path != nil && source.word(place + 3) == "(", "\(source.line(place)) adds routes in a way that this test does not know")
                found.insert(path ?? "")
            }
            for word in ["Router", "RouterBuilder", "addMiddleware", "RouteCollection", "addRoutes"] {
                for place in source.places(word) where source.path != "PetaGateway/HTTP/CodecSide.swift" {
                    Issue.record("\(source.line(place)) has a router of its own")
                }
            }
        }
        #expect(found == Set(table.keys))
        // The byte-level reader serves one path, and whatever it takes goes to the endpoint.
        let head = try source("PetaWire/HTTP/RequestHead.swift")
        #expect(head.tokens.contains { $0.kind == .text && $0.text == "/mcp" })
        for source in sources where source.room == "PetaGateway" {
            for place in source.places("RequestHead", ".", "read", "(") {
                #expect(source.word(place + 4) == "$" && source.closing(place + 3) == place + 7, "\(source.line(place)) reads another path")
            }
        }
        #expect(try enumCases(head, "Method") == ["post", "get", "delete"])
    }

    @Test("every route of the admin socket stands in the table, and the one that calls a tool goes to the desk")
    func adminRoutes() throws {
        let table: [String: Reach] = [
            "GET /v1/status": .nothing, "GET /v1/servers": .nothing, "POST /v1/servers": .nothing, "GET /v1/servers/{id}": .nothing,
            "PATCH /v1/servers/{id}": .nothing, "DELETE /v1/servers/{id}": .nothing, "POST /v1/servers/{id}/": .nothing,
            "GET /v1/servers/{id}/tools": .nothing, "POST /v1/servers/{id}/call": .server, "GET /v1/servers/{id}/logs": .nothing,
            "GET /v1/tools/which": .nothing, "GET /v1/users": .nothing, "POST /v1/users": .nothing, "GET /v1/users/{id}": .nothing,
            "DELETE /v1/users/{id}": .nothing, "POST /v1/users/{id}/enable": .nothing, "POST /v1/users/{id}/disable": .nothing,
            "PUT /v1/users/{id}/grants/{server}": .nothing, "DELETE /v1/users/{id}/grants/{server}": .nothing,
            "POST /v1/users/{id}/tokens": .nothing, "GET /v1/tokens": .nothing, "DELETE /v1/tokens/{id}": .nothing,
            "GET /v1/secrets": .nothing, "PUT /v1/secrets/{name}": .nothing, "GET /v1/secrets/{name}": .nothing,
            "DELETE /v1/secrets/{name}": .nothing, "GET /v1/audit/tail": .nothing, "GET /v1/audit/query": .nothing,
            "POST /v1/audit/verify": .nothing,
        ]
        var found: Set<String> = []
        var verbs: Set<String> = []
        for source in sources where source.room == "PetaAdmin" {
            for place in source.places("AdminRoute", "(") {
                let method = try #require(source.literal(place + 2), "\(source.line(place))")
                let path = try #require(source.literal(place + 4), "\(source.line(place))")
                found.insert("\(method) \(path)")
            }
            for place in source.places("act", "(") { if let verb = source.literal(place + 2) { verbs.insert(verb) } }
        }
        #expect(found == Set(table.keys))
        #expect(verbs == ["start", "stop", "restart", "enable", "disable"])
        // A call by hand comes to the desk by one way.
        #expect(mentions("testCall").mapValues(\.count) == ["PetaGateway/Gateway.swift": 1, "PetaDaemon/ServerAdministration.swift": 1])
        #expect(mentions("TestCall").mapValues(\.count) == ["PetaGateway/Gateway.swift": 1, "PetaGateway/Endpoint/TestCall.swift": 2])
    }

    @Test("what the downstream room lets others do with a server stands in the table")
    func doors() throws {
        let table: [String: Set<String>] = [
            "PetaDownstream/Life/ServerHandle.swift": [
                "isLive", "send", "redaction", "wake", "enter", "leave", "era", "noteAsking", "dedicated", "retire", "rootsChanged",
                "relist", "keepAwake",
            ],
            "PetaDownstream/Life/Servers.swift": [
                "onNotification", "load", "table", "startEager", "ids", "report", "add", "update", "remove", "start", "stop", "logs",
                "setLogLevel", "shutDown", "watch", "unwatch",
            ],
            "PetaDownstream/Link/Exchange.swift": ["answered", "notified", "ended", "opened", "end", "abandon", "asked", "respond"],
        ]
        for (path, expected) in table {
            let source = try source(path)
            let open = source.places("func").filter { place in
                // The words before it on its line.
                let line = source.tokens[place].line
                return source.tokens[..<place].reversed().prefix { $0.line == line }.contains {
                    ["package", "public", "open"].contains($0.text)
                }
            }
            #expect(Set(open.map { source.word($0 + 1) }) == expected, "\(path)")
        }
        // Links are made and held inside of the room alone.
        for word in ["Link", "PromiseExchange", "ManagedServer", "StdioLink", "HTTPLink"] {
            for source in sources where source.room == "PetaDownstream" {
                for place in source.places(word) where ["class", "protocol", "actor", "struct"].contains(source.word(place - 1)) {
                    let line = source.tokens[place].line
                    let before = source.tokens[..<place].reversed().prefix { $0.line == line }.map(\.text)
                    #expect(
                        !before.contains { ["package", "public", "open"].contains($0) },
                        "\(source.line(place)) opens \(word) to other rooms")
                }
            }
        }
    }

    // MARK: reading declarations

    /// Names of the cases that an enum declares itself.
    private func enumCases(_ source: SeamSource, _ name: String) throws -> Set<String> {
        let start = try #require(source.places("enum", name).first, "\(source.path) has no \(name)")
        let body = try #require(source.tokens.indices.first { $0 > start && source.word($0) == "{" })
        let end = source.closing(body)
        var names: Set<String> = []
        for place in source.places("case") where place > body && place < end && depth(source, body, place) == 1 {
            var at = place + 1
            while true {
                names.insert(source.word(at))
                at += 1
                if source.word(at) == "(" { at = source.closing(at) }
                guard source.word(at) == "," else { break }
                at += 1
            }
        }
        return names
    }

    /// The words of each arm of the one `switch` over `subject` whose arms are simple patterns.
    private func switchArms(_ source: SeamSource, _ subject: String) throws -> [String: [String]] {
        let places = source.places("switch", subject, "{")
        try #require(places.count == 1, "\(source.path) has not one switch over \(subject)")
        let body = places[0] + 2
        let end = source.closing(body)
        #expect(source.places("default", ":").allSatisfy { $0 < body || $0 > end }, "a default would hide what is new")
        let starts = source.places("case").filter { $0 > body && $0 < end && depth(source, body, $0) == 1 }
        var arms: [String: [String]] = [:]
        for (start, stop) in zip(starts, starts.dropFirst() + [end]) {
            let name = source.word(start + 1) == "." ? source.word(start + 2) : source.word(start + 1)
            arms[name] = (start..<stop).map { source.word($0) }
        }
        return arms
    }

    /// Names of the stored properties of a class.
    private func storedNames(_ source: SeamSource, _ name: String) throws -> Set<String> {
        let start = try #require(source.places("class", name).first)
        let body = try #require(source.tokens.indices.first { $0 > start && source.word($0) == "{" })
        return Set(
            (source.places("let") + source.places("var")).filter { $0 > body && $0 < source.closing(body) && depth(source, body, $0) == 1 }
                .map { source.word($0 + 1) })
    }

    // MARK: the reader itself

    @Test("the reader of sources takes no comment and no text for code, and no code for text")
    func lexer() {
        let text = #"""
            // Clearance(
            /* Clearance( /* nested */ Clearance( */
            let a = "Clearance(\(Seam.clear(x))Clearance(" + #"\"Clearance(\(no)"# + Clearance(intent: 1)
            let b = """
              Clearance( "quoted" \(Seam.again(1))
              """
            `init`(c) // Clearance(
            """#
        let source = SeamSource(path: "A/b.swift", text: text)
        #expect(source.places("Clearance", "(").count == 1)
        #expect(source.places("Seam", ".", "clear", "(").count == 1 && source.places("Seam", ".", "again", "(").count == 1)
        #expect(source.places("init", "(").count == 1)
        #expect(source.tokens.last?.line == 7 && source.room == "A")
        #expect(source.tokens.filter { $0.kind == .text }.count == 3)
    }
}
