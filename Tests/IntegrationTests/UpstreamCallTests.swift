import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: calls, progress, cancellation and logging")
struct UpstreamCallTests {
    private static func call(_ tool: String, _ arguments: String, id: String = "1", token: String? = nil) -> String {
        let meta = token.map { #","_meta":{"progressToken":\#($0)}"# } ?? ""
        return #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"demo__\#(tool)","arguments":\#(arguments)\#(meta)}}"#
    }

    @Test("a request is answered as JSON and keeps the type and spelling of its id, a notification is answered with 202")
    func postAnswers() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            for id in ["1", #""1""#, "0", "-5", #""ä \" \u0041""#, "9007199254740993", "123456789012345678901234567890"] {
                for body in [#"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#, Self.call("echo", #"{"text":"x"}"#, id: id)] {
                    let response = try session.post(body)
                    #expect(response.status == 200)
                    #expect(response["content-type"]?.hasPrefix("application/json") == true)
                    #expect(response.text.contains("\"id\":\(id),"), "\(response.text)")
                    #expect(response.result != nil)
                }
            }
            let accepted = try session.post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
            #expect(accepted.status == 202)
            #expect(accepted.body.isEmpty)
            #expect(try session.post(#"{"jsonrpc":"2.0","method":"notifications/nobody/knows","params":{"a":1}}"#).status == 202)
            #expect(try session.post(#"{"jsonrpc":"2.0","id":77,"result":{}}"#).status == 202)
            #expect(try session.post(#"{"jsonrpc":"2.0","id":77,"error":{"code":-1,"message":"no"}}"#).status == 202)
        }
    }

    @Test("ping is answered with an empty result, with and without params")
    func ping() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            #expect(try session.post(#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#).text == #"{"jsonrpc":"2.0","id":"p","result":{}}"#)
            #expect(try session.request("ping").result?.isEmpty == true)
        }
    }

    @Test("an error result and a JSON-RPC error of a server reach the client as they are")
    func serverErrors() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let failed = try session.call("demo__fail", #"{"message":"no luck"}"#)
            #expect(failed["isError"] as? Bool == true)
            #expect((failed["content"] as? [[String: Any]])?.first?["text"] as? String == "no luck")
            let error = try session.post(Self.call("error", #"{"code":-31234,"message":"own code"}"#, id: #""e""#))
            #expect(error.status == 200)
            #expect(error.errorCode == -31234)
            #expect(error.error?["message"] as? String == "own code")
            #expect(try error.answer["id"] as? String == "e")
        }
    }

    @Test("a call without a name, or with one of another type, is -32602")
    func badCalls() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            for params in ["{}", #"{"name":7}"#, #"{"name":null}"#, #"{"name":["demo__echo"]}"#, #"{"name":""}"#, #"{"name":"nosuch"}"#] {
                let response = try session.request("tools/call", params)
                #expect(response.errorCode == -32602, "\(params): \(response.text)")
            }
            #expect(try session.post(#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#).errorCode == -32602)
            let long = String(repeating: "n", count: 100_000)
            #expect(try session.request("tools/call", #"{"name":"\#(long)"}"#).errorCode == -32602)
            #expect(try session.callText("demo__echo", #"{"text":"still here"}"#) == "still here")
        }
    }

    @Test("unknown methods are -32601 and harm nothing")
    func unknownMethods() throws {
        try UpstreamSite.run(demo: nil) { site in
            let session = try site.open()
            for method in [
                "nosuch", "", "tools/lists", "tools/cal", "TOOLS/LIST", "rpc.discover", "resources/nosuch",
                String(repeating: "m", count: 9000),
            ] {
                let response = try session.request(method)
                #expect(response.errorCode == -32601, "\(method.prefix(30)): \(response.text.prefix(200))")
            }
            #expect(try session.request("ping").status == 200)
        }
    }

    @Test(
        "progress comes as an event stream with the client's own token, and the result ends it",
        arguments: [
            #""token-a""#, "7", #""7""#, "0", "-3", "9007199254740993", #""ä\"\u00e4""#,
        ])
    func progress(token: String) throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            try session.send(Self.call("progress", #"{"steps":3,"ms":1}"#, id: #""p1""#, token: token))
            let head = try session.http.responseHead()
            #expect(head.status == 200)
            #expect(head["content-type"]?.hasPrefix("text/event-stream") == true)
            var messages: [String] = []
            while let event = try session.http.event() { if !event.data.isEmpty { messages.append(event.data) } }
            #expect(messages.count == 4)
            for (index, message) in messages.dropLast().enumerated() {
                #expect(message.contains("\"progressToken\":\(token),"), "\(message)")
                #expect(message.contains("\"progress\":\(index + 1),\"total\":3"), "\(message)")
            }
            #expect(messages.last?.contains(#""id":"p1","result""#) == true)
            // The connection goes on behind the stream.
            #expect(try session.request("ping").status == 200)
        }
    }

    @Test("progress arrives while the call still runs")
    func liveProgress() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            try session.send(Self.call("progress", #"{"steps":10000,"ms":20}"#, id: "1", token: "1"))
            #expect(try session.http.responseHead()["content-type"]?.hasPrefix("text/event-stream") == true)
            #expect(try session.http.message()?["method"] as? String == "notifications/progress")
            _ = try site.beside(session).post(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
            var last: [String: Any] = [:]
            while let message = try session.http.message() { last = message }
            #expect(last["id"] as? Int == 1)
            #expect(last["result"] == nil)
        }
    }

    @Test("calls of two sessions with the same id and the same token each get their own progress")
    func separateProgress() throws {
        try UpstreamSite.run { site in
            let sessions = [try site.open(), try site.open()]
            for (index, session) in sessions.enumerated() {
                try session.send(Self.call("progress", #"{"steps":\#(20 + index),"ms":2}"#, id: "1", token: "1"))
            }
            for (index, session) in sessions.enumerated() {
                let messages = try session.http.response().messages
                #expect(messages.count == 21 + index)
                let totals = messages.dropLast().compactMap { ($0["params"] as? [String: Any])?["total"] as? Int }
                #expect(totals == Array(repeating: 20 + index, count: 20 + index))
            }
        }
    }

    @Test("a call without a token that makes progress is answered as JSON")
    func noToken() throws {
        try UpstreamSite.run { site in
            let response = try site.open().post(Self.call("progress", #"{"steps":3,"ms":1}"#))
            #expect(response["content-type"]?.hasPrefix("application/json") == true)
            #expect(response.result != nil)
        }
    }

    @Test("a cancellation reaches the server under the id that it knows, and ends the POST")
    func cancellation() throws {
        try UpstreamSite.run(demo: nil) { site in
            // What the server is told is copied into a file on its way in.
            let file = site.gateway.directory.path("told")
            let command = "/usr/bin/tee '\(file)' | '\(try PetaBinary.path())' demo-server"
            try site.gateway.expect("server", "add", "demo", "--", "/bin/sh", "-c", command)
            let session = try site.open()
            for id in ["9", #""nine""#] {
                try session.send(Self.call("sleep", #"{"ms":600000}"#, id: id))
                try eventually("the server has the call") {
                    Self.told(file).count { $0["method"] as? String == "tools/call" } == (id == "9" ? 1 : 2)
                }
                let side = try site.beside(session)
                let cancelled = try side.post(
                    #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id),"reason":"enough"}}"#)
                #expect(cancelled.status == 202)
                let response = try session.http.response()
                #expect(response.result == nil)
                try eventually("the server is told") {
                    Self.told(file).count { $0["method"] as? String == "notifications/cancelled" } == (id == "9" ? 1 : 2)
                }
                let messages = Self.told(file)
                let call = messages.last { $0["method"] as? String == "tools/call" }
                let notice = messages.last { $0["method"] as? String == "notifications/cancelled" }
                let requestID = (notice?["params"] as? [String: Any])?["requestId"] as? NSObject
                #expect(requestID != nil)
                #expect(requestID == call?["id"] as? NSObject)
            }
            #expect(try session.callText("demo__echo", #"{"text":"after"}"#) == "after")
        }
    }

    private static func told(_ file: String) -> [[String: Any]] {
        guard let data = FileManager.default.contents(atPath: file) else { return [] }
        return data.split(separator: 0x0A).compactMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    }

    @Test("a cancellation from another session, of another id or of another type of id changes nothing")
    func foreignCancellation() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let other = try site.open()
            try session.send(Self.call("sleep", #"{"ms":700}"#, id: "9"))
            let side = try site.beside(session)
            func cancel(_ id: String) -> String { #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"# }
            #expect(try side.request("ping").status == 200)
            for id in [#""9""#, "90", "10", "null", "{}"] { #expect((200...499).contains(try side.post(cancel(id)).status)) }
            #expect(try side.post(#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#).status == 202)
            #expect(try other.post(cancel("9")).status == 202)
            #expect(try session.http.response().result != nil)
        }
    }

    @Test("a client that goes away does not end its call for others, and leaves nothing")
    func clientGone() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            for tool in ["sleep", "progress"] {
                let side = try site.beside(session)
                let arguments = tool == "sleep" ? #"{"ms":300}"# : #"{"steps":10,"ms":30}"#
                try side.http.send("POST", "/mcp", side.fields, body: Array(Self.call(tool, arguments, token: "1").utf8))
                #expect(try session.request("ping").status == 200)
                side.http.close()
            }
            #expect(try session.callText("demo__echo", #"{"text":"on"}"#) == "on")
        }
    }

    @Test("logging/setLevel takes the eight levels and refuses others with -32602")
    func setLevel() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            for level in ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] {
                #expect(try session.request("logging/setLevel", #"{"level":"\#(level)"}"#).result?.isEmpty == true, "\(level)")
            }
            for params in [#"{"level":"loud"}"#, #"{"level":"ERROR"}"#, #"{"level":7}"#, #"{"level":null}"#, "{}"] {
                #expect(try session.request("logging/setLevel", params).errorCode == -32602, "\(params)")
            }
        }
    }

    @Test("log messages reach each session at its own level and above")
    func filtering() throws {
        try UpstreamSite.run { site in
            let calm = try site.open()
            let curious = try site.open()
            #expect(try calm.request("logging/setLevel", #"{"level":"error"}"#).result != nil)
            #expect(try curious.request("logging/setLevel", #"{"level":"info"}"#).result != nil)
            let streams = [try calm.openStream(), try curious.openStream()]
            for (level, text) in [("info", "a"), ("warning", "b"), ("error", "c"), ("emergency", "end")] {
                _ = try calm.call("demo__log", #"{"level":"\#(level)","message":"\#(text)"}"#)
            }
            var seen: [[String]] = []
            for stream in streams {
                var texts: [String] = []
                while texts.last != "end", let message = try stream.message() {
                    let params = message["params"] as? [String: Any]
                    #expect(message["method"] as? String == "notifications/message")
                    texts.append(params?["data"] as? String ?? "?")
                }
                seen.append(texts)
            }
            #expect(seen == [["c", "end"], ["a", "b", "c", "end"]])
        }
    }

    @Test("a session that asks for debug messages gets those of its servers, also of one that starts later")
    func debugLevel() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let stream = try session.openStream()
            var round = 0
            func debugMessageComes(from server: String = "demo") throws -> Bool {
                round += 1
                _ = try session.call("\(server)__log", #"{"level":"debug","message":"fine"}"#)
                _ = try session.call("\(server)__log", #"{"level":"error","message":"end \#(round)"}"#)
                return try stream.methods(before: "end \(round)").contains("notifications/message")
            }
            // The demonstration server itself begins at info.
            #expect(try !debugMessageComes())
            #expect(try session.request("logging/setLevel", #"{"level":"debug"}"#).result != nil)
            try eventually("the server was told") { try debugMessageComes() }
            try site.gateway.addDemo("late")
            try eventually("the later one was told") { try debugMessageComes(from: "late") }
            try site.gateway.expect("server", "remove", "late", "--yes")
            // Servers are shared: another session's level neither hides nor brings anything here.
            let other = try site.open()
            #expect(try other.request("logging/setLevel", #"{"level":"emergency"}"#).result != nil)
            #expect(try debugMessageComes())
        }
    }

    @Test("a session that wants few messages does not silence its servers for others")
    func othersLevel() throws {
        try UpstreamSite.run { site in
            let silent = try site.open()
            let session = try site.open()
            let stream = try session.openStream()
            #expect(try silent.request("logging/setLevel", #"{"level":"emergency"}"#).result != nil)
            // Twenty times, since a server is told in its own time.
            for _ in 0..<20 { _ = try session.call("demo__log", #"{"level":"info","message":"fine"}"#) }
            _ = try session.call("demo__log", #"{"level":"emergency","message":"end"}"#)
            #expect(try stream.methods(before: "end") == Array(repeating: "notifications/message", count: 20))
        }
    }

    @Test("log messages reach only users who may use the server, by grant or because it is public")
    func logAudience() throws {
        try UpstreamSite.run { site in
            try site.gateway.addDemo("open", options: ["--public"])
            let alice = try site.open(token: try site.user("alice"))
            let stream = try alice.openStream()
            let owner = try site.open()
            _ = try owner.call("demo__log", #"{"level":"error","message":"not for her"}"#)
            _ = try owner.call("open__log", #"{"level":"error","message":"end"}"#)
            #expect(try stream.methods(before: "end").isEmpty)
        }
    }
}
