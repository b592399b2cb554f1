import PetaTestSupport
import PetaWire
import Testing

@Suite("peta demo-server as a process")
struct ProcessTests {
    private static let handshake =
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}"#

    private func call(_ id: Int, _ tool: String, _ arguments: String = "{}") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)}}"#
    }

    private func start(_ arguments: String...) throws -> ChildProcess {
        try ChildProcess(PetaBinary.path(), ["demo-server"] + arguments)
    }

    @Test("it answers in the order of the times, not of the calls, and ends with its input")
    func concurrency() throws {
        let server = try start()
        for line in [Self.handshake, call(1, "sleep", #"{"ms":150}"#), call(2, "sleep", #"{"ms":1}"#), call(3, "echo", #"{"text":"x"}"#)] {
            try server.writeLine(line)
        }
        let ids = try (0..<4).map { try JSON.parse(try server.stdout.line($0))["id"] }
        #expect(ids == [0, 3, 2, 1])
        server.closeInput()
        #expect(try server.wait() == .exited(0))
    }

    @Test("a message in pieces, and several in one piece, are read alike")
    func framing() throws {
        let server = try start()
        let text = [Self.handshake, call(1, "echo", #"{"text":"a"}"#) + "\r", call(2, "echo", #"{"text":"b"}"#), ""].joined(separator: "\n")
        let bytes = Array(text.utf8)
        for byte in bytes.prefix(40) { try server.write([byte]) }
        try server.write(bytes.dropFirst(40))
        #expect(try JSON.parse(try server.stdout.line(2))["id"] == 2)
    }

    @Test("a message of many megabytes goes both ways")
    func large() throws {
        let server = try start()
        try server.writeLine(Self.handshake)
        let text = String(repeating: "0123456789abcdef", count: 1 << 19)
        try server.writeLine(call(1, "echo", #"{"text":"\#(text)"}"#))
        let answer = try JSON.parse(try server.stdout.line(1))
        #expect(answer["result"]?["content"]?.array?.first?["text"]?.string == text)
    }

    @Test("a message over the limit is refused without being kept, and the next one is served")
    func tooLarge() throws {
        let server = try start()
        try server.writeLine(Self.handshake)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20)
        for _ in 0..<9 { try server.write(piece) }
        try server.writeLine("")
        try server.writeLine(call(1, "echo", #"{"text":"after"}"#))
        #expect(try JSON.parse(try server.stdout.line(1))["error"]?["code"] == -32600)
        #expect(try JSON.parse(try server.stdout.line(2))["id"] == 1)
    }

    @Test("crash ends the process with status 3 and no answer")
    func crash() throws {
        let server = try start()
        try server.writeLine(Self.handshake)
        try server.writeLine(call(1, "crash"))
        #expect(try server.wait() == .exited(3))
        try server.stdout.end()
        #expect(server.stdout.lines.count == 1)
    }

    @Test("wrong arguments end it with an error on standard error only")
    func usage() throws {
        let result = try runPeta("demo-server", "--tools", "many")
        #expect(result.status != 0)
        #expect(result.stdout.isEmpty)
        #expect(result.stderr.contains("many"))
    }

    @Test("the official client finds everything in order")
    func officialClient() throws {
        let scenarios = [
            "list", "call", "errors", "progress", "cancel", "resources", "template", "prompts", "completion", "logging", "ping",
            "list_changed", "many", "unicode", "big",
        ]
        let command = try PetaBinary.path() + " demo-server --page 5"
        let seen = try PythonPeer.client(scenarios, target: command, arguments: ["--server", ""])
        let tools = seen["list"]?["tools"] as? [String: Any]
        #expect((tools?["entries"] as? [Any])?.count == 16)
        #expect(tools?["pages"] as? Int == 4)
        #expect(seen["cancel"]?["cancelled"] as? Bool == true)
        #expect(seen["cancel"]?["stepsAfter"] as? Int == 0)
        #expect((seen["progress"]?["steps"] as? [Any])?.count == 5)
        #expect((seen["many"]?["wrong"] as? [Any])?.isEmpty == true)
        #expect(seen["many"]?["sleepOrder"] as? [Int] == [1, 200, 400])
        #expect(seen["resources"]?["updated"] as? String == "demo://numbers")
        #expect((seen["logging"]?["logs"] as? [Any])?.count == 1)
        #expect(seen["unicode"]?["same"] as? Bool == true)
        #expect(seen["big"]?["received"] as? Int == 1 << 20)
        #expect(seen["big"]?["echoed"] as? Bool == true)
        #expect(seen["list_changed"]?["new"] as? [String] == ["extra_1"])
        #expect(seen["list_changed"]?["restored"] as? Bool == true)
    }
}
