import GRDB
import PetaCrypto
import PetaDownstream
import PetaStore
import PetaTestSupport
import PetaWire
import Synchronization
import Testing

/// What was accepted of a server, while the server changes.
@Suite("Pins") struct PinsTests {
    private static let first = [
        #"{"name":"now"}"#, #"{"name":"read","description":"Reads."}"#, #"{"name":"write","description":"Writes."}"#,
    ]
    private static let second = [
        #"{"name":"now"}"#, #"{"name":"read","description":"Reads your keys."}"#, #"{"name":"send","description":"Sends."}"#,
    ]

    private func offer(_ bench: Bench, _ tools: [String]) throws { try bench.state.write("[\(tools.joined(separator: ","))]", to: "tools") }

    private func add(_ bench: Bench, _ change: (inout ServerDefinition) -> Void = { _ in }) async throws {
        try await bench.add(peer: "changing_stdio.py", flags: [bench.state.path("tools")], change)
        try await bench.servers.start("asking")
    }

    /// The server lists this from now on, and the gateway knows it.
    private func change(_ bench: Bench, _ tools: [String]) async throws {
        try offer(bench, tools)
        try await bench.servers.stop("asking")
        try await bench.servers.start("asking")
    }

    private func states(_ bench: Bench) async throws -> [String] {
        try await bench.servers.integrity("asking").items.map { "\($0.name) \($0.state)" }
    }

    private func seen(_ bench: Bench) async throws -> [(tool: String, digest: String)] {
        try await bench.servers.integrity("asking").items.map { ($0.name, $0.digest?.hex ?? "") }
    }

    private func listed(_ bench: Bench) async throws -> [String] {
        let entry = try #require(await bench.servers.table().first)
        return entry.capabilities.tools.compactMap { $0["name"]?.string } + entry.withheld
    }

    @Test("the first list is accepted, what differs later is told once, and accepting ends it")
    func life() async throws {
        let bench = try await Bench()
        try offer(bench, Self.first)
        try await add(bench)
        #expect(try await states(bench).isEmpty)
        try await change(bench, Self.second)
        #expect(try await states(bench) == ["read changed", "send new", "write gone"])
        #expect(try await listed(bench) == ["now", "read", "send"])
        #expect(bench.changes.withLock { $0.map { "\($0.event) \($0.tool ?? "")" } } == ["changed read", "changed send", "changed write"])
        try await change(bench, Self.second)
        #expect(bench.changes.withLock { $0.count } == 3)
        let shown = try await bench.servers.differences("asking", tool: "read")
        let field = try #require(shown.first?.fields.first)
        #expect(field.path == "description" && field.old == "Reads." && field.new == "Reads your keys.")
        let all = try await seen(bench)
        #expect(try await bench.servers.accept("asking", all) == ["read", "send", "write"])
        #expect(try await states(bench).isEmpty)
        #expect(bench.changes.withLock { $0.suffix(3).map(\.event) } == [.accepted, .accepted, .accepted])
        // Again, it does nothing; but what is gone is not known any more.
        #expect(try await bench.servers.accept("asking", Array(all.prefix(2))).isEmpty)
        await #expect(throws: ServerError.self) { try await bench.servers.accept("asking", [("write", all[2].digest)]) }
        try await change(bench, Self.first)
        #expect(try await states(bench) == ["read changed", "send gone", "write new"])
        try await bench.finish()
    }

