import PetaWire
import Testing

@Suite("Names") struct NamesTests {
    @Test("a server id of the rule is taken", arguments: ["a", "demo", "a-", "a--1", "z9", "a" + String(repeating: "-", count: 62)])
    func serverIDs(id: String) {
        #expect(Names.isServerID(id))
    }

    @Test(
        "another server id is refused",
        arguments: ["", "A", "1a", "-a", "a_b", "a.b", "a b", "aB", "é", "a\u{301}", "a:", "a\n", "a" + String(repeating: "b", count: 63)]
    )
    func badServerIDs(id: String) {
        #expect(!Names.isServerID(id))
    }

    @Test("the rule of secret names holds at its edges")
    func secretNames() {
        for name in ["A", "a", "GITHUB_TOKEN", "a.b-c_d9", "a" + String(repeating: "9", count: 127)] { #expect(Names.isSecretName(name)) }
        for name in ["", "_a", "9a", ".a", "-a", "a b", "a}", "é", "a\u{301}", "a\n", "a" + String(repeating: "9", count: 128)] {
            #expect(!Names.isSecretName(name))
        }
    }

    static let splits: [(String, String, String)] = [
        ("demo::echo", "demo", "echo"), ("a::b::c", "a", "b::c"), ("a:::b", "a", ":b"), ("a::::", "a", "::"),
        ("demo::file:///x?y::z", "demo", "file:///x?y::z"), ("a::\u{301}b", "a", "\u{301}b"), ("a:: ", "a", " "),
    ]

    @Test("a canonical name is split at its first pair of colons, and made again of its parts", arguments: splits)
    func split(text: String, server: String, name: String) throws {
        let parts = try #require(Names.split(text))
        #expect(parts.server == server)
        #expect(Array(parts.name.utf8) == Array(name.utf8))
        #expect(Array(Names.canonical(server: parts.server, name: parts.name).utf8) == Array(text.utf8))
        #expect(Names.split(("x" + text).dropFirst())?.server == server)
    }

    @Test(
        "what is no canonical name is not split",
        arguments: ["", ":", "::", "a", "a:", "a:b", "a::", "::a", "A::b", "a:b::c", "a b::c", " a::b", "a_b::c", "file:///a::b"]
    )
    func noSplit(text: String) {
        #expect(Names.split(text) == nil)
    }

    @Test("the hash is 64-bit FNV-1a")
    func hash() {
        #expect(Names.fnv1a("") == 0xCBF2_9CE4_8422_2325)
        #expect(Names.fnv1a("a") == 0xAF63_DC4C_8601_EC8C)
        #expect(Names.fnv1a("foobar") == 0x8594_4171_F739_67E8)
    }
}
