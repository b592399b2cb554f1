import Foundation
import PetaTestSupport
import Testing

/// `Mcp-Param-*`, the header fields that repeat arguments (MCP reference, section 5.3), with the tool `region` of the square's server.
@Suite("Upstream, modern era: arguments in headers")
struct UpstreamModernParameterTests {
    @Test("a field that is missing or says something else than the argument is refused with 400 and -32020, and nothing runs")
    func parameters() throws {
        let rig = try DownstreamRig()
        let (peer, url) = try PythonPeer.listening("square_server.py", ["--transport", "http", "--era", "modern"])
        defer { peer.signal(SIGKILL) }
        try rig.gateway.expect("server", "add", "sq", "--url", url)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        func call(_ arguments: String, _ fields: [(String, String)]) throws -> HTTPResponse {
            try site.modern(ModernRequest.call("sq__region", arguments).with(\.more, fields))
        }
        let right: [(String, [(String, String)])] = [
            (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "eu-1")]), (#"{"region":"eu-1"}"#, [("mcp-param-region", "  eu-1 ")]),
            (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "=?base64?ZXUtMQ==?=")]),
            (#"{"region":"eu\u002d1"}"#, [("Mcp-Param-Region", "eu-1")]),
            (#"{"region":"Köln","q":"x"}"#, [("Mcp-Param-Region", "=?base64?S8O2bG4=?=")]),
            (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "eu-1"), ("Mcp-Param-Other", "x")]),
        ]
        for (arguments, fields) in right {
            let response = try call(arguments, fields)
            #expect(response.status == 200 && response.result?["isError"] as? Bool != true, "\(arguments) \(fields): \(response.text)")
            let told = try DownstreamRig.object(response.toolText ?? "{}")
            let header = told["header"] as? String
            #expect(header == (told["region"] as? String == "Köln" ? "=?base64?S8O2bG4=?=" : "eu-1"), "\(response.text)")
        }
        let wrong: [(String, [(String, String)])] = [
            (#"{"region":"eu-1"}"#, []), (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "eu-2")]),
            (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "EU-1")]),
            (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "")]), (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "=?base64?ZXUtMQ=?=")]),
            (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "=?base64?ZXUtMg==?=")]),
            (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "eu-1"), ("Mcp-Param-Region", "eu-1")]),
            (#"{"region":"eu-1"}"#, [("Mcp-Param-Region", "eu-1"), ("MCP-PARAM-REGION", "eu-2")]),
            (#"{"region":"Köln"}"#, [("Mcp-Param-Region", "Köln")]),
        ]
        let before = try rig.outcomes("region").filter { $0 == "ok" }.count
        for (arguments, fields) in wrong {
            let response = try call(arguments, fields)
            #expect(response.status == 400 && response.result == nil, "\(arguments) \(fields): \(response.status) \(response.text)")
            if response.error != nil { #expect(response.errorCode == -32020, "\(response.text)") }
        }
        #expect(try rig.outcomes("region").filter { $0 == "ok" }.count == before)
        // Who may not use the server learns nothing from its tools' headers.
        let alice = try site.user("alice")
        let denied = try site.modern(.call("sq__region", #"{"region":"eu-1"}"#), token: alice)
        #expect(denied.comparable == (try site.modern(.call("sq__none"), token: alice)).comparable)
        // A legacy client does not have these fields.
        #expect(try rig.client().callText("sq__region", #"{"region":"eu-1"}"#).contains(#""header": "eu-1""#))
        try rig.finish()
    }
}
