import Foundation
import PetaAdminAPI
import PetaCommands
import Synchronization
import Testing

@Suite("The bridge for stdio clients", .serialized)
struct BridgeTests {
    private static let ping = #"{"jsonrpc":"2.0","id":"p","method":"ping"}"#
    private static let pong = #"{"jsonrpc":"2.0","id":"p","result":{}}"#

    @Test("a legacy session: its fields go with every request, its stream is passed on, and it ends with the client's input")
    func legacy() async throws {
        let gateway = try FakeGateway { request in
            switch request.rpc {
            case "initialize": .opened("s1")
            case "GET": .events("id: 7\ndata: {\"jsonrpc\":\"2.0\",\ndata: \"method\":\"notifications/message\"}\n\nretry: 60000\n\n")
            case "ping": .json(Self.pong.replacingOccurrences(of: ",\"result\"", with: ",\n\"result\""))
            default: .accepted
            }
        }
        let outcome = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            try client.initialize()
            #expect(try client.line() == #"{"jsonrpc":"2.0", "method":"notifications/message"}"#)
            client.send(Self.ping)
            #expect(try client.line() == #"{"jsonrpc":"2.0","id":"p", "result":{}}"#)
            client.send(#"{"jsonrpc":"2.0","id":"roots","result":{"roots":[]}}"#)
        }
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let requests = gateway.requests
        #expect(requests.map(\.rpc) == ["initialize", "notifications/initialized", "GET", "ping", "POST", "DELETE"])
        #expect(requests[0].headers["mcp-session-id"] == nil && requests[0].headers["mcp-protocol-version"] == nil)
        #expect(requests.allSatisfy { $0.target == "/mcp" && $0.headers["authorization"] == nil })
        #expect(
            requests.dropFirst().allSatisfy { $0.headers["mcp-session-id"] == "s1" && $0.headers["mcp-protocol-version"] == "2025-11-25" })
        #expect(requests[2].headers["accept"] == "text/event-stream" && requests[2].headers["last-event-id"] == nil)
        #expect(requests[3].headers["accept"] == "application/json, text/event-stream")
    }

    @Test("the stream is taken up again where it ended")
    func streamAgain() async throws {
        let count = Mutex(0)
        let gateway = try FakeGateway { request in
            guard request.method == "GET" else { return request.rpc == "initialize" ? .opened("s1") : .accepted }
            let number = count.withLock {
                $0 += 1
                return $0
            }
            return .events(
                "retry: \(number < 3 ? 50 : 60_000)\nid: e\(number)\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"n\(number)\"}\n\n",
                ends: number != 2)
        }
        _ = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            try client.initialize()
            for number in 1...3 { #expect(try client.line().contains("n\(number)")) }
        }
        #expect(gateway.requests.filter { $0.method == "GET" }.map { $0.headers["last-event-id"] } == [nil, "e1", "e2"])
    }

    @Test("a modern request gets the fields that repeat its body, and none of a session")
    func modern() async throws {
        let gateway = try FakeGateway { request in
            let id = request.text.firstMatch(of: /"id":([0-9]+)/).map { String($0.1) } ?? "0"
            return .json(#"{"jsonrpc":"2.0","id":\#(id),"result":{"resultType":"complete"}}"#)
        }
        @Sendable func line(_ id: Int, _ method: String, _ params: String) -> String {
            #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(params)"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#
        }
        let calls: [(String, String, String?)] = [
            ("server/discover", "", nil), ("tools/call", #""name":"srv__echo","#, "srv__echo"),
            ("tools/call", #""name":"Köln","#, "=?base64?S8O2bG4=?="), ("resources/read", #""uri":" x","#, "=?base64?IHg=?="),
            ("prompts/get", #""name":"=?base64?QQ==?=","#, "=?base64?PT9iYXNlNjQ/UVE9PT89?="), ("tasks/get", #""taskId":"t1","#, "t1"),
            ("tools/list", #""name":"no","#, nil),
        ]
        _ = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            for (id, call) in calls.enumerated() {
                client.send(line(id, call.0, call.1))
                #expect(try client.line() == #"{"jsonrpc":"2.0","id":\#(id),"result":{"resultType":"complete"}}"#)
            }
            client.send(line(99, "tools\\u000acall", ""))
            #expect(try client.line().contains(#""id":99,"error":{"code":-32600"#))
        }
        #expect(gateway.requests.count == calls.count)
        for (request, call) in zip(gateway.requests, calls) {
            #expect(request.headers["mcp-protocol-version"] == "2026-07-28" && request.headers["mcp-method"] == call.0)
            #expect(request.headers["mcp-name"] == call.2, "\(call.0)")
            #expect(request.headers["mcp-session-id"] == nil)
        }
    }

    @Test("arguments that a tool wants in header fields are put there, as its listing says")
    func parameters() async throws {
        let list =
            #"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"t","inputSchema":{"type":"object","properties":{"r":{"type":"string","x-mcp-header":"Region"},"o":{"type":"object","properties":{"n":{"type":"integer","x-mcp-header":"N"}}},"b":{"type":"boolean","x-mcp-header":"bad name"}}}}]}}"#
        let gateway = try FakeGateway { request in
            request.rpc == "tools/list" ? .json(list) : .json(#"{"jsonrpc":"2.0","id":2,"result":{}}"#)
        }
        let meta = #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#
        _ = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            client.send(#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(meta)}}"#)
            #expect(try client.line() == list)
            client.send(
                #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t","arguments":{"r":"Köln","o":{"n":42},"b":true},\#(meta)}}"#
            )
            _ = try client.line()
            client.send(#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t","arguments":{"r":null},\#(meta)}}"#)
            _ = try client.line()
        }
        let calls = gateway.requests.filter { $0.rpc == "tools/call" }
        #expect(calls[0].headers["mcp-param-region"] == "=?base64?S8O2bG4=?=" && calls[0].headers["mcp-param-n"] == "42")
        #expect(!calls[0].headers.keys.contains { $0.contains("bad") })
        #expect(!calls[1].headers.keys.contains { $0.hasPrefix("mcp-param") })
    }

    @Test("a call that is refused because the tools changed is sent once more after a new look at the list")
    func relisted() async throws {
        let isOld = Mutex(true)
        @Sendable func list(_ id: String, _ header: String) -> String {
            #"{"jsonrpc":"2.0","id":\#(id),"result":{"tools":[{"name":"t","inputSchema":{"properties":{"r":{"x-mcp-header":"\#(header)"}}}}]}}"#
        }
        let refusal = #"{"jsonrpc":"2.0","id":2,"error":{"code":-32020,"message":"no"}}"#
        let gateway = try FakeGateway { request in
            if request.rpc == "tools/list" {
                if request.text.contains(#""cursor":"more""#) { return .json(list(#""peta-relist""#, "New")) }
                guard request.text.contains("peta-relist") else { return .json(list("1", "Old")) }
                return .json(#"{"jsonrpc":"2.0","id":"peta-relist","result":{"tools":[],"nextCursor":"more"}}"#)
            }
            let isRight = request.headers["mcp-param-new"] == "x" && isOld.withLock { $0 }
            return isRight ? .json(#"{"jsonrpc":"2.0","id":2,"result":{}}"#) : .json(refusal, status: 400)
        }
        let meta = #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","progressToken":5}"#
        let call = #"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t","arguments":{"r":"x"},\#(meta)}}"#
        let outcome = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            client.send(#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(meta)}}"#)
            #expect(try client.line() == list("1", "Old"))
            client.send(call)
            #expect(try client.line() == #"{"jsonrpc":"2.0","id":2,"result":{}}"#)
            // Where that does not help, the refusal is the client's; there is no third time.
            isOld.withLock { $0 = false }
            client.send(call)
            #expect(try client.line() == refusal)
        }
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
        let again = ["tools/call", "tools/list", "tools/list", "tools/call"]
        #expect(gateway.requests.map(\.rpc) == ["tools/list"] + again + again)
        #expect(gateway.requests[2].headers["mcp-method"] == "tools/list" && gateway.requests[2].headers["mcp-name"] == nil)
        #expect(!gateway.requests[2].text.contains("progressToken") && gateway.requests[4].text == call)
    }

    @Test("what a client set in its session is set again in the one that takes its place, unseen")
    func lasting() async throws {
        let sessions = Mutex(0)
        let gateway = try FakeGateway { request in
            if request.rpc == "initialize" { return .opened("s\(sessions.withLock { $0 += 1; return $0 })") }
            if request.method == "GET" { return .notAllowed }
            if request.headers["mcp-session-id"] == "s1", request.rpc == "ping" { return .json("", status: 404) }
            guard let id = request.text.firstMatch(of: /"id":([0-9]+|"p")/) else { return .accepted }
            let isRefused = request.text.contains("a://refused")
            return .json(#"{"jsonrpc":"2.0","id":\#(id.1),\#(isRefused ? #""error":{"code":1,"message":"no"}"# : #""result":{}"#)}"#)
        }
        let set = [
            #"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"debug"}}"#,
            #"{"jsonrpc":"2.0","id":2,"method":"logging/setLevel","params":{"level":"error"}}"#,
            #"{"jsonrpc":"2.0","id":3,"method":"resources/subscribe","params":{"uri":"a://gone"}}"#,
            #"{"jsonrpc":"2.0","id":4,"method":"resources/subscribe","params":{"uri":"a://kept"}}"#,
            #"{"jsonrpc":"2.0","id":5,"method":"resources/unsubscribe","params":{"uri":"a://gone"}}"#,
            #"{"jsonrpc":"2.0","id":6,"method":"resources/subscribe","params":{"uri":"a://refused"}}"#,
        ]
        _ = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            try client.initialize()
            for line in set {
                client.send(line)
                _ = try client.line()
            }
            client.send(Self.ping)
            #expect(try client.line() == Self.pong)
            client.send(Self.ping)
            #expect(try client.line() == Self.pong)
        }
        let again = gateway.requests.filter { $0.headers["mcp-session-id"] == "s2" && $0.text.contains("params") }.map(\.text)
        #expect(Set(again) == [set[1], set[3]] && again.count == 2)
    }

    @Test("a modern request is cancelled by closing its answer, and no answer comes to the client")
    func cancelModern() async throws {
        let gateway = try FakeGateway { request in
            request.rpc == "slow"
                ? FakeGateway.Answer(pieces: [
                    Array("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n: hi\n\r\n".utf8)
                ])
                : .json(Self.pong)
        }
        let outcome = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            client.send(
                #"{"jsonrpc":"2.0","id":1,"method":"slow","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}}"#)
            while gateway.requests.isEmpty { sched_yield() }
            client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
            client.send(Self.ping)
            #expect(try client.line() == Self.pong)
        }
        // It would wait for an answer that still has to come.
        #expect(outcome.code == 0)
        #expect(gateway.requests.map(\.rpc) == ["slow", "ping"])
    }

    @Test("a session that the gateway has forgotten is opened anew, and the client notices nothing")
    func renewed() async throws {
        let sessions = Mutex(0)
        let gateway = try FakeGateway { request in
            if request.rpc == "initialize" { return .opened("s\(sessions.withLock { $0 += 1; return $0 })") }
            if request.method == "GET" { return .notAllowed }
            if request.headers["mcp-session-id"] == "s1", request.rpc == "ping" {
                return .json(#"{"jsonrpc":"2.0","id":"p","error":{"code":-32001,"message":"Session not found"}}"#, status: 404)
            }
            return request.rpc == "ping" ? .json(Self.pong) : .accepted
        }
        _ = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            try client.initialize()
            client.send(Self.ping)
            #expect(try client.line() == Self.pong)
            client.send(Self.ping)
            #expect(try client.line() == Self.pong)
        }
        let pings = gateway.requests.filter { $0.rpc == "ping" }.map { $0.headers["mcp-session-id"] }
        #expect(pings == ["s1", "s2", "s2"])
        #expect(gateway.requests.filter { $0.rpc == "notifications/initialized" }.count == 2)
        // The session's stream has a connection of its own, so its request may be seen at any time.
        let last = gateway.requests.last { $0.method != "GET" }
        #expect(last?.headers["mcp-session-id"] == "s2" && last?.method == "DELETE")
    }

    @Test("a session that cannot be opened anew is an error to the request, not a loop")
    func notRenewed() async throws {
        let sessions = Mutex(0)
        let gateway = try FakeGateway { request in
            if request.rpc == "initialize" { return .opened("s\(sessions.withLock { $0 += 1; return $0 })") }
            return request.method == "GET" ? .notAllowed : .json("", status: request.rpc == "ping" ? 404 : 202)
        }
        _ = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            try client.initialize()
            client.send(Self.ping)
            #expect(try client.line().contains(#""id":"p","error":{"code":-32603,"message":"The session has ended""#))
        }
        #expect(sessions.withLock { $0 } == 2)
    }

    @Test("an answer that breaks off is taken up again from its last event")
    func resumed() async throws {
        let gateway = try FakeGateway { request in
            switch (request.rpc, request.headers["last-event-id"]) {
            case ("initialize", _): .opened("s1")
            case ("ping", _):
                .events("id: a-0\nretry: 50\ndata:\n\nid: a-1\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"n1\"}\n\n", ends: false)
            case ("GET", "a-1"): .events("id: a-2\ndata: \(Self.pong)\n\n")
            case ("GET", _): .notAllowed
            default: .accepted
            }
        }
        _ = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            try client.initialize()
            client.send(Self.ping)
            #expect(try client.line().contains("n1"))
            #expect(try client.line() == Self.pong)
        }
        #expect(gateway.requests.filter { $0.headers["last-event-id"] == "a-1" }.count == 1)
    }

    @Test(
        "whatever goes wrong is told as an error with the request's id",
        arguments: [
            (
                FakeGateway.Answer.json(#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"A bearer token is required"}}"#, status: 401),
                -32600, "bearer token"
            ),
            (
                .json(#"{"jsonrpc":"2.0","id":null,"error":{"code":-32020,"message":"m","data":{"a":1}}}"#, status: 400), -32020,
                #""data":{"a":1}"#
            ),
            (.raw("HTTP/1.1 502 X\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"), -32603, "HTTP status 502"),
            (.raw("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"json", closes: true), -32603, "was lost"),
            (.raw("SSH-2.0-OpenSSH\r\n\r\n", closes: true), -32603, "was lost"), (.raw("", closes: true), -32603, "was lost"),
            (.json("[1,2"), -32603, "no message for this request"), (.accepted, -32603, "no message for this request"),
            (.events("data: {\"jsonrpc\":\"2.0\",\"method\":\"n\"}\n\n"), -32603, "was lost"),
        ] as [(FakeGateway.Answer, Int, String)])
    func errors(_ answer: FakeGateway.Answer, _ code: Int, _ words: String) async throws {
        let gateway = try FakeGateway { _ in answer }
        let outcome = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            client.send(#"{"jsonrpc":"2.0","id":{"a":1}.0,"method":"x"}"#.replacingOccurrences(of: #"{"a":1}.0"#, with: "\"q\\u0041\""))
            var line = try client.line()
            if line.contains(#""method":"n""#) { line = try client.line() }
            #expect(line.hasPrefix(#"{"jsonrpc":"2.0","id":"qA","error":{"code":\#(code),"#), "\(line)")
            #expect(line.contains(words), "\(line)")
        }
        #expect(outcome.code == 0)
    }

    @Test("what is no message is answered as JSON-RPC says, and the next one is served")
    func rubbish() async throws {
        let gateway = try FakeGateway { _ in .json(Self.pong) }
        _ = try await StdioClient.run(["--socket", gateway.path]) { client throws in
            for (line, code) in [("{", -32700), ("[]", -32600), ("7", -32600), (#"{"id":1}"#, -32600), (#"{"method":7,"id":1}"#, -32600)] {
                client.send(line)
                #expect(try client.line().hasPrefix(#"{"jsonrpc":"2.0","id":null,"error":{"code":\#(code),"#), "\(line)")
            }
            client.send("\r")
            client.send("  ")
            client.send(Self.ping)
            #expect(try client.line() == Self.pong)
        }
    }

    @Test("requests are served side by side, and all are answered when the input has ended already")
    func concurrent() async throws {
        let gateway = try FakeGateway { request in
            let id = request.text.firstMatch(of: /"id":([0-9]+)/).map { String($0.1) } ?? "0"
            if id == "0" { usleep(300_000) }
            return .json(#"{"jsonrpc":"2.0","id":\#(id),"result":{}}"#)
        }
        let input = (0..<100).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"ping"}"# + "\n" }.joined()
        let outcome = try await Peta.run("mcp-stdio", "--socket", gateway.path, input: input)
        #expect(outcome.code == 0)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(Set(lines) == Set((0..<100).map { #"{"jsonrpc":"2.0","id":\#($0),"result":{}}"# }))
        #expect(lines.last == #"{"jsonrpc":"2.0","id":0,"result":{}}"#)
    }

    @Test("a token goes with every request, and over HTTP only to a loopback address")
    func token() async throws {
        let gateway = try FakeGateway { _ in .json(Self.pong) }
        _ = try await Peta.run("mcp-stdio", "--socket", gateway.path, variables: ["PETA_TOKEN": "peta_x"], input: Self.ping)
        #expect(gateway.requests.map { $0.headers["authorization"] } == ["Bearer peta_x"])
        let bad = try await Peta.run("mcp-stdio", "--socket", gateway.path, variables: ["PETA_TOKEN": "a b"])
        #expect(bad.code == 65 && !bad.errors.contains("a b"))
        let missing = try await Peta.run("mcp-stdio", "--socket", gateway.path, "--token-file", "/nowhere/token")
        #expect(missing.code == 66)
    }

    @Test("without a gateway it says so and ends with 69")
    func nobody() async throws {
        let outcome = try await Peta.run("mcp-stdio", "--socket", "/nowhere/mcp.sock", input: Self.ping)
        #expect(outcome.code == 69 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("/nowhere/mcp.sock: nobody serves MCP there. Start it with 'peta serve --listen unix:'"))
        let standard = try await Peta.run("mcp-stdio", variables: ["PETA_MCP_SOCKET": "/nowhere/env.sock"])
        #expect(standard.errors.contains("/nowhere/env.sock"))
        #expect(try await Peta.run("mcp-stdio", "--url", "http://127.0.0.1:9/mcp").code == 69)
        #expect(try await Peta.run("mcp-stdio", "--socket", "/" + String(repeating: "x", count: 200)).code == 69)
    }
}
