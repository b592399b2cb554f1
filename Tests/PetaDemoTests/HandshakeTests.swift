import PetaDemo
import PetaWire
import Testing

@Suite("The demonstration server's handshake and messages")
struct HandshakeTests {
    @Test("a known revision is taken as it is", arguments: ["2025-03-26", "2025-06-18", "2025-11-25"])
    func knownRevision(_ revision: String) throws {
        _ = try Conversation.open(revision: revision)
    }

    @Test("an unknown revision is answered with the newest with a handshake", arguments: ["2026-07-28", "2024-11-05", "x"])
    func unknownRevision(_ revision: String) throws {
        var conversation = try Conversation()
        let answer = try conversation.ask("initialize", #"{"protocolVersion":"\#(revision)","capabilities":{}}"#)
        #expect(answer["result"]?["protocolVersion"]?.string == "2025-11-25")
    }

    @Test("nothing but ping is served before the handshake")
    func beforeHandshake() throws {
        var conversation = try Conversation()
        #expect(try conversation.ask("ping")["result"] == .object([]))
        #expect(try conversation.ask("tools/list").errorCode == -32600)
        #expect(try conversation.call("echo", #"{"text":"x"}"#).first?.errorCode == -32600)
    }

    @Test("the probe of a newer client is an unknown method, and the handshake works after it")
    func probe() throws {
        var conversation = try Conversation()
        #expect(try conversation.ask("server/discover", id: #""probe""#).errorCode == -32601)
        #expect(try conversation.ask("initialize", #"{"protocolVersion":"2025-06-18"}"#)["result"] != nil)
    }

    @Test("a second handshake is refused")
    func secondHandshake() throws {
        var conversation = try Conversation.open()
        #expect(try conversation.ask("initialize", #"{"protocolVersion":"2025-06-18"}"#).errorCode == -32600)
    }

    @Test("ids come back as they were spelled", arguments: ["7", #""7""#, "9007199254740993", #""a\"b""#])
    func ids(_ id: String) throws {
        var conversation = try Conversation.open()
        #expect(try conversation.ask("ping", id: id)["id"] == JSON.parse(id))
    }

    @Test(
        "a message that is no request is refused without stopping",
        arguments: [
            ("{", -32700), ("[]", -32600), ("7", -32600), (#"{"id":1}"#, -32600), (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        ])
    func badMessages(_ line: String, _ code: Int) throws {
        var conversation = try Conversation.open()
        #expect(try conversation.say(line).map(\.errorCode) == [code])
        #expect(try conversation.ask("ping")["result"] != nil)
    }

    @Test("notifications and responses are never answered")
    func silence() throws {
        var conversation = try Conversation.open()
        #expect(try conversation.say(#"{"jsonrpc":"2.0","method":"notifications/unknown"}"#).isEmpty)
        #expect(try conversation.say(#"{"jsonrpc":"2.0","id":4,"result":{}}"#).isEmpty)
        #expect(try conversation.say("").isEmpty)
    }

    @Test("a batch is answered as one array at 2025-03-26, calls that take time and cancelled ones included")
    func batch() throws {
        var conversation = try Conversation.open(revision: "2025-03-26")
        let line = #"""
            [{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},7,
            {"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"sleep","arguments":{"ms":5}}},
            {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"sleep","arguments":{"ms":5000}}}]
            """#
        #expect(try conversation.say(line.split(separator: "\n").joined()).isEmpty)
        #expect(try conversation.wait(milliseconds: 5).isEmpty)
        let answers = try conversation.say(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"#)
        #expect(answers.count == 1)
        #expect(answers.first?.array?.map { $0["id"] } == [1, .null, 2])
    }

    @Test("a batch is refused at a revision without batches")
    func noBatch() throws {
        var conversation = try Conversation.open(revision: "2025-06-18")
        #expect(try conversation.say(#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#).map(\.errorCode) == [-32600])
    }

    @Test(
        "wrong arguments of the command say what is wrong",
        arguments: [["--tools"], ["--tools", "-1"], ["--page", "0"], ["--slow-start", "x"], ["--colour"]])
    func badArguments(_ arguments: [String]) {
        #expect(throws: DemoUsageError.self) { try DemoOptions(arguments: arguments) }
    }
}
