import PetaWire
import Testing

@Suite("Listed definitions") struct RewriteListTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("a tool gets its listed name and its canonical name, and keeps everything else")
    func tool() throws {
        let definition = try JSON.parse(
            #"{"x":1.0,"name":"a.b","inputSchema":{"type":"object","$defs":{"n":1E2}},"_meta":{"k":null},"y":[]}"#)
        #expect(
            text(try ListRenderer.tool(definition, server: "demo", listedName: "demo__a_b"))
                == #"{"x":1.0,"name":"demo__a_b","inputSchema":{"type":"object","$defs":{"n":1E2}},"_meta":{"k":null,"io.peta/name":"demo::a.b"},"y":[]}"#
        )
    }

    @Test("a canonical name that a server put there itself is replaced, and a meta that is no object becomes one")
    func meta() throws {
        let spoofed = try JSON.parse(#"{"name":"a","inputSchema":{},"_meta":{"io.peta/name":"other::a","k":1}}"#)
        #expect(
            text(try ListRenderer.tool(spoofed, server: "demo", listedName: "l"))
                == #"{"name":"l","inputSchema":{},"_meta":{"io.peta/name":"demo::a","k":1}}"#
        )
        for bad in ["null", "1", "\"x\"", "[]"] {
            let definition = try JSON.parse(#"{"name":"a","inputSchema":{},"_meta":\#(bad)}"#)
            #expect(
                text(try ListRenderer.tool(definition, server: "demo", listedName: "l"))
                    == #"{"name":"l","inputSchema":{},"_meta":{"io.peta/name":"demo::a"}}"#
            )
        }
    }

    @Test("the UI resource of a tool is prefixed in both spellings")
    func userInterface() throws {
        let definition = try JSON.parse(
            #"{"name":"a","inputSchema":{},"_meta":{"ui":{"resourceUri":"ui://w","visibility":["app"]},"ui/resourceUri":"ui://w"}}"#)
        #expect(
            text(try ListRenderer.tool(definition, server: "demo", listedName: "l"))
                == #"{"name":"l","inputSchema":{},"_meta":{"ui":{"resourceUri":"demo::ui://w","visibility":["app"]},"ui/resourceUri":"demo::ui://w","io.peta/name":"demo::a"}}"#
        )
    }

    @Test("a prompt needs no schema; resources and templates keep their names and have their addresses prefixed")
    func others() throws {
        #expect(
            text(try ListRenderer.prompt(["name": "p", "arguments": []], server: "demo", listedName: "demo__p"))
                == #"{"name":"demo__p","arguments":[],"_meta":{"io.peta/name":"demo::p"}}"#
        )
        #expect(
            text(try ListRenderer.resource(["uri": "file:///a", "name": "A", "size": 3], server: "demo"))
                == #"{"uri":"demo::file:///a","name":"A","size":3,"_meta":{"io.peta/name":"demo::file:///a"}}"#
        )
        #expect(
            text(try ListRenderer.template(["uriTemplate": "f:{x}", "name": "T"], server: "demo"))
                == #"{"uriTemplate":"demo::f:{x}","name":"T","_meta":{"io.peta/name":"demo::f:{x}"}}"#
        )
    }

    @Test("a definition that clients could not read is refused, with the reason")
    func refusals() {
        for bad: JSON in [.null, [], "x", 1] {
            #expect(throws: ListRenderer.Refusal.notAnObject) { try ListRenderer.tool(bad, server: "demo", listedName: "l") }
            #expect(throws: ListRenderer.Refusal.notAnObject) { try ListRenderer.resource(bad, server: "demo") }
        }
        for bad: JSON in [[:], ["name": 1], ["name": ""], ["name": .null]] {
            #expect(throws: ListRenderer.Refusal.badMember("name")) { try ListRenderer.tool(bad, server: "demo", listedName: "l") }
            #expect(throws: ListRenderer.Refusal.badMember("name")) { try ListRenderer.prompt(bad, server: "demo", listedName: "l") }
        }
        for bad: JSON in [["name": "a"], ["name": "a", "inputSchema": true], ["name": "a", "inputSchema": []]] {
            #expect(throws: ListRenderer.Refusal.badMember("inputSchema")) { try ListRenderer.tool(bad, server: "demo", listedName: "l") }
        }
        #expect(throws: ListRenderer.Refusal.badMember("uri")) { try ListRenderer.resource(["name": "a"], server: "demo") }
        #expect(throws: ListRenderer.Refusal.badMember("name")) { try ListRenderer.resource(["uri": "a"], server: "demo") }
        #expect(throws: ListRenderer.Refusal.badMember("uriTemplate")) {
            try ListRenderer.template(["uri": "a", "name": "a"], server: "demo")
        }
        #expect(ListRenderer.Refusal.badMember("uri").message == "the definition has no text as 'uri'")
    }
}
