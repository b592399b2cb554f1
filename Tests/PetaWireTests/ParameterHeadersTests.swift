import PetaWire
import TestRandom
import Testing

@Suite("Arguments that are repeated as header fields")
struct ParameterHeadersTests {
    private func lines(_ schema: String, _ arguments: String) throws -> String {
        let headers = try ParameterHeaders(inputSchema: try JSON.parse(schema))
        var out: [UInt8] = []
        Array(arguments.utf8).withUnsafeBytes { headers.append(arguments: $0, into: &out) }
        return String(decoding: out, as: UTF8.self)
    }

    private static let schema = """
        {"type":"object","properties":{
          "region":{"type":"string","x-mcp-header":"Region"},"count":{"type":"integer","x-mcp-header":"Count"},
          "dry":{"type":"boolean","x-mcp-header":"Dry-Run"},"q":{"type":"string"},
          "where":{"type":"object","properties":{"city":{"type":"string","x-mcp-header":"City"},"properties":{"type":"string"}}},
          "x-mcp-header":{"type":"string","default":{"x-mcp-header":7}},"schlüssel":{"type":"string","x-mcp-header":"K"}}}
        """

    @Test(
        "are written in the form that the specification gives them",
        arguments: [
            (#"{"region":"eu-1"}"#, "Mcp-Param-Region: eu-1\r\n"), (#"{"region":"Köln"}"#, "Mcp-Param-Region: =?base64?S8O2bG4=?=\r\n"),
            (#"{"region":"K\u00f6ln"}"#, "Mcp-Param-Region: =?base64?S8O2bG4=?=\r\n"), (#"{"\u0072egion":"a"}"#, "Mcp-Param-Region: a\r\n"),
            (#"{"region":"a\r\nX: y"}"#, "Mcp-Param-Region: =?base64?YQ0KWDogeQ==?=\r\n"),
            (#"{"region":""}"#, "Mcp-Param-Region: =?base64??=\r\n"),
            (#"{"region":null,"q":"x"}"#, ""), ("{}", ""), ("", ""), (#"{"region":["a"]}"#, ""), (#"{"region":{"a":1}}"#, ""),
            (#"{"count":42}"#, "Mcp-Param-Count: 42\r\n"), (#"{"count":42.0}"#, "Mcp-Param-Count: 42\r\n"),
            (#"{"count":4.2e1}"#, "Mcp-Param-Count: 42\r\n"), (#"{"count":-4200E-2}"#, "Mcp-Param-Count: -42\r\n"),
            (#"{"count":-0.0}"#, "Mcp-Param-Count: 0\r\n"), (#"{"count":9007199254740993}"#, "Mcp-Param-Count: 9007199254740993\r\n"),
            (#"{"count":1.5}"#, "Mcp-Param-Count: 1.5\r\n"),
            (#"{"count":1e999999999999999999999}"#, "Mcp-Param-Count: 1e999999999999999999999\r\n"),
            (#"{"dry":true}"#, "Mcp-Param-Dry-Run: true\r\n"), (#"{"dry":false}"#, "Mcp-Param-Dry-Run: false\r\n"),
            (#"{"where":{"city":"Oslo"},"region":"a"}"#, "Mcp-Param-City: Oslo\r\nMcp-Param-Region: a\r\n"),
            (#"{"where":"city"}"#, ""), (#"{"where":null}"#, ""), (#"{"city":"Oslo"}"#, ""), (#"{"schlüssel":"a"}"#, "Mcp-Param-K: a\r\n"),
            ("{ \"region\" :\n\"a\" , \"q\" : [ { \"region\" : \"b\" } ] }", "Mcp-Param-Region: a\r\n"),
            (#"{"region":"a""#, ""), (#"{"region":"a",}"#, ""), (#"["region"]"#, ""), (#"{"region":"\ud800"}"#, ""),
        ])
    func written(arguments: String, expected: String) throws {
        #expect(try lines(Self.schema, arguments) == expected)
    }

    @Test(
        "are allowed where the rules allow them",
        arguments: [
            "{}", "true", "null", "7", #"{"type":"object"}"#, #"{"properties":{"x-mcp-header":{"type":"array"}}}"#,
            #"{"properties":{"a":{"type":"array","items":{"type":"string"}}}}"#, #"{"examples":[{"x-mcp-header":1}]}"#,
            #"{"properties":{"a":{"const":{"x-mcp-header":""}}}}"#, #"{"properties":{"a":{"enum":[{"x-mcp-header":""}]}}}"#,
        ])
    func without(schema: String) throws {
        #expect(try ParameterHeaders(inputSchema: try JSON.parse(schema)).isEmpty)
    }

    @Test(
        "make a tool unusable where the rules forbid them",
        arguments: [
            (#"{"properties":{"a":{"type":"string","x-mcp-header":""}}}"#, "field name"),
            (#"{"properties":{"a":{"type":"string","x-mcp-header":"a b"}}}"#, "field name"),
            (#"{"properties":{"a":{"type":"string","x-mcp-header":"a\r\nb"}}}"#, "field name"),
            (#"{"properties":{"a":{"type":"string","x-mcp-header":"ä"}}}"#, "field name"),
            (#"{"properties":{"a":{"type":"string","x-mcp-header":"a:"}}}"#, "field name"),
            (#"{"properties":{"a":{"type":"string","x-mcp-header":7}}}"#, "field name"),
            (#"{"properties":{"a":{"type":"string","x-mcp-header":null}}}"#, "field name"),
            (#"{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}"#, "only for"),
            (#"{"properties":{"a":{"type":["string","null"],"x-mcp-header":"A"}}}"#, "only for"),
            (#"{"properties":{"a":{"type":"object","x-mcp-header":"A"}}}"#, "only for"),
            (#"{"properties":{"a":{"x-mcp-header":"A"}}}"#, "only for"),
            (#"{"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}}"#, "twice"),
            (
                #"{"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"properties":{"c":{"type":"string","x-mcp-header":"A"}}}}}"#,
                "twice"
            ),
            (#"{"type":"string","x-mcp-header":"A"}"#, "alone"), (#"{"items":{"type":"string","x-mcp-header":"A"}}"#, "alone"),
            (#"{"items":[{"type":"string","x-mcp-header":"A"}]}"#, "alone"),
            (#"{"properties":{"a":{"items":{"properties":{"b":{"type":"string","x-mcp-header":"A"}}}}}}"#, "alone"),
            (#"{"oneOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}"#, "alone"),
            (#"{"allOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}"#, "alone"),
            (#"{"$defs":{"a":{"type":"string","x-mcp-header":"A"}}}"#, "alone"),
            (#"{"not":{"type":"string","x-mcp-header":"A"}}"#, "alone"),
            (#"{"if":{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}}"#, "alone"),
            (#"{"patternProperties":{"a":{"type":"string","x-mcp-header":"A"}}}"#, "alone"),
            (#"{"additionalProperties":{"type":"string","x-mcp-header":"A"}}"#, "alone"),
        ])
    func refused(schema: String, why: String) throws {
        let tree = try JSON.parse(schema)
        let refusal = #expect(throws: ParameterHeaders.Refusal.self) { try ParameterHeaders(inputSchema: tree) }
        #expect(refusal?.message.contains(why) == true)
    }

    @Test("never break a head, whatever the arguments are", arguments: 0..<UInt64(30))
    func fuzz(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let pieces = [
            "{", "}", "[", "]", ":", ",", "\"region\"", "\"count\"", "\"where\"", "\"city\"", "\"a\\r\\nX: y\"", "1e5", "-0", "1.50",
            "true",
            "null", " ", "\"\\ud83d\\ude00\"", "\"\u{7F}é\"", "\\",
        ]
        for _ in 0..<300 {
            let text =
                random.chance(50)
                ? random.text(pieces, 0...12) : "{\"region\":\(random.text(pieces, 1...3)),\"count\":\(random.text(pieces, 1...2))}"
            let written = try lines(Self.schema, text)
            let split = written.split(separator: "\r\n", omittingEmptySubsequences: false)
            #expect(split.last == "")
            for line in split.dropLast() {
                #expect(line.hasPrefix("Mcp-Param-") && line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(text)")
            }
            guard !written.isEmpty else { continue }
            do { _ = try JSON.parse(text) } catch {
                guard case .duplicateKey = error.reason else {
                    Issue.record("no JSON, and yet written: \(text)")
                    continue
                }
            }
        }
    }
}
