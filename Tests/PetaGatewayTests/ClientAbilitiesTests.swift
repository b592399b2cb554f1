import PetaGateway
import PetaWire
import Testing

/// What a client can be asked, by what it says and by the revision that it speaks.
@Suite("What clients can be asked") struct ClientAbilitiesTests {
    static let all: JSON = [
        "roots": ["listChanged": true], "sampling": ["tools": [:], "context": [:], "other": [:]], "elicitation": ["form": [:], "url": [:]],
        "experimental": ["x": [:]], "extensions": ["io.modelcontextprotocol/tasks": [:]], "tasks": [:],
    ]
    static let sampling: ClientAbilities.Set = [.sampling, .samplingTools, .samplingContext]

    @Test("the same words mean what the revision makes of them")
    func revisions() {
        func set(_ revision: ProtocolRevision) -> ClientAbilities.Set { ClientAbilities(Self.all, revision: revision).set }
        let base = Self.sampling.union(.roots)
        #expect(set(.march2025) == base)
        #expect(set(.june2025) == base.union(.form))
        #expect(set(.november2025) == base.union([.form, .url]))
        #expect(ClientAbilities(modern: Self.all).set == base.union([.form, .url, .tasks]))
        #expect(ClientAbilities.none.set == [] && ClientAbilities.none.announced == [:])
    }

    static let elicitation: [(JSON, form: Bool, url: Bool)] = [
        ([:], true, false), (["form": [:]], true, false), (["url": [:]], false, true), (["form": [:], "url": [:]], true, true),
        (["other": [:]], true, false), (["form": true], true, false), (["url": true], true, false),
        (["form": .null, "url": [:]], false, true),
    ]

    @Test("an empty elicitation means forms; what is no object is not there", arguments: elicitation)
    func modes(declared: JSON, form: Bool, url: Bool) {
        let set = ClientAbilities(modern: ["elicitation": declared]).set
        #expect(set.contains(.form) == form && set.contains(.url) == url)
        let legacy = ClientAbilities(["elicitation": declared], revision: .november2025).set
        #expect(legacy == set)
        let june = ClientAbilities(["elicitation": declared], revision: .june2025).set
        #expect(!june.contains(.url))
    }

    @Test("a server is told of nothing but what it can ask, and a modern one of no news of roots")
    func announced() {
        #expect(
            ClientAbilities(modern: Self.all).announced == [
                "roots": [:], "sampling": ["tools": [:], "context": [:]], "elicitation": ["form": [:], "url": [:]],
            ])
        #expect(
            ClientAbilities(Self.all, revision: .june2025).announced == [
                "roots": ["listChanged": true], "sampling": ["tools": [:], "context": [:]], "elicitation": ["form": [:]],
            ])
        #expect(ClientAbilities(Self.all, revision: .march2025).announced["elicitation"] == nil)
        for nonsense: JSON in [[], "x", .null, 7, ["roots": [], "sampling": "x", "elicitation": 1]] {
            let abilities = ClientAbilities(modern: nonsense)
            #expect(abilities.set == [] && !abilities.canBeAsked && abilities.announced == [:])
        }
        #expect(ClientAbilities(modern: Self.all).announcedBytes == ClientAbilities(modern: Self.all).announced.bytes)
    }

    @Test("a client can be asked if there is one thing that a server asks")
    func canBeAsked() {
        for one: JSON in [["roots": [:]], ["sampling": [:]], ["elicitation": [:]], ["elicitation": ["url": [:]]]] {
            #expect(ClientAbilities(modern: one).canBeAsked)
        }
        #expect(!ClientAbilities(modern: ["extensions": ["io.modelcontextprotocol/tasks": [:]]]).canBeAsked)
        #expect(!ClientAbilities(["elicitation": [:]], revision: .march2025).canBeAsked)
    }
}
