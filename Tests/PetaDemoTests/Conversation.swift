import PetaDemo
import PetaWire
import Testing

/// A session with a clock of its own, spoken to in lines of JSON.
struct Conversation {
    var session: DemoSession
    var now: UInt64 = 0

    init(_ arguments: String..., environment: [String: String] = [:]) throws {
        session = DemoSession(options: try DemoOptions(arguments: arguments)) { environment[$0] }
    }

    /// One after the handshake, at the newest revision or another.
    static func open(_ arguments: String..., revision: String = "2025-11-25", environment: [String: String] = [:]) throws -> Conversation {
        var conversation = try Conversation(environment: environment)
        conversation.session = DemoSession(options: try DemoOptions(arguments: arguments)) { environment[$0] }
        let answer = try conversation.ask(
            "initialize", #"{"protocolVersion":"\#(revision)","capabilities":{},"clientInfo":{"name":"t","version":"1"}}"#)
        #expect(answer["result"]?["protocolVersion"]?.string == revision)
        #expect(try conversation.say(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).isEmpty)
        return conversation
    }

    /// Sends a line and gives the messages that come back.
    mutating func say(_ line: String) throws -> [JSON] {
        Array(line.utf8).withUnsafeBytes { session.receive($0, at: now) }
        return try heard()
    }

    /// Sends a request and gives its one answer.
    mutating func ask(_ method: String, _ params: String = "{}", id: String = "1") throws -> JSON {
        let messages = try say(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#)
        #expect(messages.count == 1)
        return try #require(messages.first)
    }

    /// Calls a tool and gives all messages that come back at once.
    mutating func call(_ tool: String, _ arguments: String = "{}", id: String = "1", meta: String = "{}") throws -> [JSON] {
        try say(
            #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments),"_meta":\#(meta)}}"#)
    }

    /// Lets time pass and gives what is said meanwhile.
    mutating func wait(milliseconds: UInt64) throws -> [JSON] {
        now += milliseconds * 1_000_000
        session.advance(to: now)
        return try heard()
    }

    private mutating func heard() throws -> [JSON] {
        try session.takeOutput().output.split(separator: 0x0A).map { try JSON.parse(Array($0)) }
    }
}

extension JSON {
    /// The text of a result's first content block.
    var text: String? { self["result"]?["content"]?.array?.first?["text"]?.string }
    /// The code of an error.
    var errorCode: Int? { self["error"]?["code"]?.int }
}
