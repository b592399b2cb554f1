import PetaDemo
import PetaWire
import Testing

@Suite("The demonstration server's tools")
struct ToolTests {
    @Test("echo returns the text, whatever is in it")
    func echo() throws {
        var conversation = try Conversation.open()
        #expect(try conversation.call("echo", #"{"text":"h\u00e9 \ud83d\ude80 \u0000 \\\""}"#).first?.text == "h\u{e9} \u{1F680} \0 \\\"")
    }

    @Test("add is exact for integers and structured from 2025-06-18 on")
    func add() throws {
        var conversation = try Conversation.open()
        let answer = try #require(try conversation.call("add", #"{"a":9007199254740993,"b":1}"#).first)
        #expect(answer["result"]?["structuredContent"] == ["sum": 9_007_199_254_740_994])
        #expect(try conversation.call("add", #"{"a":0.5,"b":2}"#).first?.text == #"{"sum":2.5}"#)
        #expect(try conversation.call("add", #"{"a":1e308,"b":1e308}"#).first?["result"]?["isError"] == true)
        var old = try Conversation.open(revision: "2025-03-26")
        #expect(try old.call("add", #"{"a":1,"b":2}"#).first?["result"]?["structuredContent"] == nil)
    }

    @Test(
        "wrong arguments are a result that the model can mend",
        arguments: [
            ("echo", "{}"), ("add", #"{"a":"1","b":2}"#), ("sleep", #"{"ms":-1}"#), ("blob", #"{"bytes":1e99}"#),
            ("log", #"{"level":"loud","message":""}"#), ("shrink", "{}"),
        ])
    func wrongArguments(_ tool: String, _ arguments: String) throws {
        var conversation = try Conversation.open()
        #expect(try conversation.call(tool, arguments).first?["result"]?["isError"] == true)
    }

    @Test("an unknown tool is an error", arguments: ["nothing", "extra_1", "tool_0", "tool_3", "tool_01", "tool_+1"])
    func unknownTool(_ name: String) throws {
        var conversation = try Conversation.open("--tools", "2")
        #expect(try conversation.call(name).first?.errorCode == -32602)
    }

    @Test("fail gives an error result, error a JSON-RPC error")
    func failures() throws {
        var conversation = try Conversation.open()
        let failed = try #require(try conversation.call("fail", #"{"message":"no"}"#).first)
        #expect(failed["result"]?["isError"] == true && failed.text == "no")
        let refused = try #require(try conversation.call("error", #"{"code":-4,"message":"no"}"#).first)
        #expect(refused["error"] == ["code": -4, "message": "no"])
    }

    @Test("sleep answers when its time has come, and others are served meanwhile")
    func sleep() throws {
        var conversation = try Conversation.open()
        #expect(try conversation.call("sleep", #"{"ms":20}"#, id: "1").isEmpty)
        #expect(try conversation.call("sleep", #"{"ms":10}"#, id: "2").isEmpty)
        #expect(try conversation.call("echo", #"{"text":"x"}"#, id: "3").count == 1)
        #expect(conversation.session.nextDeadline == 10_000_000)
        #expect(try conversation.wait(milliseconds: 9).isEmpty)
        #expect(try conversation.wait(milliseconds: 1).map { $0["id"] } == [2])
        #expect(try conversation.wait(milliseconds: 10).map { $0["id"] } == [1])
        #expect(conversation.session.nextDeadline == nil)
    }

    @Test("a cancelled call is never answered; only the id of the same type cancels it")
    func cancel() throws {
        var conversation = try Conversation.open()
        #expect(try conversation.call("sleep", #"{"ms":20}"#, id: "1").isEmpty)
        #expect(try conversation.call("sleep", #"{"ms":20}"#, id: #""1""#).isEmpty)
        #expect(try conversation.say(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#).isEmpty)
        #expect(try conversation.wait(milliseconds: 100).map { $0["id"] } == ["1"])
    }

    @Test("progress is reported with the caller's token, before the answer, and not without a token")
    func progress() throws {
        var conversation = try Conversation.open()
        #expect(try conversation.call("progress", #"{"steps":3,"ms":10}"#, meta: #"{"progressToken":"t"}"#).isEmpty)
        var messages = try conversation.wait(milliseconds: 10)
        #expect(
            messages == [
                [
                    "jsonrpc": "2.0", "method": "notifications/progress",
                    "params": ["progressToken": "t", "progress": 1, "total": 3, "message": "step 1 of 3"],
                ]
            ])
        messages = try conversation.wait(milliseconds: 20)
        #expect(messages.map { $0["params"]?["progress"] } == [2, 3, nil])
        #expect(messages.last?.text == "3 steps done")
        #expect(try conversation.call("progress", #"{"steps":2,"ms":0}"#).isEmpty)
        #expect(try conversation.wait(milliseconds: 0).map(\.text) == ["2 steps done"])
    }

    @Test("blob has exactly the size asked for", arguments: [0, 1, 17, 100_000])
    func blob(_ bytes: Int) throws {
        var conversation = try Conversation.open()
        #expect(try conversation.call("blob", #"{"bytes":\#(bytes)}"#).first?.text?.utf8.count == bytes)
    }

    @Test("environment shows a variable of the server")
    func environment() throws {
        var conversation = try Conversation.open(environment: ["KEY": "value"])
        #expect(try conversation.call("environment", #"{"name":"KEY"}"#).first?.text == "value")
        #expect(try conversation.call("environment", #"{"name":"OTHER"}"#).first?["result"]?["isError"] == true)
    }

    @Test("log messages are sent from the level on that was set")
    func log() throws {
        var conversation = try Conversation.open()
        #expect(try conversation.call("log", #"{"level":"debug","message":"m"}"#).count == 1)
        #expect(try conversation.ask("logging/setLevel", #"{"level":"debug"}"#)["result"] != nil)
        let messages = try conversation.call("log", #"{"level":"debug","message":"m"}"#)
        #expect(messages.first?["params"] == ["level": "debug", "logger": "demo", "data": "m"])
        #expect(messages.count == 2)
        #expect(try conversation.ask("logging/setLevel", #"{"level":"loud"}"#).errorCode == -32602)
    }

    @Test("a tool that was added is announced, listed and callable; one that was removed is gone")
    func grow() throws {
        var conversation = try Conversation.open()
        let messages = try conversation.call("grow")
        #expect(messages.first?["method"] == "notifications/tools/list_changed")
        let names = try conversation.ask("tools/list")["result"]?["tools"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(names.contains("extra_1"))
        #expect(try conversation.call("extra_1").first?.text == "extra_1")
        #expect(try conversation.call("shrink").count == 2)
        #expect(try conversation.call("extra_1").first?.errorCode == -32602)
    }

    @Test("garbage and stderr print beside the protocol, silent says nothing, crash ends with 3")
    func besides() throws {
        var conversation = try Conversation.open()
        let line = Array(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"garbage"}}"#.utf8)
        line.withUnsafeBytes { conversation.session.receive($0, at: 0) }
        let lines = String(decoding: conversation.session.takeOutput().output, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.prefix(2).allSatisfy { (try? JSON.parse($0)) == nil })
        #expect(try JSON.parse(lines[2])["id"] == 1)

        let noisy = Array(#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"stderr","arguments":{"lines":2}}}"#.utf8)
        noisy.withUnsafeBytes { conversation.session.receive($0, at: 0) }
        #expect(String(decoding: conversation.session.takeOutput().diagnostics, as: UTF8.self) == "line 1 of 2\nline 2 of 2\n")

        #expect(try conversation.call("silent").isEmpty)
        #expect(conversation.session.nextDeadline == nil)
        #expect(try conversation.call("crash").isEmpty)
        #expect(conversation.session.exitStatus == 3)
    }

    @Test("every tool says what it takes, and only those that change the server are not read-only")
    func definitions() throws {
        var conversation = try Conversation.open("--tools", "3")
        let tools = try #require(try conversation.ask("tools/list")["result"]?["tools"]?.array)
        #expect(tools.count == 19)
        #expect(Set(tools.compactMap { $0["name"]?.string }).count == 19)
        #expect(tools.allSatisfy { $0["inputSchema"]?["type"] == "object" && $0["description"]?.string != nil })
        let changing = tools.filter { $0["annotations"]?["readOnlyHint"] == false }.compactMap { $0["name"]?.string }
        #expect(changing == ["grow", "shrink", "crash"])
    }
}
