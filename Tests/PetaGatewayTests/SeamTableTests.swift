import Testing

/// Everything that a client or an administrator can ask for, and whether it reaches a server: what is new has to be entered here, together
/// with the way that it goes.
@Suite("The enforcement seam: what can be asked for") struct SeamTableTests {
    private let sources: [SeamSource]

    init() throws { sources = try SeamSource.all.get() }

    private static let desk = "PetaGateway/Call/CallDesk.swift"

    private func source(_ path: String) throws -> SeamSource {
        try #require(sources.first { $0.path == path }, "\(path) has gone: the table must follow it")
    }

    /// Every place at which a word stands in code, by file.
    private func mentions(_ word: String) -> [String: [Int]] {
        Dictionary(uniqueKeysWithValues: sources.map { ($0.path, $0.places(word)) }).filter { !$1.isEmpty }
    }

    /// Whether what is asked for reaches a server, and so must go through the desk.
    private enum Reach { case server, watch, nothing }

    @Test("every method of the legacy era stands in the table, and those that reach a server go to the desk")
    func legacyMethods() throws {
        try methods(
            of: "PetaGateway/Endpoint/Endpoint+Legacy.swift", "Method",
            [
                "tools/call": ("toolsCall", .server), "prompts/get": ("promptsGet", .server), "resources/read": ("resourcesRead", .server),
                "completion/complete": ("complete", .server), "resources/subscribe": ("subscribe", .watch),
                "resources/unsubscribe": ("unsubscribe", .watch), "tasks/get": ("task", .server), "tasks/result": ("task", .server),
                "tasks/cancel": ("task", .server), "tools/list": ("list", .nothing), "prompts/list": ("list", .nothing),
                "resources/list": ("list", .nothing), "resources/templates/list": ("list", .nothing), "ping": ("ping", .nothing),
                "logging/setLevel": ("setLevel", .nothing),
            ])
    }

    @Test("every method of the modern era stands in the table, and those that reach a server go to the desk")
    func modernMethods() throws {
        try methods(
            of: "PetaGateway/Endpoint/Endpoint+Modern.swift", "ModernMethod",
            [
                "tools/call": ("toolsCall", .server), "prompts/get": ("promptsGet", .server), "resources/read": ("resourcesRead", .server),
                "completion/complete": ("complete", .server), "subscriptions/listen": ("listen", .watch), "tasks/get": ("task", .server),
                "tasks/update": ("task", .server), "tasks/cancel": ("task", .server), "tools/list": ("list", .nothing),
                "prompts/list": ("list", .nothing), "resources/list": ("list", .nothing), "resources/templates/list": ("list", .nothing),
                "server/discover": ("discover", .nothing),
            ])
        // Its arm goes to a function of its own, which has the desk watch.
        let listen = try source("PetaGateway/Endpoint/Endpoint+Listen.swift")
        #expect(listen.places("let", "desk", "=", "CallDesk", "(", "context", ")").count == 1)
        #expect(try listen.places("desk", ".", "watch", "(").filter(listen.function("listen").contains).count == 1)
    }

    private func methods(of path: String, _ kind: String, _ table: [String: (name: String, reach: Reach)]) throws {
        let endpoint = try source(path)
        var found: [String: String] = [:]
        for place in endpoint.places("name", ".", "equals", "(") {
            let text = try #require(endpoint.literal(place + 4))
            let set = try #require(endpoint.places("self", "=", ".").first { $0 > place })
            found[text] = endpoint.word(set + 3)
        }
        #expect(found == table.mapValues(\.name))
        // Its cases are those of the table, and each arm of the switch that serves them is of the kind that it says.
        let cases = try endpoint.enumCases(kind)
        #expect(cases == Set(table.values.map(\.name)))
        let reach = Dictionary(table.values.map { ($0.name, $0.reach) }) { first, _ in first }
        let arms = try endpoint.switchArms("method", in: "serve")
        #expect(Set(arms.keys) == cases.union(["nil"]))
        for (name, words) in arms {
            let text = words.joined()
            switch reach[name] {
            case .server: #expect(text.contains("CallDesk(context).call("), "\(name)")
            case .watch: #expect(text.contains(":CallDesk(context).watch(") || text.contains(":listen("), "\(name)")
            case .nothing, nil: #expect(!words.contains("CallDesk"), "\(name)")
            }
        }
    }

    @Test("what else is told apart by a method's name stands in the table")
    func otherMethods() throws {
        let others = sources.filter { $0.room == "PetaGateway" }
            .flatMap { source in source.places("method", ".", "equals", "(").compactMap { source.literal($0 + 4) } }
        #expect(Set(others) == ["initialize", "notifications/cancelled", "notifications/roots/list_changed"])
        // Members of a batch go the way of single messages.
        let batch = try source("PetaGateway/Endpoint/Endpoint+Batch.swift")
        #expect(batch.places("take", "(", "one", ",", "scan", ",", "session", ",", "principal", ",").count == 1)
    }

