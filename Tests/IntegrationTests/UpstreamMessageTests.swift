import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: bodies that are no good")
struct UpstreamMessageTests {
    /// Posts each body on one connection and expects status and code; between them the connection has to work.
    private static func refuse(_ bodies: [[UInt8]], status: Int = 400, code: Int, demo: [String]? = nil) throws {
        try UpstreamSite.run(demo: demo) { site in
            let session = try site.open()
            for body in bodies {
                try session.http.send("POST", "/mcp", session.fields, body: body)
                let response = try session.http.response()
                let shown = String(decoding: body.prefix(120), as: UTF8.self)
                #expect(response.status == status, "\(shown): \(response.text.prefix(200))")
                #expect(response.errorCode == code, "\(shown): \(response.text.prefix(200))")
                #expect(response["content-type"]?.hasPrefix("application/json") == true)
                #expect(!response.text.contains(".swift"))
                #expect(try session.request("ping").status == 200, "after \(shown)")
            }
        }
    }

    private static func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    @Test("what is not JSON is answered with 400 and -32700")
    func notJSON() throws {
        try Self.refuse(
            Self.bytes([
                "", " ", "{", "}", "nonsense", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"",
                #"{"jsonrpc":"2.0","id":1,"method":"ping"}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping"} x"#, #"{'jsonrpc':'2.0','id':1,'method':'ping'}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping",}"#, #"{"jsonrpc":"2.0","id":01,"method":"ping"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping"} {"jsonrpc":"2.0","id":2,"method":"ping"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":NaN}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":.5}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1.}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":+1}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\x"}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\u12"}}"#,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"\u{1}\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"a\":\"x\ny\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\0", "/* c */ {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
                "id=1&method=ping", "<xml/>",
            ]), code: -32700)
    }

