import Foundation
import PetaWire
import Testing

/// What the scanner finds, and what it must not take (MCP reference, section 2).
@Suite("Message scan") struct ScanMessageTests {
    @Test("a tool call is found piece by piece")
    func call() throws {
        let message = try Scanned(
            """
            {"jsonrpc":"2.0", "id" : "a-1", "method":"tools/call","params":{"name":"srv::t","x":null,"arguments":{"name":"no","id":9},\
            "_meta":{"progressToken": 7 ,"traceparent":"00-ab-cd-01","io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}
            """)
        #expect(message.scan.kind == .request)
        #expect(message[message.scan.id] == "\"a-1\"")
        #expect(message[message.scan.method] == "tools/call")
        #expect(message[message.scan.name] == "\"srv::t\"")
        #expect(message[message.scan.arguments] == "{\"name\":\"no\",\"id\":9}")
        #expect(message[message.scan.progressToken] == "7")
        #expect(message[message.scan.traceParent] == "00-ab-cd-01")
        #expect(message[message.scan.envelopeVersion] == "\"2026-07-28\"")
        #expect(message[message.scan.params].hasPrefix("{\"name\":\"srv::t\"") && message[message.scan.params].hasSuffix("}}"))
        #expect(message[message.scan.meta].hasPrefix("{\"progressToken\"") && message[message.scan.meta].hasSuffix("\"}"))
        #expect(!message.scan.targetIsEscaped)
        #expect(message.scan.uri.isEmpty && message.scan.requestID.isEmpty && message.scan.result.isEmpty && message.scan.error.isEmpty)
    }

    @Test("the four kinds are told apart")
    func kinds() throws {
        #expect(try Scanned(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#).scan.kind == .request)
        #expect(try Scanned(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#).scan.kind == .notification)
        #expect(try Scanned(#"{"id":1,"result":{},"jsonrpc":"2.0"}"#).scan.kind == .result)
        #expect(try Scanned(#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"m"}}"#).scan.kind == .error)
    }

    @Test("a failed tool is seen in its result, and only as a truth value at the top")
    func isError() throws {
        func flag(_ result: String) throws -> Bool { try Scanned("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\(result)}").scan.resultIsError }
        #expect(try flag(#"{"content":[],"isError":true}"#))
        #expect(try flag(#"{"isError" : true ,"content":[]}"#))
        for other in [
            #"{"isError":false}"#, #"{"isError":"true"}"#, #"{"isError":1}"#, #"{"x":{"isError":true}}"#, "{}", "true", "[]", "null",
        ] {
            #expect(try !flag(other))
        }
    }

    @Test(
        "an id keeps its spelling and its type", arguments: ["1", "\"1\"", "-1", "0", "9007199254740993", "\"\"", "\"\\u0031\"", "\"é\""])
    func idSpelling(id: String) throws {
        let message = try Scanned("{\"jsonrpc\":\"2.0\",\"id\":\(id) ,\"method\":\"ping\"}")
        #expect(message[message.scan.id] == id)
    }