    @Test("the desk is entered by those in the table alone, and it knows no kind that is not in it")
    func deskEntries() throws {
        let entries = mentions("CallDesk").mapValues(\.count)
        #expect(
            entries == [
                Self.desk: 1, "PetaGateway/Call/CallDesk+Watch.swift": 1, "PetaGateway/Endpoint/Endpoint+Legacy.swift": 7,
                "PetaGateway/Endpoint/Endpoint+Modern.swift": 5, "PetaGateway/Endpoint/Endpoint+Listen.swift": 1,
                "PetaGateway/Endpoint/TestCall.swift": 1,
                // Only describes what it records.
                "PetaGateway/Call/ApprovalTask.swift": 1,
                // An approved call, which goes the whole way.
                "PetaGateway/Call/ApprovedRun.swift": 1,
            ])
        #expect(
            try source("PetaGateway/Call/ForwardedCall.swift").enumCases("Kind") == [
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
            try source("PetaGateway/Catalog/Target.swift").storedNames("Target") == [
                "server", "canonical", "name", "quoted", "mayRepeat", "mayBeTask", "headers", "annotations",
                "definition", "kind",
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
        let table: [String: Reach] = [
            "/health": .nothing, "/mcp": .server, "/user": .nothing, "/user/capabilities": .nothing, "/user/preferences": .nothing,
            "/user/sessions": .nothing,
        ]
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
        #expect(try head.enumCases("Method") == ["post", "get", "delete"])
    }

    @Test("every route of the admin socket stands in the table, and the one that calls a tool goes to the desk")
    func adminRoutes() throws {
        let table: [String: Reach] = [
            "GET /v1/status": .nothing, "GET /v1/servers": .nothing, "POST /v1/servers": .nothing, "GET /v1/servers/{id}": .nothing,
            "PATCH /v1/servers/{id}": .nothing, "DELETE /v1/servers/{id}": .nothing, "POST /v1/servers/{id}/": .nothing,
            "GET /v1/servers/{id}/tools": .nothing, "GET /v1/servers/{id}/capabilities": .nothing,
            "PUT /v1/servers/{id}/capabilities": .nothing, "POST /v1/servers/{id}/call": .server, "GET /v1/servers/{id}/logs": .nothing,
            "GET /v1/tools/which": .nothing, "GET /v1/users": .nothing, "POST /v1/users": .nothing, "GET /v1/users/{id}": .nothing,
            "PATCH /v1/users/{id}": .nothing,
            "DELETE /v1/users/{id}": .nothing, "POST /v1/users/{id}/enable": .nothing, "POST /v1/users/{id}/disable": .nothing,
            "GET /v1/users/{id}/rights": .nothing, "POST /v1/users/{id}/allow": .nothing, "POST /v1/users/{id}/deny": .nothing,
            "POST /v1/users/{id}/revoke": .nothing, "PUT /v1/users/{id}/grants/{server}": .nothing,
            "DELETE /v1/users/{id}/grants/{server}": .nothing,
            "POST /v1/users/{id}/tokens": .nothing, "GET /v1/tokens": .nothing, "DELETE /v1/tokens/{id}": .nothing,
            "GET /v1/secrets": .nothing, "PUT /v1/secrets/{name}": .nothing, "GET /v1/secrets/{name}": .nothing,
            "DELETE /v1/secrets/{name}": .nothing, "GET /v1/audit/tail": .nothing, "GET /v1/audit/query": .nothing,
            "POST /v1/audit/verify": .nothing, "GET /v1/policies": .nothing, "POST /v1/policies": .nothing,
            "GET /v1/policies/{name}": .nothing, "DELETE /v1/policies/{name}": .nothing, "GET /v1/policies/{name}/history": .nothing,
            "POST /v1/policies/{name}/archive": .nothing, "POST /v1/policy/lint": .nothing, "POST /v1/policy/test": .nothing,
            "GET /v1/servers/{id}/policy": .nothing, "GET /v1/servers/{id}/changes": .nothing,
            "GET /v1/servers/{id}/findings": .nothing, "POST /v1/servers/{id}/accept": .nothing,
            "GET /v1/network": .nothing, "POST /v1/network/allow": .nothing,
            "DELETE /v1/network/allow": .nothing, "PUT /v1/network/mode": .nothing,
            "GET /v1/approvals": .nothing, "GET /v1/approvals/watch": .nothing, "GET /v1/approvals/{id}": .nothing,
            "POST /v1/approvals/{id}/allow": .nothing, "POST /v1/approvals/{id}/deny": .nothing,
            "POST /v1/policy/diff": .nothing, "GET /v1/why/{call}": .nothing,
            "GET /v1/audit/anchor": .nothing,
            "GET /v1/audit/export": .nothing,
            "GET /v1/audit/summary": .nothing,
            "GET /v1/audit/webhook": .nothing,
            "GET /v1/config": .nothing,
            "GET /v1/vault": .nothing,
            "POST /v1/audit/anchor": .nothing,
            "POST /v1/audit/webhook/test": .nothing,
            "POST /v1/config/reload": .nothing,
            "POST /v1/vault/rotate": .nothing,
            "POST /v1/vault/seal": .nothing,
            "POST /v1/vault/unseal": .nothing,
            "PUT /v1/vault/key": .nothing,
            "GET /v1/log/levels": .nothing,
            "PUT /v1/log/levels": .nothing, "DELETE /v1/log/levels": .nothing,
            "GET /v1/backups": .nothing, "POST /v1/backups": .nothing, "GET /v1/backups/{id}": .nothing, "GET /v1/doctor": .nothing,
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
                "isLive", "send", "redaction", "secrets", "wake", "enter", "leave", "era", "noteAsking", "noteQuiet", "dedicated", "retire",
                "rootsChanged",
                "relist", "keepAwake", "callTimedOut", "callAnswered", "onNotification",
            ],
            "PetaDownstream/Life/Servers.swift": [
                "onNotification", "onTurnover", "load", "table", "startEager", "ids", "report", "add", "update", "remove", "start", "stop",
                "logs",
                "setLogLevel", "shutDown", "watch", "unwatch", "onToolChange",
            ],
            "PetaDownstream/Life/Servers+Pins.swift": ["integrity", "differences", "accept"],
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
        for word in ["Link", "PromiseExchange", "ListenExchange", "EventStreamExchange", "ManagedServer", "StdioLink", "HTTPLink"] {
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
}
