import PetaWire
import TestRandom
import Testing

@Suite("Rewriting answers") struct RewriteResultTests {
    private static let rewriter = ResultRewriter(server: "demo")

    private func rewrite(_ text: String, _ kind: ResultRewriter.Kind) throws -> String? {
        try Array(text.utf8).withUnsafeBytes { bytes in
            try Self.rewriter.rewrite(bytes, kind: kind).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    static let rewritten: [(ResultRewriter.Kind, String, String)] = [
        (
            .toolCall, #"{"content":[{"type":"resource_link","uri":"file:///a"}]}"#,
            #"{"content":[{"type":"resource_link","uri":"demo::file:///a"}]}"#
        ),
        (.toolCall, #"{"content":[{"uri":"a","type":"resource_link"}]}"#, #"{"content":[{"uri":"demo::a","type":"resource_link"}]}"#),
        (
            .toolCall, #"{"content":[{"\u0075ri":"a","t\u0079pe":"resource\u005flink"}]}"#,
            #"{"content":[{"\u0075ri":"demo::a","t\u0079pe":"resource\u005flink"}]}"#
        ),
        (
            .toolCall, #"{"content":[{"type":"resource","resource":{"uri":"a:b","text":""}}]}"#,
            #"{"content":[{"type":"resource","resource":{"uri":"demo::a:b","text":""}}]}"#
        ),
        (
            .toolCall, #"{"_meta":{"ui":{"resourceUri":"ui://x"}},"content":[]}"#,
            #"{"_meta":{"ui":{"resourceUri":"demo::ui://x"}},"content":[]}"#
        ),
        (.toolCall, #"{"_meta":{"ui\/resourceUri":"ui://x"}}"#, #"{"_meta":{"ui\/resourceUri":"demo::ui://x"}}"#),
        (
            .toolCall, #"{"content":[{"type":"text","text":"t","_meta":{"ui":{"resourceUri":"u"}}}]}"#,
            #"{"content":[{"type":"text","text":"t","_meta":{"ui":{"resourceUri":"demo::u"}}}]}"#
        ),
        (
            .promptGet, #"{"messages":[{"role":"user","content":{"type":"resource_link","uri":"a"}}]}"#,
            #"{"messages":[{"role":"user","content":{"type":"resource_link","uri":"demo::a"}}]}"#
        ),
        (
            .promptGet, #"{"messages":[{"content":[{"type":"resource","resource":{"uri":"a"}},{"type":"text","text":"x"}]}]}"#,
            #"{"messages":[{"content":[{"type":"resource","resource":{"uri":"demo::a"}},{"type":"text","text":"x"}]}]}"#
        ),
        (
            .resourceRead, #"{"contents":[{"uri":"a","text":"1"},{"uri":"b","blob":""}]}"#,
            #"{"contents":[{"uri":"demo::a","text":"1"},{"uri":"demo::b","blob":""}]}"#
        ),
        (
            .resourceList, " { \"resources\" : [ { \"uri\" : \"a\" , \"size\" : 1.0 } ] , \"x\" : 1E5 }\n",
            " { \"resources\" : [ { \"uri\" : \"demo::a\" , \"size\" : 1.0 } ] , \"x\" : 1E5 }\n"
        ),
        (
            .templateList, #"{"resourceTemplates":[{"uriTemplate":"file:///{path}","name":"f"}]}"#,
            #"{"resourceTemplates":[{"uriTemplate":"demo::file:///{path}","name":"f"}]}"#
        ),
        (.resourceUpdated, #"{"uri":"","_meta":{"a":1}}"#, #"{"uri":"demo::","_meta":{"a":1}}"#),
        (
            .error, #"{"code":-32002,"message":"m","data":{"uri":"demo::a"}}"#,
            #"{"code":-32002,"message":"m","data":{"uri":"demo::demo::a"}}"#
        ),
        (.resourceUpdated, #"{"uri":"a","uri":"b"}"#, #"{"uri":"demo::a","uri":"demo::b"}"#),
        (
            .toolCall, #"{"content":[{"type":"text","type":"resource_link","uri":"a","uri":"b"}]}"#,
            #"{"content":[{"type":"text","type":"resource_link","uri":"demo::a","uri":"demo::b"}]}"#
        ),
        (.resourceUpdated, #"{"uri":"\"\\\/\u00e9"}"#, #"{"uri":"demo::\"\\\/\u00e9"}"#),
    ]

    @Test("each kind of answer has its URIs prefixed and nothing else changed", arguments: rewritten)
    func rewrites(kind: ResultRewriter.Kind, text: String, expected: String) throws {
        #expect(try rewrite(text, kind) == expected)
    }

    static let untouched: [(ResultRewriter.Kind, String)] = [
        (.toolCall, #"{"content":[{"type":"text","text":"\"uri\":\"file:///a\""}]}"#),
        (.toolCall, #"{"content":[{"type":"video","uri":"https://a"}],"uri":"a"}"#),
        (.toolCall, #"{"content":[],"structuredContent":{"uri":"a","resource":{"uri":"a"},"_meta":{"ui":{"resourceUri":"a"}}}}"#),
        (.toolCall, #"{"content":[{"type":"resource_link","uri":null}]}"#),
        (.toolCall, #"{"content":{"a":{"type":"resource_link","uri":"a"}}}"#),
        (.toolCall, #"{"contents":[{"uri":"a"}]}"#), (.resourceRead, #"{"content":[{"uri":"a"}]}"#), (.toolCall, #""uri""#),
        (.toolCall, "{}"),
        (.toolCall, ""), (.resourceRead, #"{"contents":[{"Uri":"a","URI":"a","uris":"a","text":"uri"}]}"#),
        (.resourceRead, #"{"contents":[["uri"]]}"#),
        (.templateList, #"{"resourceTemplates":[{"uri":"a"}]}"#), (.resourceList, #"{"resources":[{"uriTemplate":"a"}]}"#),
        (.error, #"{"code":1,"message":"uri","data":"uri"}"#), (.resourceRead, #"{"contents":[{"\ud800uri":"a"}]}"#),
    ]

    @Test("an answer without a URI in its place is left as it is", arguments: untouched)
    func leaves(kind: ResultRewriter.Kind, text: String) throws {
        #expect(try rewrite(text, kind) == nil)
    }

    @Test("what is no JSON where it matters is refused, at every cut")
    func malformed() throws {
        let text = Array(#"{"contents":[{"uri":"a","text":"b\\","n":[1,{"x":[]}]}],"t":true}"#.utf8)
        #expect(throws: Never.self) { try text.withUnsafeBytes { try Self.rewriter.rewrite($0, kind: .resourceRead) } }
        for count in 20..<text.count {
            #expect(throws: JSONError.self) {
                try text.prefix(count).withUnsafeBytes { try Self.rewriter.rewrite($0, kind: .resourceRead) }
            }
        }
        for bad in [
            #"{"contents":[{"uri":"a"}}"#, #"{"contents":[{"uri":"a"]]}"#, #"{"contents":[{"uri" "a"}]}"#, #"{"contents":[{"uri":"a"}]} x"#,
            #"{"a":[}],"uri":"b"}"#, #"{"uri":"a",}"#, #"{"uri":}"#, #"{"uri":"a" "b":1}"#, #"{uri":"a"}"#,
            #"{"uri":"a","x":"# + String(repeating: "[", count: 65) + String(repeating: "]", count: 65) + "}",
        ] {
            #expect(throws: JSONError.self, "\(bad)") { try rewrite(bad, .resourceRead) }
        }
    }

    @Test("a string ends at the right quote, with any run of backslashes at any place of a long text")
    func longStrings() throws {
        for length in 0..<200 {
            for run in 0..<6 {
                for first in ["", "\\\""] {
                    let text = first + String(repeating: "y", count: length) + String(repeating: "\\\\", count: run)
                    for tail in ["", "\\\"", "\\\"\\\\", "z\\\"z"] {
                        let body = #"{"text":""# + text + tail + #"","uri":"a"}"#
                        #expect(try rewrite(body, .resourceUpdated) == body.dropLast(3) + #"demo::a"}"#)
                    }
                }
            }
        }
    }

    @Test("a key is found at every distance from the start and the end of a big answer")
    func filterPositions() throws {
        for before in 0..<600 where before < 10 || before % 7 == 0 || (250...260).contains(before) || (505...520).contains(before) {
            for key in ["uri", "\\u0075ri", "u\\u0072i", "ur\\u0069"] {
                for after in [0, 1, 255, 256, 300] {
                    let start = #"{"t":""# + String(repeating: "x", count: before) + #"",""# + key + #"":""#
                    let rest = #"a","u":""# + String(repeating: "y", count: after) + "\"}"
                    #expect(try rewrite(start + rest, .resourceUpdated) == start + "demo::" + rest)
                }
            }
        }
    }

    @Test("splicing does what the rules say on trees, and nothing besides", arguments: ResultRewriter.Kind.allCases)
    func differential(kind: ResultRewriter.Kind) throws {
        var answers = RandomAnswer(random: SplitMix(seed: 4_000))
        var changed = 0
        for _ in 0..<300 {
            let tree = answers.document()
            let expected = RewriteReference.rewritten(tree, kind, server: "demo")
            let text = RandomJSON.spelled(tree, &answers.random)
            let out = try text.withUnsafeBytes { try Self.rewriter.rewrite($0, kind: kind) }
            #expect((out == nil) == (expected == tree))
            guard let out else { continue }
            changed += 1
            #expect(try JSON.parse(out) == expected, "\(String(decoding: text, as: UTF8.self))")
            // Taking the prefixes out again gives the very bytes that came in.
            #expect(without("demo::", out) == text)
        }
        #expect(changed > 15)
    }

    private func without(_ prefix: StaticString, _ bytes: [UInt8]) -> [UInt8] {
        let prefix = Array(prefix.description.utf8)
        var out: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.first {
            if rest.starts(with: prefix) {
                rest = rest.dropFirst(prefix.count)
            } else {
                out.append(byte)
                rest = rest.dropFirst()
            }
        }
        return out
    }
}
