import Testing

/// Nothing of a client reaches a server but through the seam. The compiler keeps most of that; this reads the sources
/// for the rest. What a client or an administrator can ask for stands in the tables of `SeamTableTests`.
@Suite("The enforcement seam in the sources") struct SeamTests {
    private let sources: [SeamSource]

    init() throws { sources = try SeamSource.all.get() }

    private static let seam = "PetaGateway/Seam/Seam.swift"
    private static let forwarded = "PetaGateway/Call/ForwardedCall.swift"
    private static let desk = "PetaGateway/Call/CallDesk.swift"
    private static let callExchange = "PetaGateway/Call/CallExchange.swift"
    private static let parked = "PetaGateway/Call/ParkedCall.swift"
    private static let asking = "PetaGateway/Call/ForwardedCall+Asking.swift"
    private static let approving = "PetaGateway/Call/ForwardedCall+Approval.swift"
    private static let watching = "PetaGateway/Call/CallDesk+Watch.swift"
    private static let gateway = "PetaGateway/Gateway.swift"
    private static let streams = "PetaDownstream/Link/StreamDesk.swift"
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
        let allowed = [
            "PetaDownstream/Model/Clearance.swift": 1, Self.cleared: 1, Self.seam: 5, Self.forwarded: 1, Self.callExchange: 1,
            Self.parked: 1,
        ]
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
                Self.cleared: 1, Self.callExchange: 1, "PetaDownstream/Life/ServerHandle.swift": 1, Self.streams: 3,
            ],
            "somebody else names ClearedExchange")
        // There it only tells the calls of clients from the gateway's own.
        #expect(try source(Self.streams).places("is", "ClearedExchange").count == 3)
        let handle = try source("PetaDownstream/Life/ServerHandle.swift")
        #expect(handle.places("func", "send", "(", "_", "exchange", ":", "ClearedExchange", ")").count == 1)
        #expect(handle.places("func", "send").count == 1)
        #expect(
            mentions("CallExchange").mapValues(\.count) == [Self.callExchange: 1, Self.forwarded: 2, Self.parked: 3],
            "somebody else names CallExchange")
        let call = try source(Self.callExchange)
        #expect(call.places("final", "class", "CallExchange", ":", "ClearedExchange").count == 1)
        // The other initializer would make one without a clearance.
        #expect(call.places("super", ".", "init", "(", "clearance").count == 1 && call.places("super", ".", "init").count == 1)
        let forwarded = try source(Self.forwarded)
        #expect(forwarded.places("CallExchange", "(", "clearance", ",").count == 1 && forwarded.places("CallExchange", "(").count == 1)
        #expect(try source(Self.parked).places("CallExchange", "(").isEmpty)
    }

    @Test("nothing outside of the downstream room sends, but to whom the table says")
    func sending() throws {
        let table: Set<String> = [
            "PetaGateway/Call/ForwardedCall.swift: way.send",  // The one way to a server.
            "PetaGateway/Call/ForwardedCall.swift: self.send",  // Its own function, which asks for leave first.
            "PetaGateway/Resume/SessionStreams.swift: sink.send",  // To the client, on a stream of its session.
            "PetaGateway/Session/Listener.swift: stream.send",  // To the client, on its listen.
            "PetaAdminAPI/Client/AdminClient.swift: live.send",  // The command line to the daemon.
            "PetaAdminAPI/Client/UnixConnection.swift: Glibc.send",  // send(2) on the admin socket.
            "PetaCommands/Bridge/Bridge.swift: exchange.send",  // `peta mcp-stdio`, a client of the gateway.
            "PetaCommands/Bridge/Exchange.swift: Glibc.send",  // send(2) to the gateway.
            // Between the threads of the reviewer's terminal.
            "PetaCommands/Support/SocketPair.swift: Glibc.send", "PetaCommands/Approve/Review/ApprovalFeed.swift: SocketPair.send",
            "PetaCommands/Approve/Review/ApprovalDesk.swift: SocketPair.send",
        ]
        var found: Set<String> = []
        for source in sources where source.room != "PetaDownstream" { found.formUnion(receivers("send", source)) }
        #expect(found == table)
        #expect(try source(Self.forwarded).places("way", ".", "send", "(").count == 1)
        // Only these can name anything of the downstream room at all.
        let near = Set(sources.filter { !$0.places("import", "PetaDownstream").isEmpty }.map(\.room))
        #expect(near == ["PetaGateway", "PetaDaemon"])
        for source in sources where near.contains(source.room) {
            for word in [
                "Link", "LinkOwner", "StdioLink", "HTTPLink", "HTTPPool", "HTTPConnection", "PromiseExchange", "EventStreamExchange",
                "ListenExchange", "ExchangeCarrier",
            ] {
                for place in source.places(word) { Issue.record("\(source.line(place)) reaches for \(word)") }
            }
            for place in source.places("Exchange", "(") { Issue.record("\(source.line(place)) makes an Exchange") }
            for place in source.places(":", "Exchange") where source.places("class").contains(where: { $0 < place && place - $0 < 4 }) {
                Issue.record("\(source.line(place)) is an Exchange that nobody cleared")
            }
        }
    }

    /// Whose `name` is called in a source, each with its file.
    private func receivers(_ name: String, _ source: SeamSource) -> Set<String> {
        var found: Set<String> = []
        for place in source.places(name) where source.word(place - 1) == "." {
            var before = place - 2
            if ["?", "!"].contains(source.word(before)) { before -= 1 }
            found.insert("\(source.path): \(source.word(before)).\(name)")
        }
        return found
    }

    @Test("servers are answered only on the exchange that they asked on, by the call that owns it or by what holds it")
    func responding() throws {
        let table: Set<String> = [
            "\(Self.asking): exchange.respond", "\(Self.parked): exchange.respond",
            "PetaGateway/HTTP/CodecSide.swift: responder.respond",  // To the client.
            "PetaGateway/HTTP/CodecSide.swift: route.respond",  // To the client.
            "PetaGateway/HTTP/CodecSide.swift: user.respond",  // To the user, by the user API.
        ]
        var found: Set<String> = []
        for source in sources where ["PetaGateway", "PetaDaemon"].contains(source.room) { found.formUnion(receivers("respond", source)) }
        #expect(found == table)
        let asking = try source(Self.asking)
        #expect(Set(asking.places("exchange", ".", "respond", "(").map(asking.function(around:))) == ["respond"])
        let answered = asking.places("ask", ".", "exchange", "?", ".", "respond", "(")
        #expect(answered.map(asking.function(around:)) == ["take"])
        // What a question came on is noted where it comes, and nowhere else.
        #expect(
            sources.filter { $0.room == "PetaGateway" }.flatMap { source in
                source.places("ask", ".", "exchange", "=").map { _ in source.path }
            } == [Self.asking])
        let parked = try source(Self.parked)
        #expect(Set(parked.places("exchange", ".", "respond", "(").map(parked.function(around:))) == ["resume", "asked"])
        // Nothing of a client goes out so but what answers a question that is open.
        let take = try asking.function("take")
        let open = try #require(asking.places("guard", "let", "index", "=", "asking", ".", "open").first)
        #expect(take.contains(open) && answered.allSatisfy { $0 > open })
        let resume = try parked.function("resume")
        let asked = try #require(parked.places("for", "ask", "in", "self", ".", "open").first)
        #expect(resume.contains(asked) && parked.places("exchange", ".", "respond", "(").filter(resume.contains).allSatisfy { $0 > asked })
    }

    @Test("a call goes out on its server's connection or on one that was made of it, and on no other")
    func ways() throws {
        let call = try source(Self.forwarded)
        let choose = try call.function("chooseWay")
        #expect(call.places("let", "shared", "=", "server", ".", "handle").filter(choose.contains).count == 1)
        let set = call.places("way", "=").filter { call.word($0 - 1) != "let" && call.word($0 + 2) != "=" }
        for place in set where !choose.contains(place) {
            #expect(call.word(place + 2) == "nil", "\(call.line(place)) chooses a connection")
        }
        var kinds: [String] = []
        for place in set where choose.contains(place) {
            var words: [String] = []
            for at in (place + 2)..<call.tokens.count where call.tokens[at].line == call.tokens[place].line { words.append(call.word(at)) }
            kinds.append(words.joined())
        }
        #expect(
            Set(kinds) == [
                "shared", "session.way(to:shared,context.shared.ways)", "context.shared.ways.lease(shared,principal.userID,abilities)",
            ],
            "\(kinds)")
        var found: Set<String> = []
        for source in sources where ["PetaGateway", "PetaDaemon"].contains(source.room) {
            for name in ["dedicated", "lease"] where !source.places(name, "(").isEmpty { found.formUnion(receivers(name, source)) }
        }
        #expect(
            found == [
                "PetaGateway/Call/Ways.swift: server.dedicated", "\(Self.forwarded): ways.lease",
            ])
        // They are made within their user's share.
        let ways = try source("PetaGateway/Call/Ways.swift")
        #expect(ways.places("shares", ".", "make", "(").count == 1 && ways.places("server", ".", "dedicated", "(").count == 1)
        #expect(ways.function(around: ways.places("server", ".", "dedicated", "(")[0]) == "make")
    }

    // MARK: who asks the seam

    @Test("the seam is asked where the table says, and nowhere else")
    func seam() throws {
        let uses = [
            "maySee": [
                "PetaGateway/Catalog/Sight.swift", "PetaGateway/Catalog/Sight.swift", "PetaGateway/Catalog/Sight.swift",
                "PetaGateway/Loop/LoopContext.swift", "PetaGateway/Loop/LoopContext.swift", "PetaGateway/Loop/Snapshot.swift",
                "PetaGateway/Session/ListChanges.swift", "PetaGateway/Session/ListChanges.swift", "PetaGateway/Session/ListChanges.swift",
                "PetaGateway/User/UserDesk.swift",
            ],
            // In the call path for the second time only to say which right was lost.
            "decide": [Self.watching, Self.desk, Self.approving, Self.forwarded, Self.forwarded],
            "judge": [Self.watching, Self.desk, Self.approving, Self.forwarded], "clear": [Self.watching, Self.forwarded],
            "again": [Self.forwarded],
            "danger": [Self.desk, Self.forwarded],
        ]
        let declared = try source(Self.seam)
        let functions = Set(
            declared.places("static", "func").filter { declared.word($0 - 1) != "private" }.map { declared.word($0 + 2) })
        #expect(functions == Set(uses.keys), "the seam has other functions: say here who may call them")
        var calls: [String: [String]] = [:]
        for source in sources where source.path != Self.seam {
            for place in source.places("Seam") {
                #expect(source.word(place + 1) == ".", "\(source.line(place)) gives the seam another name")
                calls[source.word(place + 2), default: []].append(source.path)
            }
        }
        #expect(calls == uses.filter { !$1.isEmpty })
        #expect(declared.places("enum", "Seam").count == 1 && sources.allSatisfy { $0.places("extension", "Seam").isEmpty })
    }

    @Test("a forwarded call is made in one place, behind the decision and behind the end of what is denied")
    func desk() throws {
        for source in sources where source.path != Self.desk {
            for place in source.places("ForwardedCall") {
                let next = source.word(place + 1)
                let isPart = next == "." && ["Kind", "Replacement", "Input"].contains(source.word(place + 2))
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
            for place in source.places("Order", "(") where source.path != Self.desk { Issue.record("\(source.line(place)) makes an order") }
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
        #expect(desk.depth(body, decided[0]) == 1 && desk.depth(body, made[0]) == 1)
        let branch = try #require(desk.tokens.indices.first { $0 > desk.closing(decided[0] + 12) - 1 && desk.word($0) == "{" })
        #expect(desk.word(branch + 1) == "return" && desk.word(branch + 2) == "deny" && desk.closing(branch) < made[0])
        // It is set going here alone, and what waits for it is fetched only behind the decision.
        let starts = desk.places(".", "start", "(")
        #expect(starts.allSatisfy { $0 > made[0] && $0 < desk.closing(body) && desk.word($0 - 1) == "forwarded" })
        #expect(sources.filter { $0.room == "PetaGateway" && !$0.places(".", "start", "(", "resuming").isEmpty }.map(\.path) == [Self.desk])
        let trip = desk.places("roundTrip", "(").filter { desk.word($0 - 1) != "func" }
        #expect(trip.count == 1 && trip[0] > made[0] && trip[0] < desk.closing(body))
        #expect(desk.places("parking", ".", "take", "(").count == 1 && desk.places("states", ".", "open", "(").count == 1)
        #expect(desk.function(around: desk.places("parking", ".", "take", "(")[0]) == "roundTrip")
        #expect(desk.function(around: desk.places("states", ".", "open", "(")[0]) == "roundTrip")
        for (name, word) in [("parking", "take"), ("states", "open")] {
            let users = sources.filter { !$0.places(name, ".", word, "(").isEmpty }.map(\.path)
            #expect(users == [Self.desk], "\(name).\(word)")
        }
        // Header fields are compared with the arguments behind the decision too: who may not call learns nothing of the tool.
        let compared = desk.places("mismatch", "(", "headers", ",")
        #expect(compared.count == 1 && compared[0] > decided[0] && compared[0] < made[0])
        // Policy is asked behind them, of everything but tasks, whose call was judged; what it denies leaves the function.
        let judged = desk.places(
            "if", "let", "question", "=", "resolved", ".", "question", ",", "let", "verdict", "=", "Seam", ".", "judge", "(", "question",
            ",")
        try #require(judged.count == 1)
        #expect(judged[0] > compared[0] && judged[0] < made[0] && desk.depth(body, judged[0]) == 1)
        let denied = try #require(desk.tokens.indices.first { $0 > desk.closing(judged[0] + 14) - 1 && desk.word($0) == "{" })
        // But for what a person has to approve, which waits behind a gate.
        let gated = desk.places(
            "guard", "verdict", ".", "decision", "=", "=", ".", "requireApproval", ",", "kind", ".", "mayNeedInput", "else", "{", "return",
            "refuse", "(")
        #expect(gated == [denied + 1] && desk.closing(denied) < made[0])
        #expect(desk.places("need", "=", "verdict").filter { $0 > denied && $0 < desk.closing(denied) }.count == 1)
        let gate = desk.places("if", "let", "need", "{", "forwarded", ".", "gate", "=", "Gate", "(", "need", ")")
        #expect(gate.count == 1 && gate[0] > made[0] && gate[0] < trip[0])
        for finder in ["named", "located", "referred"] {
            let function = try desk.function(finder)
            #expect(desk.places("question", ":", "Question", "(").filter(function.contains).count == 1, "\(finder)")
        }
        // What was decided on is what is sent to: nothing comes in between that could change the server.
        #expect(
            desk.places("Seam", ".", "decide", "(", "principal", ",", "resolved", ".", "server", ",", "resolved", ".", "sought", ")").count
                == 1)
        // What is asked of the rights is what was found, for everything that is found by a name.
        for (finder, count) in [("named", 1), ("located", 1), ("referred", 1), ("begun", 1)] {
            let function = try desk.function(finder)
            #expect(desk.places("sought", ":").filter(function.contains).count == count, "\(finder)")
        }
        #expect(
            desk.places("sought", ":", "resolved", ".", "sought", ",").count == 1 && desk.places("resolved", ".", "sought", "=").isEmpty)
        let order = desk.places("let", "order", "=", "ForwardedCall", ".", "Order", "(")
        try #require(order.count == 1)
        #expect(decided[0] < order[0] && order[0] < made[0])
        let servers = desk.places("server", ":", "resolved", ".", "server")
        #expect(servers.count == 1 && servers[0] > order[0] && servers[0] < desk.closing(order[0] + 6))
        #expect(desk.places("order", ":", "order").filter { $0 > made[0] && $0 < desk.closing(made[0] + 1) }.count == 1)
        #expect(desk.places("let", "resolved", ":", "Resolved").count == 1 && desk.places("resolved", ".", "server", "=").isEmpty)
    }

    @Test("a call that needs a person goes on where the approval was claimed for it, or where nobody has to be asked any more")
    func approving() throws {
        let call = try source(Self.forwarded)
        let gated = call.places(
            "if", "let", "gate", ",", "gate", ".", "claim", "=", "=", "nil", "{", "return", "awaitApproval", "(", "gate", ")", "}",
            "proceed",
            "(", ")")
        #expect(gated.map(call.function(around:)) == ["start"])
        #expect(call.places("proceed", "(", ")").filter { call.word($0 - 1) != "func" } == gated.map { $0 + 17 })
        let waiting = try source(Self.approving)
        let going = waiting.places("proceed", "(", ")")
        #expect(going.map(waiting.function(around:)) == ["ask", "take"])
        let free = waiting.places(
            "guard", "let", "question", "=", "order", ".", "question", ",", "let", "verdict", "=", "Seam", ".", "judge", "(")
        #expect(free.count == 1 && free[0] < going[0])
        let claimed = waiting.places("case", ".", "claimed", "(", "let", "approval", ")", ":")
        let next = waiting.places("case", ".", "executed", "(")
        #expect(claimed.count == 1 && next.count == 1 && claimed[0] < going[1] && going[1] < next[0])
        for source in sources where source.room == "PetaGateway" && ![Self.forwarded, Self.approving].contains(source.path) {
            #expect(source.places("proceed", "(").isEmpty, "\(source.path) lets a call go on")
        }
        // And it is asked again right before anything goes out.
        let leave = try call.function("leave")
        #expect(call.places("gate", "?", ".", "isPassed", "(", "verdict", ",").filter(leave.contains).count == 1)
    }

    @Test("leave is asked for once a call, before anything goes out")
    func order() throws {
        let call = try source(Self.forwarded)
        let leave = try call.function("leave")
        let cleared = try #require(call.places("Seam", ".", "clear", "(").first)
        let again = try #require(call.places("Seam", ".", "again", "(").first)
        // After a wait it is decided anew, and what is not allowed then leaves the function.
        let decided = try #require(
            call.places(
                "case", ".", "allow", "=", "Seam", ".", "decide", "(", "current", ",", "context", ".", "snapshot", ".", "present", "(",
                "server", ")",
                ",", "order", ".", "sought", ")"
            ).first)
        #expect(leave.contains(decided) && leave.contains(cleared) && leave.contains(again))
        #expect(decided < cleared && cleared < again)
        let refused = try #require(call.tokens.indices.first { $0 > decided && call.word($0) == "{" })
        #expect(call.word(refused - 1) == "else" && call.closing(refused) < cleared)
        #expect(call.places("return", "nil").contains { $0 > refused && $0 < call.closing(refused) })
        // It is a condition of the one guard: no block begins, and nothing else is said, between the two.
        let guarding = try #require(call.places("guard").last { $0 < decided })
        #expect(leave.contains(guarding))
        #expect(!(guarding..<decided).contains { ["{", "}", ";", "return", "if", "else"].contains(call.word($0)) })
        // Where another policy is in force by then, it is asked too, and what it denies leaves the function.
        let judged = try #require(call.places("Seam", ".", "judge", "(", "question", ",", "context", ",", "current").first)
        let stops = try #require(call.tokens.indices.first { $0 > judged && call.word($0) == "{" })
        #expect(leave.contains(judged) && call.closing(stops) < cleared)
        #expect(call.places("return", "nil").contains { $0 > stops && $0 < call.closing(stops) })
        let other = try #require(call.places("if", "context", ".", "snapshot", "!", "=", "=", "order", ".", "snapshot").first)
        #expect(other < judged && leave.contains(other))
        // Only what stands in its slot already may go out again: whoever has none ends within the branch.
        let test = try #require(call.places("if", "slot", "<", "0", "{").first)
        let first = call.closing(test + 4)
        #expect(test < cleared && cleared < first && again > first)
        #expect(call.word(first - 1) == "}" && call.word(first - 3) == "return" && call.word(first - 2) == "first")
        #expect(call.places("slot", "=").filter { call.word($0 + 2) != "=" && leave.contains($0) }.count == 1)
    }

    @Test("nothing goes out, and nothing that waits goes on, but with leave that was given for it just now")
    func leave() throws {
        let call = try source(Self.forwarded)
        let asked = call.places("leave", "(", ")").filter { ![".", "func"].contains(call.word($0 - 1)) }
        #expect(asked.count == 2)
        var then: [String: Int] = [:]
        for (name, words) in [("send", ["way", ".", "send", "("]), ("start", ["parked", ".", "resume", "("])] {
            let end = try #require(call.places(words[0], words[1], words[2], words[3]).first)
            let start = try #require(call.places("func").last { $0 < end })
            #expect(call.word(start + 1) == name)
            let given = asked.filter { $0 > start && $0 < end }
            try #require(given.count == 1, "\(name)")
            then[name] = end
            // `guard …, let clearance = leave() else { return … }`
            #expect(call.places("let", "clearance", "=", "leave").contains(given[0] - 3))
            #expect(call.places("guard").contains { $0 > start && $0 < given[0] && call.tokens[$0].line == call.tokens[given[0]].line })
            #expect(call.word(given[0] + 3) == "else" && call.word(given[0] + 4) == "{" && call.word(given[0] + 5) == "return")
            #expect(call.closing(given[0] + 4) < end)
        }
        #expect(call.places("parked", ".", "resume", "(", "clearance", ",").count == 1)
        let made = try #require(call.places("CallExchange", "(", "clearance", ",").first)
        #expect(try made < #require(then["send"]))
        // Nobody else lets a request that waits go on.
        // A parked call takes a clearance, so that only this one can: nobody else is given any.
        #expect(sources.filter { !$0.places("resume", "(", "clearance").isEmpty }.map(\.path) == [Self.forwarded])
    }

    @Test("a resource is watched only behind the decision, and only by those who keep count")
    func watches() throws {
        let desk = try source(Self.watching)
        let decided = desk.places("if", "case", ".", "deny", "(", "let", "rule", ")", "=", "Seam", ".", "decide", "(")
        let made = desk.places("Watches", ".", "Place", "(")
        try #require(decided.count == 1 && made.count == 1)
        let place = try desk.function("place")
        #expect(place.contains(decided[0]) && place.contains(made[0]) && decided[0] < made[0])
        #expect(desk.depth(place.lowerBound, decided[0]) == 1 && desk.depth(place.lowerBound, made[0]) == 1)
        let branch = try #require(desk.tokens.indices.first { $0 > desk.closing(decided[0] + 12) - 1 && desk.word($0) == "{" })
        #expect(desk.word(desk.closing(branch) - 2) == "nil" && desk.word(desk.closing(branch) - 3) == "return")
        #expect(
            desk.places(
                "Seam", ".", "decide", "(", "principal", ",", "server", ",", "Sought", "(", "kind", ":", ".", "resource", ",", "name", ":",
                "original", ")", ")"
            ).count == 1)
        let judged = desk.places("guard", "Seam", ".", "judge", "(", "question", ",")
        #expect(judged.count == 1 && judged[0] > decided[0] && judged[0] < made[0] && desk.depth(place.lowerBound, judged[0]) == 1)
        #expect(desk.places("Watches", ".", "Place", "(", "server", ":", "server", ".", "handle", ".", "id", ",").count == 1)
        // A place is made nowhere else, and every wish has one that was found so in the same function.
        #expect(sources.filter { !$0.places("Place", "(").isEmpty }.map(\.path) == [Self.watching, Self.gateway])
        #expect(sources.filter { !$0.places("WatchWish", "(").isEmpty }.map(\.path) == [Self.watching, Self.gateway])
        // After a restart what sessions had asked for is asked for again, as far as their users still may.
        let gateway = try source(Self.gateway)
        let wish = gateway.places("WatchWish", "(")
        let may = gateway.places(
            "shared", ".", "mayWatch", "(", "session", ".", "principal", ",", "server", ",", "original", ")", "else", "{", "continue")
        #expect(wish.count == 1 && may.count == 1 && may[0] < wish[0])
        #expect(gateway.function(around: wish[0]) == gateway.function(around: may[0]))
        #expect(gateway.places("Watches", ".", "Place", "(", "server", ":", "server", ",").count == 1)
        for wish in desk.places("WatchWish", "(") {
            let start = try #require(desk.places("func").last { $0 < wish })
            #expect(desk.word(start + 1) == "watch" && desk.word(wish + 2) == "place" && desk.word(wish + 4) == "place")
            #expect(desk.places("self", ".", "place", "(", "of").contains { $0 > start && $0 < wish })
        }
        let users = sources.filter { ["PetaGateway", "PetaDaemon"].contains($0.room) }.flatMap { source in
            ["watch", "unwatch"].flatMap { receivers($0, source) }
        }
        #expect(
            Set(users) == [
                "PetaGateway/Session/Watches.swift: servers.watch", "PetaGateway/Session/Watches.swift: servers.unwatch",
                "PetaGateway/Endpoint/Endpoint+Listen.swift: desk.watch", "PetaGateway/Endpoint/Endpoint+Legacy.swift: ).watch",
            ])
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
