import PetaCrypto
import PetaDownstream
import PetaWire
import TestRandom
import Testing

/// What is told of a list, for each way in which it can differ from what was accepted.
@Suite("Tools against what was accepted") struct PinStandingTests {
    private static let read =
        #"{"name":"read","title":"Read","description":"Reads.","inputSchema":{"type":"object","properties":{"path":{"type":"string","maxLength":10}}},"outputSchema":{"type":"object"},"annotations":{"readOnlyHint":true},"execution":{"taskSupport":"optional"},"_meta":{"v":1}}"#
    private static let write = #"{"name":"write","description":"Writes.","inputSchema":{"type":"object"}}"#

    private func pins(_ texts: [String]) throws -> [ToolPin] { ToolPin.all(try texts.map { try JSON.parse($0) }) }

    private func standing(_ old: [String], _ new: [String]) throws -> [String] {
        let accepted = Dictionary(try pins(old).map { ($0.name, $0) }) { first, _ in first }
        return PinStanding(accepted: accepted, offered: try pins(new)).items.map { item in
            "\(item.name) \(item.state)" + (item.kinship.map { " \($0.words)" } ?? "")
        }
    }

    @Test(
        "whatever changes in a definition changes the tool",
        arguments: [
            ("Reads.", "Reads all."), (#""title":"Read""#, #""title":"Write""#), (#""maxLength":10"#, #""maxLength":11"#),
            (#""maxLength":10"#, #""maxLength":"10""#), (#","maxLength":10"#, ""),
            (#""outputSchema":{"type":"object"}"#, #""outputSchema":{}"#),
            (#""readOnlyHint":true"#, #""readOnlyHint":false"#), (#""readOnlyHint":true"#, #""readOnlyHint":true,"destructiveHint":true"#),
            ("optional", "required"), (#""v":1"#, #""v":2"#), ("Reads.", "Reads.\u{200B}"), ("Reads.", "Re\u{0430}ds."),
            (#""_meta":{"v":1}"#, #""icons":[]"#),
        ])
    func changed(_ old: String, _ new: String) throws {
        let changed = Self.read.replacing(old, with: new)
        #expect(changed != Self.read)
        #expect(try standing([Self.read, Self.write], [changed, Self.write]) == ["read changed"])
    }

    @Test("the order of members, spaces and the order of tools change nothing")
    func order() throws {
        let other =
            #"{ "_meta":{"v":1}, "execution":{"taskSupport":"optional"}, "annotations":{"readOnlyHint":true}, "outputSchema":{"type":"object"}, "inputSchema":{"properties":{"path":{"maxLength":10,"type":"string"}},"type":"object"}, "description":"Re\u0061ds.", "title":"Read", "name":"read" }"#
        #expect(try standing([Self.read, Self.write], [Self.write, other]).isEmpty)
    }

    @Test(
        "new, gone, renamed, swapped and copied tools are told as what they are",
        arguments: [
            (["a A", "b B"], ["a A", "b B", "c C"], ["c new"]),
            (["a A", "b B"], ["b B"], ["a gone"]),
            (["a A", "b B"], [], ["a gone", "b gone"]),
            ([], ["a A"], ["a new"]),
            (["a A", "b B"], ["c A", "b B"], ["a gone looks as if renamed to c", "c new looks like a renamed"]),
            (
                ["a A", "b A"], ["c A", "d A"],
                [
                    "a gone looks as if renamed to c", "b gone looks as if renamed to d", "c new looks like a renamed",
                    "d new looks like b renamed",
                ]
            ),
            (["a A", "b B"], ["a B", "b A"], ["a changed looks like swapped with b", "b changed looks like swapped with a"]),
            (
                ["a A", "b B", "c C"], ["a B", "b C", "c A"],
                [
                    "a changed has the definition that was accepted for b", "b changed has the definition that was accepted for c",
                    "c changed has the definition that was accepted for a",
                ]
            ),
            (["a A", "b B"], ["a B", "b B"], ["a changed has the definition that was accepted for b"]),
            (["a A"], ["a A", "b A"], ["b new has the definition that was accepted for a"]),
            (["a A", "b B"], ["a B"], ["a changed has the definition that was accepted for b", "b gone"]),
            // What says nothing of itself is no relative of anything.
            (["a", "b"], ["c", "b"], ["a gone", "c new"]),
            // Of two of one name the first is what clients get.
            (["a A"], ["a A", "a B"], []), (["a A"], ["a B", "a A"], ["a changed"]),
        ] as [([String], [String], [String])])
    func kinds(_ old: [String], _ new: [String], _ expected: [String]) throws {
        func definitions(_ short: [String]) -> [String] {
            short.map { text in
                let parts = text.split(separator: " ")
                let description = parts.count > 1 ? #","description":"\#(parts[1])""# : ""
                return #"{"name":"\#(parts[0])"\#(description),"inputSchema":{"type":"object"}}"#
            }
        }
        #expect(try standing(definitions(old), definitions(new)) == expected)
    }

    @Test("what has no usable name is no tool, and a name in another Unicode form is a change")
    func names() throws {
        #expect(
            try standing([], [#"{"name":""}"#, #"{"name":7}"#, #"{}"#, "[]", #"{"name":"\#(String(repeating: "n", count: 257))"}"#]).isEmpty
        )
        let states = try standing([#"{"name":"caf\u00e9"}"#], [#"{"name":"cafe\u0301"}"#])
        #expect(states.count == 1 && states[0].hasSuffix("changed"))
    }

    @Test("a difference is told by its path, and in bounds")
    func paths() throws {
        let old = try JSON.parse(Self.read)
        var new = try JSON.parse(Self.read.replacing(#""maxLength":10"#, with: #""maxLength":11,"a.b":[1]"#))
        new.remove("title")
        let fields = DefinitionDiff.fields(old, new)
        #expect(
            fields.map(\.path) == [#"inputSchema.properties.path.["a.b"]"#, "inputSchema.properties.path.maxLength", "title"])
        #expect(fields[1].old == 10 && fields[1].new == 11)
        #expect(fields[0].old == nil && fields[2].new == nil)
        let many = JSON.members((0..<5000).map { ("m\($0)", .int($0)) })
        #expect(DefinitionDiff.fields([:], many).count == DefinitionDiff.limit)
        #expect(DefinitionDiff.fields(many, many).isEmpty)
    }

    @Test("a list with many tools is compared, and a random one without a crash")
    func size() throws {
        let description = String(repeating: "Does one thing well. ", count: 100)
        let tools = (0..<2000).map { #"{"name":"tool_\#($0)","description":"\#(description)","inputSchema":{"type":"object"}}"# }
        let definitions = try tools.map { try JSON.parse($0) }
        let pins = ToolPin.all(definitions)
        let accepted = Dictionary(uniqueKeysWithValues: pins.map { ($0.name, $0) })
        #expect(PinStanding(accepted: accepted, offered: pins).items.isEmpty)
        var random = SplitMix(seed: 14)
        for _ in 0..<300 {
            let names = ["a", "b", "c", "\u{202E}", "é", "e\u{301}"]
            func list(_ random: inout SplitMix) throws -> [ToolPin] {
                ToolPin.all(
                    (0..<random.below(6)).map { _ in ["name": .string(random.pick(names)), "description": .string(random.pick(names))] })
            }
            let old = Dictionary(try list(&random).map { ($0.name, $0) }) { first, _ in first }
            let new = try list(&random)
            let items = PinStanding(accepted: old, offered: new).items
            #expect(Set(items.map(\.name)).count == items.count)
            for pin in new where old[pin.name]?.digest != pin.digest { #expect(items.contains { $0.name == pin.name }) }
        }
    }
}
