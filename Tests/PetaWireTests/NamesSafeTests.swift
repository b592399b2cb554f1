import PetaWire
import TestRandom
import Testing

@Suite("Listed names") struct NamesSafeTests {
    @Test("a name that fits is listed as server__name, others have one underscore for each other character")
    func plainAndMapped() {
        #expect(
            Names.safeNames(server: "demo", names: ["echo", "read-file_2", "read.file", "a/b c", "größe", "👍🏽"]) == [
                "demo__echo", "demo__read-file_2", "demo__read_file", "demo__a_b_c", "demo__gr__e", "demo____",
            ])
    }

    @Test("a plain name keeps its form when others collide with it, and those get a suffix each")
    func collisions() {
        let listed = Names.safeNames(server: "demo", names: ["a.b", "a_b", "a/b", "c.d", "e.f", "e/f"])
        #expect(
            listed == ["demo__a_b_acd2021a", "demo__a_b", "demo__a_b_acd7adcf", "demo__c_d", "demo__e_f_f54d807a", "demo__e_f_f577d8b7"])
    }

    @Test("a name that is too long is cut and ends in a suffix")
    func long() {
        let fits = String(repeating: "x", count: 58)
        let listed = Names.safeNames(server: "demo", names: [fits, fits + "y", fits + "z", String(repeating: "é", count: 58)])
        #expect(listed[0] == "demo__" + fits)
        #expect(listed[1].hasPrefix("demo__" + String(repeating: "x", count: 49) + "_"))
        #expect(listed[2].hasPrefix("demo__" + String(repeating: "x", count: 49) + "_"))
        #expect(listed[3] == "demo__" + String(repeating: "_", count: 58))
        #expect(listed.allSatisfy { $0.utf8.count == 64 })
        #expect(Set(listed).count == 4)
    }

    @Test("a tool that is called like another one's suffixed form pushes that one aside, not itself")
    func squatter() {
        let before = Names.safeNames(server: "demo", names: ["a.b", "a_b"])
        let squatted = String(before[0].dropFirst("demo__".count))
        let after = Names.safeNames(server: "demo", names: ["a.b", "a_b", squatted])
        #expect(after[2] == before[0])
        #expect(after[1] == before[1])
        #expect(after[0] != before[0])
        #expect(Set(after).count == 3)
    }

    @Test("two names of one hash get two suffixes, the first in order of bytes the hash itself")
    func equalHashes() {
        let first = "...//./: ."
        let second = ".. .  / :/"
        let stem = "demo__" + String(repeating: "_", count: 10) + "_"
        #expect(Names.safeNames(server: "demo", names: [first, second]) == [stem + "842cd715", stem + "842cd714"])
        #expect(Names.safeNames(server: "demo", names: [second, first]) == [stem + "842cd714", stem + "842cd715"])
    }

    @Test("names that differ only in bytes are two names, a name given twice is one")
    func exactNames() {
        let listed = Names.safeNames(server: "demo", names: ["é", "e\u{301}", "é"])
        #expect(listed[0] == listed[2])
        #expect(listed[0] != listed[1])
    }

    @Test("listed names fit the vendors' rule, are unique and do not depend on the order", arguments: 0..<20)
    func properties(round: Int) {
        var random = SplitMix(seed: UInt64(round) + 500)
        for _ in 0..<30 {
            let server = Self.serverID(&random)
            var names = Self.names(server, &random)
            let listed = Names.safeNames(server: server, names: names)
            #expect(listed.count == names.count)
            #expect(Set(listed).count == names.count)
            for (name, shown) in zip(names, listed) {
                #expect(Self.isSafe(shown))
                if Self.isSafe(server + "__" + name) { #expect(shown == server + "__" + name) }
                #expect(shown.hasPrefix(server + "__") || server.utf8.count > 54 && shown.hasPrefix("L"))
            }
            let table = Dictionary(uniqueKeysWithValues: zip(names, listed))
            names.shuffle(using: &random)
            #expect(Names.safeNames(server: server, names: names) == names.map { table[$0] })
        }
    }

    @Test("no two servers ever list the same name")
    func acrossServers() {
        var random = SplitMix(seed: 900)
        let stem = String(repeating: "a", count: 52)
        let near = ["", "a", "aa", "aaa", "aab", "aa-", "aaaa", "aaaaaaaaaaa", "aaaaaaaaaab", "aaaaaaaaaa-", "aaaaaaaaaa"].map { stem + $0 }
        let servers = Set(near + (0..<60).map { _ in Self.serverID(&random) } + ["a", "aa", "a-", "demo", "demo-2"])
        var seen: [String: String] = [:]
        let names = ["", "a", "_", "__a", "a__b", "a.b", "a/b", "long" + String(repeating: ".", count: 60), "seven77", "a\u{301}"]
        for server in servers {
            for listed in Names.safeNames(server: server, names: names) {
                let other = seen.updateValue(server, forKey: listed)
                #expect(other == nil, "\(listed) of \(server) and \(other ?? "")")
            }
        }
    }

    @Test("an id that is too long to stand in front is packed so that it can be read back")
    func packing() {
        var random = SplitMix(seed: 901)
        var edges: [String] = []
        for count in 55...63 {
            for character in ["a", "z", "0", "9", "-"] {
                edges.append("a" + String(repeating: character, count: count - 1))
                edges.append("z" + String(repeating: character, count: count - 1))
            }
        }
        for id in edges + (0..<2_000).map({ _ in Self.serverID(&random, 55 + random.below(9)) }) {
            let packed = PackedServerID.pack(id)
            #expect(packed.utf8.count == 56)
            #expect(packed.first == "L" && Self.isSafe(packed))
            #expect(PackedServerID.unpack(packed) == id)
        }
        #expect(PackedServerID.unpack("L") == nil)
    }

    /// Checks the rule without looking at how names are made.
    private static func isSafe(_ name: String) -> Bool {
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-".utf8)
        return !name.isEmpty && name.utf8.count <= 64 && name.utf8.allSatisfy { allowed.contains($0) }
    }

    private static func serverID(_ random: inout SplitMix, _ length: Int? = nil) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789-")
        let count = length ?? random.pick([1, 4, 20, 53, 54, 55, 56, 61, 62, 63])
        return String((0..<count).map { $0 == 0 ? letters[random.below(26)] : random.pick(letters) })
    }

    /// Unique names out of few pieces, so that many collide; some are the listed forms of others.
    private static func names(_ server: String, _ random: inout SplitMix) -> [String] {
        let pieces = [
            "a", "b", ".", "/", "_", "__", "-", " ", "é", "e\u{301}", ":", "::", "9", "Z", "xxxxxxxxxxxxxxxxxxxxxxxx", "................",
        ]
        var names: [String] = []
        for _ in 0..<random.below(40) { names.append((0...random.below(6)).map { _ in random.pick(pieces) }.joined()) }
        names += Names.safeNames(server: server, names: names).shuffled(using: &random).prefix(5).map {
            String($0.dropFirst(server.utf8.count + 2))
        }
        var seen: Set<[UInt8]> = []
        // As a dictionary of the test compares them: canonically equivalent names would be one.
        return names.filter { seen.insert(Array($0.utf8)).inserted && !$0.unicodeScalars.contains("\u{301}") }
    }
}
