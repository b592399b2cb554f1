import PetaDemo
import PetaWire
import Testing

@Suite("The demonstration server without a handshake")
struct ModernTests {
    private static let meta =
        #""io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}"#

    private func ask(_ conversation: inout Conversation, _ method: String, _ params: String = "", meta: String = meta) throws -> JSON {
        try conversation.ask(method, "{\(params)\(params.isEmpty ? "" : ",")\"_meta\":{\(meta)}}")
    }

    @Test("is told apart by the first message")
    func eras() throws {
        var conversation = try Conversation("--modern")
        let found = try ask(&conversation, "server/discover")
        #expect(found["result"]?["supportedVersions"]?.array == ["2026-07-28"])
        #expect(found["result"]?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"]?.string == "peta-demo")
        #expect(try ask(&conversation, "initialize").errorCode == -32601)
        #expect(try ask(&conversation, "ping").errorCode == -32601)
        var legacy = try Conversation.open("--modern")
        #expect(try ask(&legacy, "server/discover").errorCode == -32601)
        #expect(try ask(&legacy, "ping")["result"] == .object([]))
    }

    @Test("needs the envelope in each request")
    func envelope() throws {
        var conversation = try Conversation("--modern")
        #expect(try conversation.ask("server/discover").errorCode == -32602)
        #expect(try ask(&conversation, "tools/list", meta: #""io.modelcontextprotocol/protocolVersion":"2026-07-28""#).errorCode == -32602)
        let other = try ask(&conversation, "tools/list", meta: Self.meta.replacing("2026-07-28", with: "2027-01-01"))
        #expect(other.errorCode == -32022 && other["error"]?["data"]?["supported"]?.array == ["2026-07-28"])
    }

    @Test("says of each result that it is complete, and of lists how long they hold")
    func results() throws {
        var conversation = try Conversation("--modern")
        let list = try ask(&conversation, "tools/list")["result"]
        #expect(list?["resultType"]?.string == "complete" && list?["ttlMs"]?.int == 0 && list?["cacheScope"]?.string == "private")
        let called = try ask(&conversation, "tools/call", #""name":"echo","arguments":{"text":"x"}"#)
        #expect(called.text == "x" && called["result"]?["resultType"]?.string == "complete" && called["result"]?["ttlMs"] == nil)
        #expect(try ask(&conversation, "resources/read", #""uri":"demo://nothing""#).errorCode == -32602)
        #expect(try conversation.call("sleep", #"{"ms":5}"#, meta: "{\(Self.meta)}").isEmpty)
        #expect(try conversation.wait(milliseconds: 5).first?["result"]?["resultType"]?.string == "complete")
    }

    @Test("tells changes to who listens, with the id of the listen")
    func listens() throws {
        var conversation = try Conversation("--modern")
        let wanted =
            #""notifications":{"toolsListChanged":true,"promptsListChanged":true,"resourceSubscriptions":["demo://numbers","demo://x"]}"#
        let acknowledged = try ask(&conversation, "subscriptions/listen", wanted)
        #expect(acknowledged["method"]?.string == "notifications/subscriptions/acknowledged")
        #expect(acknowledged["params"]?["notifications"] == ["toolsListChanged": true, "resourceSubscriptions": ["demo://numbers"]])
        let said = try conversation.call("grow", id: "2", meta: "{\(Self.meta)}")
        #expect(said.prefix(2).map { $0["method"]?.string } == ["notifications/tools/list_changed", "notifications/resources/updated"])
        for message in said.prefix(2) { #expect(message["params"]?["_meta"]?["io.modelcontextprotocol/subscriptionId"] == 1) }
        #expect(try conversation.say(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#).isEmpty)
        #expect(try conversation.call("grow", id: "3", meta: "{\(Self.meta)}").count == 1)
    }
}
