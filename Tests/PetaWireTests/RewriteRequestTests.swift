import PetaWire
import TestRandom
import Testing

@Suite("Rewriting requests") struct RewriteRequestTests {
    private func rewrite(_ text: String, _ field: RequestRewriter.Field, _ value: String) throws -> String {
        try Array(text.utf8).withUnsafeBytes { String(decoding: try RequestRewriter.rewrite($0, field, to: value), as: UTF8.self) }
    }

    static let rewritten: [(RequestRewriter.Field, String, String, String)] = [
        (.name, #"{"name":"demo::echo","arguments":{"name":"x","n":1.0}}"#, "echo", #"{"name":"echo","arguments":{"name":"x","n":1.0}}"#),
        (.name, #" { "arguments" : { } , "name" : "a" } "#, "b", #" { "arguments" : { } , "name" : "b" } "#),
        (.name, #"{"n\u0061me":"a","x":1}"#, "b", #"{"name":"b","x":1}"#),
        (.name, #"{"name":"a\"\\"}"#, "q\"\\\n", #"{"name":"q\"\\\n"}"#),
        (.uri, #"{"uri":"demo::file:///a","_meta":{"uri":"k"}}"#, "file:///a", #"{"uri":"file:///a","_meta":{"uri":"k"}}"#),
        (
            .refName, #"{"ref":{"type":"ref/prompt","name":"demo::p"},"argument":{"name":"a","value":"b"}}"#, "p",
            #"{"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"a","value":"b"}}"#
        ),
        (
            .refURI, #"{"argument":{},"r\u0065f":{"\u0075ri":"demo::a","type":"ref/resource"}}"#, "a",
            #"{"argument":{},"ref":{"uri":"a","type":"ref/resource"}}"#
        ),
        (.refName, #"{"ref":{"name":"a"},"name":"k","uri":"k"}"#, "b", #"{"ref":{"name":"b"},"name":"k","uri":"k"}"#),
        (.name, #"{"name":""}"#, "", #"{"name":""}"#),
    ]

    @Test("the one value is replaced, its keys are spelled plainly and nothing else changes", arguments: rewritten)
    func rewrites(field: RequestRewriter.Field, text: String, value: String, expected: String) throws {
        #expect(try rewrite(text, field, value) == expected)
    }

    static let refused: [(RequestRewriter.Field, String, RequestRewriter.Failure)] = [
        (.name, #"{"name":"a","name":"b"}"#, .twice), (.name, #"{"name":"a","n\u0061me":"b"}"#, .twice),
        (.name, #"{"name":1,"name":"b"}"#, .twice),
        (.refName, #"{"ref":{"name":"a"},"ref":{"name":"a"}}"#, .twice), (.refName, #"{"ref":{"name":"a"},"ref":1}"#, .twice),
        (.refURI, #"{"ref":{"uri":"a","uri":"b"}}"#, .twice), (.name, "{}", .missing), (.name, #"{"name":null}"#, .missing),
        (.name, #"{"name":["a"]}"#, .missing), (.refName, #"{"name":"a"}"#, .missing), (.refName, #"{"ref":"a"}"#, .missing),
        (.refName, #"{"ref":{"uri":"a"}}"#, .missing), (.uri, "[]", .malformed(JSONError(.unexpectedByte, at: 0))),
        (.uri, "", .malformed(JSONError(.unexpectedEnd, at: 0))), (.uri, #"{"uri":"a"}x"#, .malformed(JSONError(.trailingBytes, at: 11))),
        (.uri, #"{"uri":"a""#, .malformed(JSONError(.unexpectedEnd, at: 10))),
    ]

    @Test("params that could be read in two ways, or lack the value, are refused", arguments: refused)
    func refuses(field: RequestRewriter.Field, text: String, failure: RequestRewriter.Failure) {
        #expect(throws: failure) { try rewrite(text, field, "x") }
        var buffer: [UInt8] = [1, 2]
        #expect(throws: failure) { try Array(text.utf8).withUnsafeBytes { try RequestRewriter.append($0, field, to: "x", into: &buffer) } }
        #expect(buffer == [1, 2])
    }

    @Test("random params keep everything but the value", arguments: RequestRewriter.Field.allCases)
    func differential(field: RequestRewriter.Field) throws {
        var random = SplitMix(seed: 5_000)
        let key = field == .name || field == .refName ? "name" : "uri"
        for _ in 0..<800 {
            var members = RandomJSON.value(depth: 3, &random).object ?? []
            members.append(.init(key: key, value: .string("demo::" + RandomJSON.string(&random))))
            members.shuffle(using: &random)
            let inner = JSON.object(members)
            var params: JSON = ["_meta": RandomJSON.value(depth: 2, &random), "ref": inner, "z": 1]
            if field == .name || field == .uri { params = inner }
            let text = RandomJSON.spelled(params, &random)
            let value = RandomJSON.string(&random)
            var expected = inner
            expected.set(key: key, value: .string(value))
            if field == .refName || field == .refURI {
                var outer = params
                outer.set(key: "ref", value: expected)
                expected = outer
            }
            let out = try text.withUnsafeBytes { try RequestRewriter.rewrite($0, field, to: value) }
            #expect(try JSON.parse(out) == expected, "\(String(decoding: text, as: UTF8.self))")
        }
    }
}
