import PetaPolicy
import Foundation
import GRDB
import PetaStore
import Synchronization
import Testing

@Suite("Policy: sets and their versions")
struct PoliciesTests {
    private let place = FileManager.default.temporaryDirectory.appendingPathComponent("peta-policy-\(UUID().uuidString)").path

    private func open(denies: Bool = false, feed: ChangeFeed = ChangeFeed()) throws -> (Policies, Store) {
        let store = try Store(directory: place, migrations: Policies.migrations, durability: .normal)
        return (try Policies(store: SQLitePolicyStore(store), feed: feed, denies: denies, clock: { 1_000 }), store)
    }

    private static let denyAll = "name: a\nrules: [{id: r, effect: {decision: deny, reason: x}}]"

    @Test("a set is applied, archived, applied again and removed, and each step is a version")
    func life() async throws {
        let (policies, store) = try open()
        defer { try? store.close() }
        let first = try await policies.apply(Self.denyAll, name: nil, by: "uid:0")
        #expect(first.isNew && first.set.version == 1 && policies.compiled.entries.map(\.id) == ["a/r"])
        #expect(try await !policies.apply(Self.denyAll, name: "a", by: "uid:0").isNew)
        #expect(try await policies.archive("a", by: "uid:1"))
        #expect(try await !policies.archive("a", by: "uid:1"))
        #expect(policies.compiled.entries.isEmpty)
        #expect(try policies.set("a").status == .archived)
        #expect(try await policies.apply(Self.denyAll, name: nil, by: "uid:0").set.version == 3)
        try await policies.remove("a", by: "uid:0")
        #expect(try policies.list().isEmpty)
        await #expect(throws: PolicyError.none("a")) { try await policies.remove("a", by: "uid:0") }
        #expect(try await policies.history("a").map(\.kind) == [.removed, .applied, .archived, .applied])
        #expect(try await policies.history("a").map(\.bytes) == Array(repeating: Self.denyAll.utf8.count, count: 4))
        let (archiving, text) = try await policies.version("a", 2)
        #expect(archiving.kind == .archived && archiving.changedBy == "uid:1" && text == Self.denyAll)
        #expect(try await policies.apply(Self.denyAll, name: nil, by: "uid:0").set.version == 5)
        await #expect(throws: PolicyError.none("b")) { try await policies.history("b") }
        await #expect(throws: PolicyError.self) { _ = try await policies.version("a", 6) }
    }

    @Test("a text that is not right changes nothing and says so")
    func refused() async throws {
        let (policies, store) = try open()
        defer { try? store.close() }
        _ = try await policies.apply(Self.denyAll, name: nil, by: "uid:0")
        for (text, name) in [("name: a\nrules: [{id: r}]", nil), ("rules: []", nil), (Self.denyAll, "b"), ("rules: []", "-x")]
            as [(String, String?)]
        {
            await #expect(throws: PolicyError.self) { try await policies.apply(text, name: name, by: "uid:0") }
        }
        #expect(policies.compiled.entries.map(\.id) == ["a/r"])
        #expect(try policies.list().map(\.version) == [1])
        do {
            _ = try await policies.apply("name: a\nrules: [{id: r}]", name: nil, by: "uid:0")
        } catch let error as PolicyError {
            #expect(
                error.message.contains("what was in force stays in force") && error.message.contains("line 2: rule 'r', effect: missing"))
        }
    }

    @Test("what was in force is in force after a restart")
    func restart() async throws {
        let (policies, store) = try open()
        _ = try await policies.apply(Self.denyAll, name: nil, by: "uid:0")
        _ = try await policies.apply("name: gone\nrules: [{id: g, effect: {decision: deny}}]", name: nil, by: "uid:0")
        _ = try await policies.archive("gone", by: "uid:0")
        try store.close()
        let (again, second) = try open()
        defer { try? second.close() }
        #expect(again.compiled.entries.map(\.id) == ["a/r"])
        #expect(try again.list().map(\.status) == [.active, .archived])
    }

    @Test("a stored set that cannot be read keeps the gateway from starting")
    func damaged() async throws {
        let (policies, store) = try open()
        _ = try await policies.apply(Self.denyAll, name: nil, by: "uid:0")
        try await store.write { try $0.execute(sql: "UPDATE policy_version SET text = 'rules: [{id: r}]'") }
        try store.close()
        #expect(throws: PolicyError.self) { try open() }
    }

    @Test("listeners have what was applied when the operation returns")
    func announced() async throws {
        let feed = ChangeFeed()
        let heard = Mutex<[Set<Change>]>([])
        feed.subscribe { change in heard.withLock { $0.append(change) } }
        let (policies, store) = try open(feed: feed)
        defer { try? store.close() }
        _ = try await policies.apply(Self.denyAll, name: nil, by: "uid:0")
        #expect(heard.withLock { $0 } == [[.policy]])
    }

    @Test("a preview judges by a text that is not in force")
    func preview() async throws {
        let (policies, store) = try open()
        defer { try? store.close() }
        _ = try await policies.apply(Self.denyAll, name: nil, by: "uid:0")
        let preview = try policies.preview("rules: [{id: new, effect: {decision: allow}}]", name: "a")
        #expect(preview.entries.map(\.id) == ["a/new"] && policies.compiled.entries.map(\.id) == ["a/r"])
    }

    @Test("changes that come at once are all kept, one version each")
    func concurrent() async throws {
        let (policies, store) = try open()
        defer { try? store.close() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    _ = try await policies.apply("name: n\nrules: [{id: r\(number), effect: {decision: deny}}]", name: nil, by: "uid:0")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await policies.history("n").map(\.version) == Array((1...40).reversed()))
        #expect(try policies.compiled.entries.map(\.rule.id) == [PolicyDocument(policies.set("n").text).rules[0].id])
    }
}
