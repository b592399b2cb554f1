import Foundation
import PetaIdentity
import PetaStore
import PetaWire
import Testing

@Suite("The address list")
struct NetworkTests {
    private func withNetwork(_ body: (Network, Store) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "peta-network-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory, migrations: Network.migrations)
        try await body(try Network(store: store, feed: ChangeFeed()), store)
        try store.close()
    }

    private func code(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? IdentityError)?.code ?? "\(error)"
        }
    }

    @Test("the list for all and that of the workspace must both hold an address; a workspace without a list has no wish")
    func lists() async throws {
        try await withNetwork { network, _ async throws in
            try await network.add("10.0.0.0/8", workspace: nil, note: "", by: "uid:0")
            try await network.add("2001:db8::/32", workspace: nil, note: "", by: "uid:0")
            try await network.add("192.0.2.7", workspace: nil, note: "", by: "uid:0")
            try await network.add("10.1.0.0/16", workspace: "fin", note: "", by: "uid:0")
            #expect(!network.list.refuses(IPAddress("8.8.8.8")))
            try await network.setMode(.enforce, confirmed: false)
            let list = network.list
            func refuses(_ text: String, _ workspace: String? = nil) -> Bool { list.refuses(IPAddress(text), workspace: workspace) }
            for address in ["10.255.0.1", "::ffff:10.0.0.1", "2001:db8:ffff::1", "192.0.2.7"] { #expect(!refuses(address), "\(address)") }
            for address in ["11.0.0.1", "192.0.2.8", "2001:db9::1", "::1", "0.0.0.0", "::10.0.0.1"] {
                #expect(refuses(address), "\(address)")
            }
            #expect(list.refuses(nil))
            #expect(!refuses("10.1.2.3", "fin") && refuses("10.2.2.3", "fin") && !refuses("10.2.2.3", "ops"))
            #expect(refuses("11.0.0.1", "ops") && list.refuses(nil, workspace: "fin"))
            try await network.setMode(.report, confirmed: false)
            #expect(!network.list.refuses(IPAddress("11.0.0.1")) && !network.list.covers(IPAddress("11.0.0.1")))
        }
    }

    @Test("one range has one spelling: the same again is no second entry, and changes the note alone")
    func spelling() async throws {
        try await withNetwork { network, store async throws in
            #expect(try await network.add("10.9.8.7/8", workspace: nil, note: "a", by: "uid:0").isNew)
            #expect(try await !network.add("10.0.0.0/8", workspace: nil, note: "b", by: "uid:1").isNew)
            #expect(try await network.add("10.0.0.0/8", workspace: "fin", note: "", by: "uid:0").isNew)
            #expect(try await network.add("2001:DB8:0::/33", workspace: nil, note: "", by: "uid:0").isNew)
            #expect(try await !network.add("2001:db8::/33", workspace: nil, note: "", by: "uid:0").isNew)
            #expect(try await network.add("::ffff:192.0.2.1", workspace: nil, note: "", by: "uid:0").entry.range.description == "192.0.2.1")
            let entries = try network.state().entries
            #expect(entries.count == 4)
            #expect(entries.first { $0.workspace == nil && $0.range.description == "10.0.0.0/8" }?.note == "b")
            #expect(entries.first?.createdBy == "uid:0")
            let again = try Network(store: store, feed: ChangeFeed())
            #expect(try again.state().entries == entries)
            try await network.remove("10.77.0.0/8", workspace: "fin", confirmed: false)
            #expect(try network.state().entries.count == 3)
        }
    }

    @Test("what is no range, no workspace or no note is refused and changes nothing")
    func refused() async throws {
        try await withNetwork { network, _ async throws in
            for range in [
                "", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "::ffff:10.0.0.0/104", "localhost",
                String(repeating: "1", count: 99),
            ] {
                #expect(await code { try await network.add(range, workspace: nil, note: "", by: "") } == "invalid_argument", "\(range)")
            }
            #expect(await code { try await network.add("::1", workspace: "A", note: "", by: "") } == "invalid_argument")
            #expect(await code { try await network.add("::1", workspace: nil, note: "a\u{1B}b", by: "") } == "invalid_argument")
            #expect(await code { try await network.remove("::1", workspace: nil, confirmed: true) } == "not_found")
            #expect(try network.state().entries.isEmpty)
        }
    }

    @Test("nobody is shut out by mistake: an empty list is not enforced, nor the last range removed, unless that is confirmed")
    func lockout() async throws {
        try await withNetwork { network, store async throws in
            #expect(await code { try await network.setMode(.enforce, confirmed: false) } == "not_permitted")
            #expect(network.list.mode == .off)
            try await network.add("10.0.0.0/8", workspace: "fin", note: "", by: "uid:0")
            #expect(await code { try await network.setMode(.enforce, confirmed: false) } == "not_permitted")
            try await network.add("::1", workspace: nil, note: "", by: "uid:0")
            #expect(try await network.setMode(.enforce, confirmed: false))
            #expect(try await !network.setMode(.enforce, confirmed: false))
            #expect(await code { try await network.remove("::1", workspace: nil, confirmed: false) } == "not_permitted")
            #expect(!network.list.refuses(IPAddress("::1")))
            try await network.remove("10.0.0.0/8", workspace: "fin", confirmed: false)
            try await network.remove("::1", workspace: nil, confirmed: true)
            #expect(network.list.refuses(IPAddress("::1")))
            #expect(try Network(store: store, feed: ChangeFeed()).list.mode == .enforce)
            try await network.setMode(.off, confirmed: false)
        }
    }

    @Test("ten thousand ranges are asked without looking at each")
    func many() throws {
        let ranges = try (0..<10_000).map { try #require(AddressRange("10.\($0 / 250).\($0 % 250).0/24")) }
        let set = AddressSet(ranges)
        let inside = try #require(IPAddress("10.39.249.7"))
        let outside = try #require(IPAddress("11.0.0.1"))
        var found = 0
        // Looking at each would take two billion steps.
        for _ in 0..<100_000 {
            if set.contains(inside) { found += 1 }
            if set.contains(outside) { found -= 1 }
        }
        #expect(found == 100_000)
    }
}
