import Foundation
import PetaTestSupport
import Testing

/// Tasks of both eras behind the gateway, with servers and clients of the official SDKs.
@Suite("Tasks")
struct TaskTests {
    private static let old = PetaBinary.sourceRoot + "/.build-peers-old/bin/python"
    private static func script(_ name: String) -> String { PetaBinary.sourceRoot + "/Tests/Peers/" + name }
    private static let extensionName = "io.modelcontextprotocol/tasks"

    private static func add(_ id: String, modern: Bool, _ gateway: Gateway, tasks: Bool = true) throws {
        let flags = tasks ? ["--tasks"] : []
        let command =
            modern
            ? [try PythonPeer.command("python"), script("square_server.py"), "--era", "modern"] : [old, script("old_server.py")]
        let result = try gateway.peta(["server", "add", id, "--"] + command + flags)
        guard result.status == 0 else { throw TestFailure("server add: \(result.stderr)") }
    }

    // MARK: requests by hand

    /// A request of the modern era.
    private static func modern(
        _ site: UpstreamSite, _ method: String, _ params: String, name: String? = nil, hasTasks: Bool = true, token: String? = nil
    ) throws -> HTTPResponse {
        let extensions = hasTasks ? #""extensions":{"\#(extensionName)":{}}"# : ""
        let meta =
            #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{\#(extensions)},"io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"}}"#
        let body = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{\#(params)\#(params.isEmpty ? "" : ",")\#(meta)}}"#
        let http = try RawHTTP(port: site.port)
        let fields =
            site.plainFields(token: token) + [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method)]
            + (name.map { [("Mcp-Name", $0)] } ?? [])
        try http.send("POST", "/mcp", fields, body: Array(body.utf8))
        return try http.response()
    }

    private static func task(_ response: HTTPResponse) throws -> [String: Any] {
        let result = try #require(response.result, "\(response.text)")
        return result["task"] as? [String: Any] ?? result
    }