    @Test("what changed again since it was looked at is not accepted, and nothing else with it")
    func stale() async throws {
        let bench = try await Bench()
        try offer(bench, Self.first)
        try await add(bench)
        try await change(bench, Self.second)
        let shown = try await seen(bench)
        try await change(bench, [Self.second[0], Self.second[1].replacing("keys", with: "mail"), Self.second[2]])
        for wanted in [shown, [("read", ""), ("send", shown[1].digest)], [("now", shown[0].digest)]] {
            do {
                _ = try await bench.servers.accept("asking", wanted)
                Issue.record("it was accepted")
            } catch let error as ServerError { #expect(error.code == "try_again") }
        }
        #expect(try await states(bench) == ["read changed", "send new", "write gone"])
        // What is there again is not accepted as gone.
        try await change(bench, [Self.second[0], Self.second[1], #"{"name":"write","description":"Writes more."}"#])
        await #expect(throws: ServerError.self) { try await bench.servers.accept("asking", [shown[2]]) }
        await #expect(throws: ServerError.self) { try await bench.servers.accept("asking", [("none", shown[2].digest)]) }
        await #expect(throws: ServerError.self) { try await bench.servers.accept("nobody", [shown[2]]) }
        try await bench.finish()
    }

    @Test("strict: what changed is withheld, neither as it is nor as it was, until it is accepted; warn and off withhold nothing")
    func strict() async throws {
        let bench = try await Bench(.strict)
        try offer(bench, Self.first)
        try await add(bench)
        #expect(try await listed(bench) == ["now", "read", "write"])
        try await change(bench, Self.second)
        #expect(try await listed(bench) == ["now", "read: it has changed and awaits acceptance", "send: it is new and awaits acceptance"])
        #expect(bench.changes.withLock { $0.filter(\.isWithheld).count } == 2)
        try await bench.servers.update("asking") { $0.pin = .warn }
        #expect(try await listed(bench) == ["now", "read", "send"])
        try await bench.servers.update("asking") { $0.pin = .off }
        #expect(try await listed(bench) == ["now", "read", "send"])
        #expect(try await states(bench).isEmpty)
        try await bench.servers.update("asking") { $0.pin = nil }
        _ = try await bench.servers.accept("asking", [try await seen(bench)[0]])
        #expect(try await listed(bench) == ["now", "read", "send: it is new and awaits acceptance"])
        try await bench.finish()
    }

    @Test("what was accepted, what has changed and what was told of it outlive a restart")
    func restart() async throws {
        let bench = try await Bench(.strict)
        try offer(bench, Self.first)
        try await add(bench)
        try await change(bench, Self.second)
        _ = try await bench.servers.accept("asking", [try await seen(bench)[1]])
        try await bench.finish()
        let next = try await Bench(.strict, store: bench.store, pins: bench.pins, state: bench.state)
        #expect(try await states(next) == ["read changed", "write gone"])
        #expect(try await listed(next) == ["now", "send", "read: it has changed and awaits acceptance"])
        #expect(next.changes.withLock { $0.isEmpty })
        #expect(try await next.servers.differences("asking").first?.old?["description"] == "Reads.")
        try await next.finish()
    }

    @Test("what was stored before there were pins is accepted as it stands")
    func upgrade() async throws {
        let bench = try await Bench()
        try offer(bench, Self.first)
        try await add(bench)
        try await bench.finish()
        let next = try await Bench(store: bench.store, state: bench.state)
        #expect(try await states(next).isEmpty)
        try offer(next, Self.second)
        try await next.servers.start("asking")
        #expect(try await states(next).count == 3)
        try await next.finish()
    }

    @Test("a server that is removed and added anew begins afresh, and an update does not")
    func afresh() async throws {
        let bench = try await Bench()
        try offer(bench, Self.first)
        try await add(bench)
        try offer(bench, Self.second)
        try await bench.servers.update("asking") { $0.title = "Another" }
        try await bench.servers.start("asking")
        #expect(try await states(bench).count == 3)
        try await bench.servers.remove("asking")
        try await add(bench)
        #expect(try await states(bench).isEmpty)
        #expect(try await listed(bench) == ["now", "read", "send"])
        try await bench.finish()
    }

    @Test("a write that fails leaves what was accepted as it was; a first list that cannot be kept is not accepted")
    func faults() async throws {
        let bench = try await Bench(.strict)
        try offer(bench, Self.first)
        bench.pins.fails = true
        try await add(bench)
        #expect(try await states(bench) == ["now new", "read new", "write new"])
        #expect(try await listed(bench).allSatisfy { $0.contains("awaits") })
        bench.pins.fails = false
        try await bench.servers.stop("asking")
        try offer(bench, Self.first + [#"{"name":"more"}"#])
        try await bench.servers.start("asking")
        #expect(try await states(bench).isEmpty)
        try await change(bench, Self.second)
        let before = try await states(bench)
        bench.pins.fails = true
        let shown = try await seen(bench)
        await #expect(throws: MemoryPinStore.Full.self) { try await bench.servers.accept("asking", shown) }
        #expect(try await states(bench) == before)
        bench.pins.fails = false
        #expect(try await bench.servers.accept("asking", shown).count == shown.count)
        try await bench.finish()
    }

    @Test("a server that changes all its tools all the time is told of in bounds")
    func flood() async throws {
        let bench = try await Bench()
        func tools(_ round: Int) -> [String] { (0..<300).map { #"{"name":"t\#($0)","description":"\#(round)"}"# } }
        try offer(bench, tools(0))
        try await add(bench)
        for round in 1...5 { try await change(bench, tools(round)) }
        #expect(bench.changes.withLock { $0.count } <= 66)
        #expect(bench.changes.withLock { $0.contains { $0.tool == nil && $0.text == "281 more of its tools have changed" } })
        #expect(try await states(bench).count == 300)
        try await bench.finish()
    }

    @Test("a tool's name cannot write into the log what it likes")
    func log() async throws {
        let bench = try await Bench()
        try offer(bench, Self.first)
        try await add(bench)
        try await change(bench, Self.first + [#"{"name":"x\n2026 all is well\u001b[2J\u202e"}"#])
        let lines = try await bench.log()
        #expect(lines.contains { $0.hasPrefix(#"tool x\n2026 all is well\u{1b}[2J\u{202e}: new, sha256:"#) }, "\(lines)")
        try await bench.finish()
    }

    // MARK: the database

    private func store(_ directory: TemporaryDirectory, willCommit: (@Sendable () throws -> Void)? = nil) throws -> Store {
        try Store(
            directory: directory.path("data"), migrations: SQLiteServerStore.migrations + SQLitePinStore.migrations, willCommit: willCommit)
    }

    private func insert(_ database: Store) async throws {
        try await database.write { try $0.execute(sql: "INSERT INTO server (id, version, sealed) VALUES ('files', 1, x'01')") }
    }

    private func accepted(_ texts: [String]) throws -> [AcceptedTool] {
        try texts.map { text in
            let definition = try JSON.parse(text)
            return AcceptedTool(pin: try #require(ToolPin(definition)), definition: definition)
        }
    }

    @Test("pins are kept beside their server and go with it")
    func cascade() async throws {
        let directory = try TemporaryDirectory()
        let database = try store(directory)
        let (servers, pins) = (SQLiteServerStore(database), SQLitePinStore(database))
        let large = #"{"name":"large","description":"\#(String(repeating: "x", count: AcceptedTool.definitionLimit))"}"#
        await #expect(throws: (any Error).self) { try await pins.accept("files", try accepted(Self.first), gone: [], at: 1) }
        try await insert(database)
        try await pins.accept("files", try accepted(Self.first + [large]), gone: [], at: 1)
        try await pins.told("files", ["read": "changed 00"])
        #expect(try await pins.all()["files"]?.told == ["read": "changed 00"])
        try await pins.accept("files", try accepted([Self.second[1]]), gone: ["write", "none"], at: 2)
        let all = try await pins.all()
        #expect(all["files"]?.accepted.keys.sorted() == ["large", "now", "read"])
        #expect(all["files"]?.accepted["read"] == ToolPin(try JSON.parse(Self.second[1])))
        #expect(all["files"]?.told == [:])
        let definitions = try await pins.definitions("files", ["read", "large", "write"])
        #expect(
            definitions.mapValues { String(decoding: $0, as: UTF8.self) } == ["read": #"{"description":"Reads your keys.","name":"read"}"#])
        #expect(try await servers.remove("files"))
        #expect(try await pins.all().isEmpty)
        #expect(try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM pin_tool") } == 0)
        try await insert(database)
        #expect(try await pins.all().isEmpty)
        try database.close()
    }

    @Test("a commit that fails leaves the pins that were there, all of them")
    func failedCommit() async throws {
        struct Full: Error {}
        let fails = Mutex(false)
        let directory = try TemporaryDirectory()
        let database = try store(directory) { if fails.withLock({ $0 }) { throw Full() } }
        let pins = SQLitePinStore(database)
        try await insert(database)
        try await pins.accept("files", try accepted(Self.first), gone: [], at: 1)
        let before = try await pins.all()["files"]?.accepted
        fails.withLock { $0 = true }
        await #expect(throws: (any Error).self) { try await pins.accept("files", try accepted(Self.second), gone: ["write"], at: 2) }
        fails.withLock { $0 = false }
        #expect(try await pins.all()["files"]?.accepted == before)
        try database.close()
    }
}