    @Test(
        "an id of another kind is refused",
        arguments: [
            "null", "true", "false", "1.0", "1.5", "1e3", "1E3", "[]", "[1]", "{}", "{\"id\":1}", String(repeating: "9", count: 33),
        ])
    func idKinds(id: String) {
        #expect(refusal("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"ping\"}")?.code == -32600)
        if id != "null" { #expect(refusal("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"error\":{}}")?.code == -32600) }
        #expect(refusal("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":{}}")?.code == -32600)
    }

    @Test("a request with a null id is an invalid request, not a notification")
    func nullID() throws {
        #expect(refusal(#"{"jsonrpc":"2.0","id":null,"method":"tools/call"}"#)?.code == -32600)
        let error = try Scanned(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":""}}"#).scan
        #expect(error.kind == .error && error.id.isEmpty)
        #expect(try Scanned(#"{"jsonrpc":"2.0","error":{}}"#).scan.id.isEmpty)
    }

    @Test("an id may have 1,024 characters and no more")
    func hugeID() throws {
        let most = "\"" + String(repeating: "a", count: 1024) + "\""
        #expect(try Scanned("{\"jsonrpc\":\"2.0\",\"id\":\(most),\"method\":\"ping\"}").scan.id.count == 1026)
        for count in [1025, 100_000] {
            let id = "\"" + String(repeating: "a", count: count) + "\""
            #expect(refusal("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"ping\"}")?.code == -32600)
        }
        #expect(try Scanned("{\"jsonrpc\":\"2.0\",\"id\":\(String(repeating: "9", count: 32)),\"method\":\"p\"}").scan.id.count == 32)
    }

    @Test("a batch is told apart from other nonsense", arguments: ["[]", " [ ] ", #"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, "[1,2]"])
    func batch(text: String) {
        #expect(refusal(text) == .batch)
        #expect(refusal("[")?.code == -32700)
    }

    @Test("the version must be there, once, as a string")
    func version() {
        for version in ["\"1.0\"", "\"2.00\"", "\"2.0 \"", "2.0", "2", "null", "[\"2.0\"]", "\"\\u0032.0\""] {
            #expect(refusal("{\"jsonrpc\":\(version),\"id\":1,\"method\":\"ping\"}")?.code == -32600)
        }
        #expect(refusal(#"{"id":1,"method":"ping"}"#)?.code == -32600)
        #expect(refusal(#"{"JSONRPC":"2.0","id":1,"method":"ping"}"#)?.code == -32600)
    }

    @Test(
        "what is neither a request nor a response is refused",
        arguments: [
            "{}", #"{"jsonrpc":"2.0"}"#, #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","id":1,"params":{}}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#, #"{"jsonrpc":"2.0","id":1,"error":null,"result":null}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","result":{}}"#, #"{"jsonrpc":"2.0","method":"m","error":{}}"#,
            #"{"jsonrpc":"2.0","result":{}}"#,
            "1", "\"x\"", "null", "true",
            #"{"jsonrpc":"2.0","id":1,"method":null}"#, #"{"jsonrpc":"2.0","id":1,"method":["tools/call"]}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":[]}"#, #"{"jsonrpc":"2.0","id":1,"method":"m","params":null}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":"x"}"#, #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":1}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":null}}"#,
        ])
    func nothing(text: String) {
        #expect(refusal(text)?.code == -32600)
    }

    @Test(
        "a member that decides must not stand twice",
        arguments: [
            #"{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"m"}"#, #"{"jsonrpc":"2.0","id":1,"method":"m","id":2}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{},"params":{}}"#,
            #"{"jsonrpc":"2.0","id":1,"result":{},"result":{}}"#, #"{"jsonrpc":"2.0","id":1,"error":{},"error":{}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"name":"a","name":"b"}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"name":1,"name":"b"}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"uri":"a","x":1,"uri":"b"}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"arguments":{},"arguments":{}}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{},"_meta":{}}}"#,
            #"{"jsonrpc":"2.0","method":"m","params":{"requestId":1,"requestId":2}}"#,
            #"{"jsonrpc":"2.0","method":"m","params":{"progressToken":1,"progressToken":2}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{"progressToken":1,"progressToken":1}}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"progressToken":1,"_meta":{"progressToken":1}}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{"traceparent":"a","traceparent":"b"}}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":1,"io.modelcontextprotocol/protocolVersion":2}}}"#,
        ])
    func duplicates(text: String) {
        guard case .duplicate = refusal(text) else {
            Issue.record("taken, or refused for another reason: \(text)")
            return
        }
    }

    @Test(
        "a name with an escape is refused wherever names decide",
        arguments: [
            #"{"jsonrpc":"2.0","\u0069d":1,"method":"m"}"#, #"{"\u006asonrpc":"2.0","id":1,"method":"m"}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"ping","\u006dethod":"tools/call"}"#, #"{"jsonrpc":"2.0","id":1,"method":"tools\/call"}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"\u0070ing"}"#, #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"\u006eame":"b"}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"name":"a","n\u0061me":"b"}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"_met\u0061":{}}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{"progress\u0054oken":1}}}"#,
            #"{"jsonrpc":"2.0","id":1,"method":"m","other\n":1}"#,
        ])
    func escapedNames(text: String) {
        guard case .escapedName = refusal(text) else {
            Issue.record("taken, or refused for another reason: \(text)")
            return
        }
    }

    @Test("escapes and repetitions where nothing is decided are left as they are")
    func innerFreedom() throws {
        let message = try Scanned(
            #"{"jsonrpc":"2.0","id":1,"x":1,"x":2,"method":"m","params":{"name":"a\/b","arguments":{"\u0061":1,"a":2,"a":3},"y":1,"y":1}}"#)
        #expect(message[message.scan.arguments] == #"{"\u0061":1,"a":2,"a":3}"#)
        #expect(message.scan.targetIsEscaped)
        #expect(try Scanned(#"{"jsonrpc":"2.0","id":1,"result":{"\u0061":1,"a":2}}"#).scan.kind == .result)
    }

    @Test("containers may stand 64 deep and no deeper, whatever they are and wherever they stand")
    func depth() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            func nested(_ n: Int) -> String {
                String(repeating: open, count: n) + "1" + String(repeating: close, count: n)
            }
            for (before, outer, after) in [
                ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":", 1, "}"), ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":", 1, "}"),
                ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":", 2, "}}"),
                ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"arguments\":", 2, "}}"),
                ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"_meta\":{\"a\":", 3, "}}}"),
            ] {
                #expect(try Scanned(before + nested(64 - outer) + after).scan.kind != .notification)
                #expect(refusal(before + nested(65 - outer) + after) == .tooDeep)
                #expect(refusal(before + nested(100_000) + after)?.code == -32700)
                #expect(try Scanned(before + nested(10 - outer) + after, depthLimit: 10).scan.kind != .notification)
                #expect(refusal(before + nested(11 - outer) + after, depthLimit: 10) == .tooDeep)
            }
        }
        #expect(refusal(String(repeating: "[", count: 200_000))?.code == -32700)
    }

    @Test(
        "numbers follow the grammar",
        arguments: [
            ("0", true), ("-0", true), ("1e5", true), ("1E+05", true), ("0.5e-3", true), ("123456789012345678901234567890", true),
            ("1e999", true),
            ("01", false), ("-", false), ("+1", false), (".5", false), ("1.", false), ("1e", false), ("1e+", false), ("0x1", false),
            ("1_0", false),
            ("NaN", false), ("Infinity", false), ("-Infinity", false), ("--1", false), ("1.e5", false), ("00", false), ("-01", false),
        ])
    func numbers(text: String, valid: Bool) {
        let failure = refusal("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":\(text)}")
        #expect(valid ? failure == nil : failure?.code == -32700)
        #expect(((try? JSON.parse(text)) != nil) == valid)
    }

    @Test("a number has at most 1,000 characters")
    func longNumbers() {
        for text in ["", "0.", "1e"] {
            let most = text + String(repeating: "1", count: 1000 - text.utf8.count)
            #expect(refusal("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":\(most)}") == nil)
            #expect(refusal("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":\(most)1}")?.code == -32700)
        }
    }

    @Test("a control character in a string is refused, at every place in a vector")
    func controls() {
        for byte in UInt8(0)..<0x20 {
            for lead in [0, 1, 15, 16, 17, 31] {
                let text =
                    Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":\"".utf8) + Array(repeating: 0x61, count: lead) + [byte]
                #expect(refusal(text + Array("tail that is longer than a vector\"}".utf8))?.code == -32700)
            }
        }
        #expect(refusal(Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"x\":\"".utf8) + [0x7F] + Array("\"}".utf8)) == nil)
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xE2, 0x28, 0xA1],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x92],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC3, 0xA9, 0xA9],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        for (before, after) in [("\"x\":\"", "\""), ("\"", "\":1")] {
            for lead in [0, 15, 16] {
                let text =
                    Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\(before)".utf8) + Array(repeating: 0x61, count: lead) + bytes
                guard case .encoding = refusal(text + Array("\(after)}".utf8)) else {
                    Issue.record("taken, or refused for another reason: \(bytes) after \(lead)")
                    return
                }
                // Cut off behind the bytes, nothing more may be read.
                #expect(refusal(text)?.code == -32700)
            }
        }
    }

    @Test("characters at the limits of UTF-8 are taken")
    func validUTF8() {
        for scalar in ["\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}", "\u{FEFF}"] {
            #expect(refusal("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"\(scalar)\":\"\(scalar)\"}") == nil)
        }
    }

    @Test("a byte order mark, white space that is none and text behind the message are refused")
    func around() {
        let message = #"{"jsonrpc":"2.0","id":1,"method":"m"}"#
        #expect(refusal(" \n\r\t" + message + " \n\r\t") == nil)
        for text in [
            "\u{FEFF}" + message, message + "x", message + message, message + "\0", "\u{A0}" + message, "\u{0B}" + message, message + ",",
        ] {
            #expect(refusal(text)?.code == -32700)
        }
        for text in [
            "", " ", "{", "\"", "{\"jsonrpc\":\"2.0\",}", "{\"jsonrpc\" \"2.0\"}", "{,}", "{jsonrpc:1}", "{'jsonrpc':1}", "/**/{}",
        ] {
            #expect(refusal(text)?.code == -32700)
        }
    }

    @Test("half a surrogate pair is let through in values, and a bad escape is not")
    func escapes() throws {
        for escape in [#"\ud800"#, #"\udfff"#, #"\ud83d\ude00"#, #"\u0000"#, #"\"\\\/\b\f\n\r\t"#] {
            let message = try Scanned("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"name\":\"\(escape)\"}}")
            #expect(message[message.scan.name] == "\"\(escape)\"")
        }
        for escape in [#"\u12"#, #"\u12g4"#, #"\x41"#, #"\'"#, #"\U0041"#, #"\u 123"#, #"\u+123"#, "\\\n"] {
            #expect(refusal("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"name\":\"\(escape)\"}}")?.code == -32700)
        }
    }

    @Test("every beginning of a message is refused")
    func prefixes() throws {
        let memory = try GuardedMemory(capacity: 8192)
        for seed in try seeds(in: "messages") where refusal(seed) == nil {
            let end = try #require(seed.lastIndex(of: UInt8(ascii: "}")))
            for count in 0...end {
                memory.with(seed.prefix(count)) { buffer in
                    #expect(throws: ScanFailure.self) { try MessageScan(buffer) }
                }
            }
        }
    }
}