    private static func begin(_ session: MCPConnection, ms: Int = 60_000) throws -> String {
        let answer = try session.request("tools/call", #"{"name":"old__work","arguments":{"ms":\#(ms)},"task":{"ttl":60000}}"#)
        return try #require(try task(answer)["taskId"] as? String, "\(answer.text)")
    }

    // MARK: whole scenarios

    @Test("the official clients work with tasks through the gateway as without it", arguments: [false, true], [false, true])
    func scenario(isModern: Bool, overHTTP: Bool) throws {
        try UpstreamSite.run(demo: nil) { site in
            var peer: ChildProcess?
            defer { peer?.signal(SIGKILL) }
            if overHTTP {
                let started =
                    isModern
                    ? try PythonPeer.start("square_server.py", ["--transport", "http", "--era", "modern", "--tasks"])
                    : try ChildProcess(
                        Self.old, [Self.script("old_server.py"), "--transport", "http", "--tasks"],
                        environment: ChildProcess.plainEnvironment.merging(["PYTHONUNBUFFERED": "1"]) { $1 })
                peer = started
                try site.gateway.expect("server", "add", "it", "--url", try started.stdout.line(0))
            } else {
                try Self.add("it", modern: isModern, site.gateway)
            }
            let result = try PythonPeer.run(
                "square_client.py", [site.gateway.url, "tasks", "--server", "it", "--mode", isModern ? "modern" : "legacy"],
                environment: ["PETA_TOKEN": site.token])
            let seen = try #require(
                try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any], "\(result.stdout)\(result.stderr)")
            try #require(seen["failed"] == nil, "\(result.stdout)")
            func text(_ name: String) -> String? {
                let whole = seen[name] as? [String: Any]
                return ((whole?["result"] as? [String: Any] ?? whole)?["content"] as? [[String: Any]])?.first?["text"] as? String
            }
            func member(_ name: String, _ member: String) -> String? { (seen[name] as? [String: Any])?[member] as? String }
            #expect((seen["states"] as? [String])?.last == "completed")
            #expect(text("answered") == "worked for Ada")
            #expect(text(isModern ? "task" : "result") == "worked")
            let id = try #require(member("created", "taskId"))
            #expect(id.hasPrefix("t1.") && member("task", "taskId") == id)
            #expect((seen["unknown"] as? [String: Any]).map { ($0["error"] as? [String: Any])?["code"] as? Int } == -32602)
            if isModern {
                #expect(member("ended", "status") == "cancelled")
            } else {
                #expect(member("cancelled", "status") == "cancelled")
                let meta = (seen["result"] as? [String: Any])?["_meta"] as? [String: [String: String]]
                #expect(meta?["io.modelcontextprotocol/related-task"]?["taskId"] == id)
                #expect((seen["listed"] as? [String: Any])?["code"] as? Int == -32601)
            }
            // The record says which task it was, in the server's words.
            let audit = try site.gateway.expect("audit", "tail", "-n", "100", "--json")
            #expect(audit.contains("tasks/get") && audit.contains("tasks/cancel") && !audit.contains(id))
        }
    }

    // MARK: what is announced

    @Test("tasks are announced, shown and answered to those alone who can use them at some server")
    func announced() throws {
        try UpstreamSite.run { site in
            let stranger = try site.user("stranger", grants: ["demo"])
            func check(_ token: String?, legacy: Bool, modern: Bool) throws {
                let session = try MCPConnection(port: site.port, token: token ?? site.token)
                let told = try session.initialize()["capabilities"] as? [String: Any]
                #expect((told?["tasks"] != nil) == legacy)
                #expect((told?["tasks"] as? [String: Any])?["list"] == nil)
                #expect(try session.request("tasks/get", #"{"taskId":"x"}"#).errorCode == (legacy ? -32602 : -32601))
                for method in ["tasks/list", "tasks/update"] {
                    #expect(try session.request(method, #"{"taskId":"x"}"#).errorCode == -32601)
                }
                session.http.close()
                let discovered = try Self.modern(site, "server/discover", "", token: token).result?["capabilities"] as? [String: Any]
                #expect((discovered?["extensions"] as? [String: Any])?.keys.sorted() == (modern ? [Self.extensionName] : nil))
                #expect(discovered?["tasks"] == nil)
                let got = try Self.modern(site, "tasks/get", #""taskId":"x""#, name: "x", token: token)
                #expect(got.status == (modern ? 400 : 404) && got.errorCode == (modern ? -32602 : -32601))
                for method in ["tasks/list", "tasks/result"] {
                    let got = try Self.modern(site, method, #""taskId":"x""#, name: "x", token: token)
                    #expect(got.status == 404 && got.errorCode == -32601)
                }
            }
            try Self.add("plain", modern: false, site.gateway, tasks: false)
            try check(nil, legacy: false, modern: false)
            try Self.add("old", modern: false, site.gateway)
            try check(nil, legacy: true, modern: false)
            try Self.add("new", modern: true, site.gateway)
            try check(nil, legacy: true, modern: true)
            try check(stranger, legacy: false, modern: false)
            // Before 2025-11-25 there are none.
            let june = try MCPConnection(port: site.port, token: site.token)
            #expect((try june.initialize(revision: "2025-06-18")["capabilities"] as? [String: Any])?["tasks"] == nil)
            #expect(try june.request("tasks/get", #"{"taskId":"x"}"#).errorCode == -32601)
            #expect(try !june.request("tools/list").text.contains("taskSupport"))
            let session = try site.open()
            let listed = try session.request("tools/list").text
            #expect(listed.components(separatedBy: #""execution":{"taskSupport":"optional"}"#).count == 2)
            #expect(try !Self.modern(site, "tools/list", "").text.contains("taskSupport"))
            june.http.close()
            session.http.close()
        }
    }

    // MARK: whose a task is

    @Test("another user's task, a forged one and one that the server does not know cannot be told apart")
    func others() throws {
        try UpstreamSite.run(demo: nil) { site in
            try Self.add("old", modern: false, site.gateway)
            try Self.add("new", modern: true, site.gateway)
            let friend = try site.user("friend", grants: ["old", "new"])
            let mine = try site.open()
            let theirs = try site.open(token: friend)
            let id = try Self.begin(mine)
            #expect(try mine.request("tasks/get", #"{"taskId":"\#(id)"}"#).result?["taskId"] as? String == id)
            // In another session of the same user it is known where the connection is shared.
            let again = try site.open()
            #expect(try again.request("tasks/get", #"{"taskId":"\#(id)"}"#).result?["status"] as? String == "working")
            let forged = "t1." + String(id.dropFirst(3).reversed())
            func body(_ session: MCPConnection, _ method: String, _ id: String) throws -> String {
                let response = try session.post(#"{"jsonrpc":"2.0","id":9,"method":"\#(method)","params":{"taskId":"\#(id)"}}"#)
                return "\(response.status) \(response.text)"
            }
            for method in ["tasks/get", "tasks/result", "tasks/cancel"] {
                let never = try body(mine, method, "no-such-task")
                #expect(never == #"200 {"jsonrpc":"2.0","id":9,"error":{"code":-32602,"message":"Unknown task"}}"#)
                #expect(try body(theirs, method, id) == never)
                #expect(try body(mine, method, forged) == never)
            }
            // A right that is gone takes the task with it.
            let shared = try Self.begin(theirs)
            try site.gateway.expect("user", "revoke", "friend", "old")
            try site.gateway.expect("user", "grant", "friend", "new")
            #expect(try theirs.request("tasks/get", #"{"taskId":"\#(shared)"}"#).errorCode == -32601)
            // The modern era: the header repeats the client's id.
            let began = try Self.modern(site, "tools/call", #""name":"new__work","arguments":{"ms":60000}"#, name: "new__work")
            let other = try #require(began.result?["taskId"] as? String, "\(began.text)")
            #expect(began.result?["resultType"] as? String == "task")
            func get(_ id: String, name: String? = nil, token: String? = nil, hasTasks: Bool = true) throws -> HTTPResponse {
                try Self.modern(site, "tasks/get", #""taskId":"\#(id)""#, name: name ?? id, hasTasks: hasTasks, token: token)
            }
            #expect(try get(other).result?["status"] as? String == "working")
            #expect(try get(other, name: "x").errorCode == -32020)
            let never = try get("no-such-task").comparable
            #expect(never.contains("400") && never.contains("Unknown task"))
            #expect(try get(other, token: friend).comparable == never)
            #expect(try get("t1." + String(other.dropFirst(3).reversed())).comparable == never)
            // Of the other era, or without the extension.
            #expect(try mine.request("tasks/get", #"{"taskId":"\#(other)"}"#).errorCode == -32602)
            #expect(try get(id).comparable == never)
            let lacking = try get(other, hasTasks: false)
            let needed = (lacking.error?["data"] as? [String: [String: Any]])?["requiredCapabilities"]?["extensions"] as? [String: Any]
            #expect(lacking.status == 400 && lacking.errorCode == -32021 && needed?.keys.first == Self.extensionName)
            for session in [mine, theirs, again] { session.http.close() }
        }
    }

    @Test("who has no tasks is answered at once, and who asks for one of a tool that has none is refused")
    func plainly() throws {
        try UpstreamSite.run { site in
            try Self.add("old", modern: false, site.gateway)
            try Self.add("new", modern: true, site.gateway)
            let session = try site.open()
            func call(_ tool: String, _ arguments: String, _ session: MCPConnection) throws -> HTTPResponse {
                try session.request("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments),"task":{"ttl":1000}}"#)
            }
            #expect(try call("new__work", #"{"ms":1}"#, session).text.contains("worked"))
            #expect(try call("demo__echo", #"{"text":"hello"}"#, session).text.contains("hello"))
            #expect(try call("old__echo", #"{"text":"hello"}"#, session).errorCode == -32601)
            let june = try site.open(revision: "2025-06-18")
            #expect(try call("old__work", #"{"ms":1}"#, june).text.contains("worked"))
            let without = try Self.modern(
                site, "tools/call", #""name":"new__work","arguments":{"ms":1},"task":{}"#, name: "new__work", hasTasks: false)
            #expect(without.result?["resultType"] as? String == "complete" && without.text.contains("worked"))
            #expect(
                try Self.modern(site, "tools/call", #""name":"old__work","arguments":{"ms":1}"#, name: "old__work").text
                    .contains("worked"))
            for session in [session, june] { session.http.close() }
        }
    }

    // MARK: what belongs to a task

    @Test("whatever names a task names it by the client's id, in both directions, and a status goes to the session that began it alone")
    func related() throws {
        try UpstreamSite.run(demo: nil) { site in
            try site.gateway.expect("server", "add", "by", "--", PythonPeer.command("python"), Self.script("task_stdio.py"))
            let session = try MCPConnection(port: site.port, token: site.token)
            try session.initialize(capabilities: #"{"elicitation":{"form":{}}}"#)
            let other = try MCPConnection(port: site.port, token: site.token)
            try other.initialize(capabilities: #"{"elicitation":{"form":{}}}"#)
            let stream = try session.openStream()
            let began = try session.request("tools/call", #"{"name":"by__work","task":{"ttl":5}}"#)
            let id = try #require(try Self.task(began)["taskId"] as? String)
            #expect(((began.result?["_meta"] as? [String: Any])?["given"] as? [String: Int]) == ["ttl": 5])
            #expect(try session.request("tasks/get", #"{"taskId":"\#(id)"}"#).result?["taskId"] as? String == id)
            // Of the task of nobody, which the server told first, nothing came.
            let status = try #require(try stream.message())
            #expect(status["method"] as? String == "notifications/tasks/status")
            #expect((status["params"] as? [String: Any])?["taskId"] as? String == id)

            let side = try site.beside(session)
            try session.send(#"{"jsonrpc":"2.0","id":77,"method":"tasks/result","params":{"taskId":"\#(id)"}}"#)
            _ = try session.http.responseHead()
            let asked = try #require(try session.http.message())
            let params = asked["params"] as? [String: Any]
            let related = ["io.modelcontextprotocol/related-task": ["taskId": id]]
            #expect(params?["_meta"] as? [String: [String: String]] == related)
            #expect(asked["method"] as? String == "elicitation/create" && params?["task"] == nil)
            let number = try #require(asked["id"] as? Int)
            let answer =
                #"{"jsonrpc":"2.0","id":\#(number),"result":{"action":"accept","content":{},"_meta":{"io.modelcontextprotocol/related-task":{"taskId":"\#(id)"}}}}"#
            #expect(try side.post(answer).status == 202)
            let result = try #require(try session.http.message()?["result"] as? [String: Any])
            #expect(result["_meta"] as? [String: [String: String]] == related)
            let content = result["content"] as? [[String: Any]]
            #expect(
                content?.first?["text"] as? String
                    == #"{"action": "accept", "content": {}, "_meta": {"io.modelcontextprotocol/related-task": {"taskId": "7"}}}"#)
            #expect(content?.last?["uri"] as? String == "by::a://b")

            // An error names it so too.
            let ended = try side.request("tasks/cancel", #"{"taskId":"\#(id)"}"#)
            #expect(ended.errorCode == -32602 && ended.error?["message"] as? String == "task \(id) has ended")
            let heard = try other.openStream()
            try other.send(#"{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":"\#(id)"}}"#)
            #expect(try other.http.response().status == 200)
            // The list changes after all that, so that a status would have come before it.
            try site.gateway.expect("server", "disable", "by")
            #expect(try heard.message()?["method"] as? String == "notifications/tools/list_changed")
            for http in [session.http, other.http, stream, heard, side.http] { http.close() }
        }
    }

    @Test("an id leads to its task after the gateway was killed")
    func restart() throws {
        let peer = try PythonPeer.start("square_server.py", ["--transport", "http", "--era", "modern", "--tasks"])
        defer { peer.signal(SIGKILL) }
        let url = try peer.stdout.line(0)
        let gateway = try Gateway()
        try gateway.expect("server", "add", "new", "--url", url)
        let site = UpstreamSite(gateway: gateway, token: try gateway.token())
        let began = try Self.modern(site, "tools/call", #""name":"new__work","arguments":{"ms":60000}"#, name: "new__work")
        let id = try #require(began.result?["taskId"] as? String, "\(began.text)")
        try gateway.kill()
        let next = UpstreamSite(gateway: try gateway.restarted(), token: site.token)
        let got = try Self.modern(next, "tasks/get", #""taskId":"\#(id)""#, name: id)
        #expect(got.result?["taskId"] as? String == id && got.result?["status"] as? String == "working", "\(got.text)")
        try next.gateway.stop()
    }
}
