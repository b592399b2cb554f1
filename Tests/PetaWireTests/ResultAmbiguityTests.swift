import PetaWire
import Testing

@Suite("Results that readers could differ about") struct ResultAmbiguityTests {
    private func isAmbiguous(_ result: String) throws -> Bool {
        try Array(#"{"jsonrpc":"2.0","id":1,"result":\#(result)}"#.utf8).withUnsafeBytes { try MessageScan($0).resultIsAmbiguous }
    }

    @Test(
        "a member that says what kind of result it is, twice or spelled with escapes, is noticed",
        arguments: [
            #"{"result\u0054ype":"input_required"}"#, #"{"resultType":"complete","resultType":"input_required"}"#,
            #"{"cache\u0053cope":"public"}"#, #"{"_meta":{},"_meta":{}}"#, #"{"\u005fmeta":{}}"#,
        ])
    func noticed(result: String) throws {
        #expect(try isAmbiguous(result))
    }

    @Test("others are not", arguments: [#"{}"#, #"{"resultType":"complete","_meta":{"a\u0062":1},"content":[{"te\u0078t":"x"}]}"#])
    func plain(result: String) throws {
        #expect(try !isAmbiguous(result))
    }

    @Test(
        "numbers without measure in arguments and in header values end nowhere",
        arguments: ["1e-9223372036854775808", "1e9223372036854775807"])
    func exponents(number: String) throws {
        let schema = try JSON.parse(#"{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"}}}"#)
        let headers = try ParameterHeaders(inputSchema: schema)
        var out: [UInt8] = []
        Array(#"{"n":\#(number)}"#.utf8).withUnsafeBytes { headers.append(arguments: $0, into: &out) }
        #expect(String(decoding: out, as: UTF8.self) == "Mcp-Param-N: \(number)\r\n")
        Array(number.utf8).withUnsafeBytes { value in
            Array(#"{"n":7}"#.utf8).withUnsafeBytes { #expect(headers.mismatch(arguments: $0) { _ in [value] } == "Mcp-Param-N") }
        }
    }

    @Test(
        "a header says the argument only where it is worth the same as a number, or is the same text",
        arguments: [
            (#"{"n":42}"#, "42.0", true), (#"{"n":42}"#, "42", true), (#"{"n":42}"#, "042", false), (#"{"n":0}"#, "", false),
            (#"{"s":"admin"}"#, "0admin", false), (#"{"s":"42"}"#, "42", true), (#"{"s":"admin"}"#, "=?base64?YWRtaW4=?=", true),
        ])
    func worth(arguments: String, value: String, isSame: Bool) throws {
        let schema = try JSON.parse(
            #"{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"},"s":{"type":"string","x-mcp-header":"S"}}}"#)
        let headers = try ParameterHeaders(inputSchema: schema)
        let name = arguments.contains(#""n""#) ? "N" : "S"
        Array(value.utf8).withUnsafeBytes { given in
            Array(arguments.utf8).withUnsafeBytes { bytes in
                #expect((headers.mismatch(arguments: bytes) { $0 == name ? [given] : [] } == nil) == isSame)
            }
        }
    }
}
