import PetaDemo
import PetaWire
import Testing

@Suite("The demonstration server's lists, resources and prompts")
struct ListAndResourceTests {
    @Test("the pages of a list hold everything once, in order", arguments: [1, 3, 18, 19, 1000])
    func pages(_ size: Int) throws {
        var conversation = try Conversation.open("--tools", "2", "--page", String(size))
        var names: [String] = []
        var params = "{}"
        while true {
            let result = try #require(try conversation.ask("tools/list", params)["result"])
            let page = try #require(result["tools"]?.array)
            #expect(page.count <= size && !page.isEmpty)
            names += page.compactMap { $0["name"]?.string }
            guard let cursor = result["nextCursor"]?.string else { break }
            params = #"{"cursor":"\#(cursor)"}"#
        }
        #expect(names.count == 18)
        #expect(names.first == "echo" && names.last == "tool_2")
    }

    @Test("a cursor that was never given is refused", arguments: [#""""#, #""at-0""#, #""at-99""#, #""at--1""#, "7"])
    func badCursor(_ cursor: String) throws {
        var conversation = try Conversation.open()
        #expect(try conversation.ask("tools/list", #"{"cursor":\#(cursor)}"#).errorCode == -32602)
    }

    @Test("every listed resource can be read")
    func resources() throws {
        var conversation = try Conversation.open()
        let listed = try #require(try conversation.ask("resources/list")["result"]?["resources"]?.array)
        #expect(listed.count == 2)
        for uri in listed.compactMap({ $0["uri"]?.string }) {
            #expect(
                try conversation.ask("resources/read", #"{"uri":"\#(uri)"}"#)["result"]?["contents"]?.array?.first?["uri"]?.string == uri)
        }
    }

    @Test(
        "a resource that is not there is an error that names it",
        arguments: ["demo://missing", "demo://echo/", "demo://echo/a/b", "demo://echo/%zz", "demo://echo/%ff"])
    func missing(_ uri: String) throws {
        var conversation = try Conversation.open()
        let answer = try conversation.ask("resources/read", #"{"uri":"\#(uri)"}"#)
        #expect(answer.errorCode == -32002)
        #expect(answer["error"]?["data"]?["uri"]?.string == uri)
    }

    @Test("the template reads as the decoded text of its URI")
    func template() throws {
        var conversation = try Conversation.open()
        let read = try conversation.ask("resources/read", #"{"uri":"demo://echo/a%20w%C3%B6rld%2f+b"}"#)
        #expect(read["result"]?["contents"]?.array?.first?["text"]?.string == "a w\u{f6}rld/+b")
    }

    @Test("a subscriber is told when the numbers change, and no longer after it has gone")
    func subscribe() throws {
        var conversation = try Conversation.open()
        #expect(try conversation.call("grow").count == 2)
        #expect(try conversation.ask("resources/subscribe", #"{"uri":"demo://numbers"}"#)["result"] != nil)
        let methods = try conversation.call("grow").map { $0["method"]?.string }
        #expect(methods == ["notifications/tools/list_changed", "notifications/resources/updated", nil])
        let read = try conversation.ask("resources/read", #"{"uri":"demo://numbers"}"#)
        #expect(read["result"]?["contents"]?.array?.first?["text"] == "[1,2]")
        #expect(try conversation.ask("resources/unsubscribe", #"{"uri":"demo://numbers"}"#)["result"] != nil)
        #expect(try conversation.call("grow").count == 2)
    }

    @Test("prompts are filled in, and a missing argument is an error")
    func prompts() throws {
        var conversation = try Conversation.open()
        let greeted = try conversation.ask("prompts/get", #"{"name":"greet","arguments":{"name":"Ada"}}"#)
        #expect(greeted["result"]?["messages"]?.array?.first?["content"]?["text"]?.string?.contains("Ada") == true)
        #expect(try conversation.ask("prompts/get", #"{"name":"greet"}"#).errorCode == -32602)
        #expect(try conversation.ask("prompts/get", #"{"name":"nothing"}"#).errorCode == -32602)
    }

    @Test("completion gives what begins with the typed text")
    func completion() throws {
        var conversation = try Conversation.open()
        let style = try conversation.ask(
            "completion/complete", #"{"ref":{"type":"ref/prompt","name":"summarize"},"argument":{"name":"style","value":"f"}}"#)
        #expect(style["result"]?["completion"]?["values"] == ["formal", "friendly"])
        let text = try conversation.ask(
            "completion/complete", #"{"ref":{"type":"ref/resource","uri":"demo://echo/{text}"},"argument":{"name":"text","value":"hel"}}"#)
        #expect(text["result"]?["completion"]?["values"] == ["hello", "help"])
        #expect(
            try conversation.ask("completion/complete", #"{"ref":{"type":"ref/prompt","name":"x"},"argument":{"name":"a","value":""}}"#)
                .errorCode == -32602)
    }
}