    @Test("invalid UTF-8 anywhere is answered with 400 and -32700")
    func invalidUTF8() throws {
        let broken: [[UInt8]] = [
            [0xFF], [0xC3], [0xC0, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0x80],
        ]
        var bodies: [[UInt8]] = []
        for bytes in broken {
            bodies.append(Array(#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":""#.utf8) + bytes + Array(#""}}"#.utf8))
            bodies.append(Array(#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{""#.utf8) + bytes + Array(#"":1}}"#.utf8))
            bodies.append(Array(#"{"jsonrpc":"2.0","id":""#.utf8) + bytes + Array(#"","method":"ping"}"#.utf8))
            bodies.append(
                Array(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":""#.utf8) + bytes
                    + Array(#""}}}"#.utf8))
        }
        try Self.refuse(bodies, code: -32700)
    }

    @Test("JSON nested 10,000 deep is answered with 400 and -32700")
    func depth() throws {
        let open = String(repeating: "[", count: 10_000)
        let close = String(repeating: "]", count: 10_000)
        let objects = String(repeating: #"{"a":"#, count: 10_000) + "1" + String(repeating: "}", count: 10_000)
        try Self.refuse(
            Self.bytes([
                open, open + close, objects, #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":\#(open)\#(close)}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":\#(objects)}}"#,
                #"{"jsonrpc":"2.0","id":\#(open)\#(close),"method":"ping"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping","other":\#(open)"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":\#(open)\#(close)}}}"#,
            ]), code: -32700)
    }

    @Test("a batch is answered with 400 and -32600")
    func batch() throws {
        try Self.refuse(
            Self.bytes([
                "[]", #"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#,
                #"[{"jsonrpc":"2.0","id":1,"method":"tools/list"},{"jsonrpc":"2.0","method":"notifications/initialized"}]"#, "[1,2,3]",
            ]), code: -32600)
    }

    @Test("what is JSON and no message is answered with 400 and -32600")
    func notAMessage() throws {
        let ping = #""method":"ping""#
        try Self.refuse(
            Self.bytes([
                "null", "true", "1", "\"text\"", "{}", #"{"jsonrpc":"2.0"}"#, #"{"jsonrpc":"2.0","id":1}"#, "{\"id\":1,\(ping)}",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\(ping)}", "{\"jsonrpc\":2.0,\"id\":1,\(ping)}", "{\"jsonrpc\":null,\"id\":1,\(ping)}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\(ping)}", "{\"jsonrpc\":\"2.0\",\"id\":1.5,\(ping)}",
                "{\"jsonrpc\":\"2.0\",\"id\":1.0,\(ping)}",
                "{\"jsonrpc\":\"2.0\",\"id\":1e3,\(ping)}", "{\"jsonrpc\":\"2.0\",\"id\":{},\(ping)}",
                "{\"jsonrpc\":\"2.0\",\"id\":[1],\(ping)}",
                "{\"jsonrpc\":\"2.0\",\"id\":true,\(ping)}", "{\"jsonrpc\":\"2.0\",\"id\":1,\(ping),\"params\":[]}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\(ping),\"params\":7}", "{\"jsonrpc\":\"2.0\",\"id\":1,\(ping),\"params\":\"x\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\(ping),\"params\":null}", #"{"jsonrpc":"2.0","id":1,"method":7}"#,
                #"{"jsonrpc":"2.0","id":1,"method":null}"#, #"{"jsonrpc":"2.0","id":1,"method":["ping"]}"#,
                #"{"jsonrpc":"2.0","method":{}}"#,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\(ping),\"result\":{}}",
                #"{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"x"}}"#,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\(ping),\"params\":{\"_meta\":7}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"\(String(repeating: "i", count: 50_000))\",\(ping)}",
            ]), code: -32600)
    }

    @Test("a member that stands twice is answered with 400 and -32600, however it is spelled")
    func duplicates() throws {
        let echo = #""method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"a"}}"#
        try Self.refuse(
            Self.bytes([
                #"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, #"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/list"}"#,
                #"{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{},"params":{}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","name":"demo__crash","arguments":{"text":"a"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"a"},"arguments":{"text":"b"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"a","text":"b"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"a","t\u0065xt":"b"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"a","x":[{"y":1,"y":2}]}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"demo::demo://readme","uri":"demo::demo://numbers"}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","_meta":{},"_meta":{"progressToken":1},"arguments":{"text":"a"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","_meta":{"progressToken":1,"progressToken":2},"arguments":{"text":"a"}}}"#,
                #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"requestId":2}}"#,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\\u0069d:2,\(echo)}".replacingOccurrences(of: #"\u0069d"#, with: #""\u0069d""#),
                #"{"jsonrpc":"2.0","id":1,"method":"ping","\u006dethod":"tools/list"}"#, #"{"jsonrpc":"2.0","id":1,"m\u0065thod":"ping"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","n\u0061me":"demo__crash","arguments":{"text":"a"}}}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"n\u0061me":"demo__echo","arguments":{"text":"a"}}}"#,
            ]), code: -32600, demo: [])
    }

    @Test("an escaped spelling of the method is refused or answered as what it means, never as another method")
    func escapedMethod() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            let response = try session.post(#"{"jsonrpc":"2.0","id":1,"method":"p\u0069ng"}"#)
            #expect(response.errorCode == -32600 || response.result?.isEmpty == true)
        }
    }

    @Test("numbers of any size go through untouched")
    func hugeNumbers() throws {
        try UpstreamSite.run(demo: nil) { site in
            let file = site.gateway.directory.path("told")
            let command = "/usr/bin/tee '\(file)' | '\(try PetaBinary.path())' demo-server"
            try site.gateway.expect("server", "add", "demo", "--", "/bin/sh", "-c", command)
            let session = try site.open()
            let digits = String(repeating: "7", count: 300)
            for number in [
                "9007199254740993", "1.0", "1E400", "-0", "-0.0", "1e-999999999", digits, "0.\(digits)",
                "1e\(String(repeating: "9", count: 500))",
            ] {
                let response = try session.request("tools/call", #"{"name":"demo__echo","arguments":{"text":"x","n":\#(number)}}"#)
                #expect(response.result != nil, "\(number.prefix(40)): \(response.text.prefix(200))")
                // tee(1) writes to its file after it has passed the line on: the answer can be here first.
                try eventually("\(number.prefix(40)) was told as it was sent") {
                    String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self).contains("\"n\":\(number)}")
                }
            }
        }
    }

    @Test("a number of 20,000 digits is refused or goes through, and the connection goes on")
    func endlessNumbers() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let digits = String(repeating: "7", count: 20_000)
            for body in [
                #"{"jsonrpc":"2.0","id":\#(digits),"method":"ping"}"#,
                #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"x","n":0.\#(digits)}}}"#,
            ] {
                let response = try session.post(body)
                #expect(response.status == 200 || response.status == 400 && [-32700, -32600].contains(response.errorCode))
                #expect(try session.request("ping").status == 200)
            }
        }
    }

    @Test("unknown members, null values and blanks in a request reach the server as they are")
    func untouched() throws {
        try UpstreamSite.run(demo: nil) { site in
            let file = site.gateway.directory.path("told")
            let command = "/usr/bin/tee '\(file)' | '\(try PetaBinary.path())' demo-server"
            try site.gateway.expect("server", "add", "demo", "--", "/bin/sh", "-c", command)
            let session = try site.open()
            let arguments = #"{"text":"ä\u00e4\ud83d\ude00","null":null,"nested":{"a":[1,2.50,{"b":null}],"":""},"dup":1 ,  "last":false}"#
            let response = try session.request(
                "tools/call", #"{"name":"demo__echo","arguments":\#(arguments),"extra":{"k":null},"_meta":{"com.example/x":[null]}}"#)
            #expect((response.result?["content"] as? [[String: Any]])?.first?["text"] as? String == "ää😀")
            let told = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
            #expect(told.contains(arguments))
            #expect(told.contains(#""extra":{"k":null}"#))
            #expect(told.contains(#""com.example/x":[null]"#))
        }
    }

    @Test("line ends between the members of a request do not break a message to the server in two")
    func lineEnds() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let body =
                "\r\n{\r\n\"jsonrpc\":\n\"2.0\",\n\"id\":\r1\n,\"method\":\"tools/call\",\n\"params\":\n{\"name\":\"demo__echo\",\n\"arguments\":{\r\n\"text\":\n\"lines\"}}\n}\n\n"
            let response = try session.post(body)
            #expect((response.result?["content"] as? [[String: Any]])?.first?["text"] as? String == "lines", "\(response.text)")
            #expect(try session.callText("demo__echo", #"{"text":"next"}"#) == "next")
        }
    }

    @Test("a large argument and a large result go through whole")
    func large() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let text = String(repeating: "0123456789abcdef", count: 200_000)
            #expect(try session.callText("demo__echo", #"{"text":"\#(text)"}"#) == text)
            for size in [16_000, 16_384, 65_536, 1 << 20, 20 << 20] {
                #expect(try session.callText("demo__blob", #"{"bytes":\#(size)}"#).utf8.count == size)
            }
        }
    }
}
