import Foundation
import Testing

/// What each scenario of square_client.py has to print behind the gateway. The same in every cell, but where the eras differ.
struct SquareJudge {
    let server: SquareServer
    let client: SquareClient
    private var isModern: Bool { client == .modern }

    private static let unicode = "héllo wörld 你好 🚀 \u{202e}abc\u{202c} \\ \" \t\n line e\u{301} \0 end"
    private static var form: [String: Any] {
        [
            "mode": "form", "message": "Fill it in.",
            "requestedSchema": [
                "type": "object", "required": ["name"],
                "properties": [
                    "name": ["type": "string", "title": "Name", "minLength": 1] as [String: Any],
                    "sure": ["type": "boolean", "default": false] as [String: Any],
                    "colour": ["type": "string", "enum": ["red", "green", "blue"]] as [String: Any],
                ],
            ] as [String: Any],
        ]
    }

    init(server: SquareServer, client: SquareClient) {
        self.server = server
        self.client = client
    }

    func judge(_ scenario: String, _ seen: [String: Any]) {
        let it = Outcome(value: seen, what: "\(client.rawValue) client, \(server.rawValue): \(scenario)")
        it["protocolVersion"].is(isModern ? "2026-07-28" : "2025-11-25")
        switch scenario {
        case "list": lists(it)
        case "call", "errors", "progress", "cancel", "log", "big", "headers", "caps": calls(scenario, it)
        case "resources", "template", "prompts", "completion": reads(scenario, it)
        case "list_changed", "subscribe": changes(scenario, it)
        case "undeclared": undeclared(it)
        default: asked(scenario, it)
        }
    }

    // MARK: what is offered

    private func lists(_ it: Outcome) {
        let tools = it["tools"]["entries"].objects
        let names = tools.compactMap { $0["name"] as? String }
        it.expect(names.count == 21 && Set(names).count == 21 && names.allSatisfy { $0.hasPrefix("sq__") }, "tools: \(names)")
        it.expect(
            tools.allSatisfy { (($0["_meta"] as? [String: Any])?["io.peta/name"] as? String)?.hasPrefix("sq::") == true }, "io.peta/name")
        let region = tools.first { $0["name"] as? String == "sq__region" }
        let header = ((region?["inputSchema"] as? [String: Any])?["properties"] as? [String: [String: Any]])?["region"]?["x-mcp-header"]
        it.expect(header as? String == "Region", "x-mcp-header")
        let add = tools.first { $0["name"] as? String == "sq__add" }
        it.expect((add?["outputSchema"] as? [String: Any])?["required"] as? [String] == ["result"], "outputSchema")
        it.expect((add?["annotations"] as? [String: Any])?["readOnlyHint"] as? Bool == true, "annotations")
        it["prompts"]["entries"].names("name", ["sq__greet", "sq__ask_prompt"])
        it["resources"]["entries"].names(
            "uri", ["sq::square://readme", "sq::square://numbers", "sq::square://pixel", "sq::square://asked"])
        it["templates"]["entries"].names("uriTemplate", ["sq::square://item/{name}"])
    }

    private func calls(_ scenario: String, _ it: Outcome) {
        switch scenario {
        case "call":
            it["same"].is(true)
            it["echo"]["content"][0]["text"].is(Self.unicode)
            it["add"]["structuredContent"].is(["result": 42.5])
            it["add"]["content"][0]["text"].is("42.5")
        case "errors":
            it["isError"]["result"]["isError"].is(true)
            it["isError"]["result"]["content"][0]["text"].is("boom")
            it["code"]["error"].is(["code": 4711, "message": "boom", "data": ["why": "asked for"]] as [String: Any])
            it["badArguments"]["result"]["content"][0]["text"].is("bad arguments: 7 is not of type 'string'")
            it["unknownTool"]["error"]["code"].is(-32602)
            it["unknownPrompt"]["error"]["code"].is(-32602)
            it["unknownResource"]["error"]["code"].is(isModern ? -32602 : -32002)
            it["unknownResource"]["error"]["data"].is(["uri": "sq::square://missing"])
            it["badCursor"]["error"]["code"].is(-32602)
            it["after"].is("still there")
        case "progress":
            it["steps"].is((1...5).map { ["progress": $0, "total": 5, "message": "step \($0) of 5"] as [String: Any] })
            it["text"].is("5 steps done")
            it["without"].is("2 steps done")
        case "cancel":
            it["cancelled"].is(true)
            it["count"].is(1)
            it["after"].is("after")
        case "log":
            it["texts"].is(["logged", "logged", "logged"])
            it["logs"].is(
                ["warning", "error"].map { ["level": $0, "logger": "square", "data": ["text": $0]] as [String: Any] })
            it["badLevel"]["result"]["isError"].is(true)
        case "big":
            it["received"].is(1_000_000)
            it["echoed"].is(true)
        case "headers":
            // Only a modern server over HTTP is told arguments by header fields; the client's own have to be right, and end at the gateway.
            let isTold = server == .modernHTTP
            it["plain"].is(["region": "eu-1", "q": "x", "header": isTold ? "eu-1" : NSNull()] as [String: Any])
            it["encoded"].is(["region": "Köln", "q": NSNull(), "header": isTold ? "=?base64?S8O2bG4=?=" : NSNull()] as [String: Any])
            it["sentinel"].is(
                [
                    "region": "=?base64?eA==?=", "q": NSNull(), "header": isTold ? "=?base64?PT9iYXNlNjQ/ZUE9PT89?=" : NSNull(),
                ] as [String: Any])
            it["header"].is(isTold ? "tools/call" : "(absent)")
        default: it["caps"].is([String: Any]())
        }
    }

    private func reads(_ scenario: String, _ it: Outcome) {
        switch scenario {
        case "resources":
            it["read"]["readme"]["contents"].is([["uri": "sq::square://readme", "mimeType": "text/plain", "text": "the square"]])
            it["read"]["numbers"]["contents"][0]["text"].is("[1, 2, 3]")
            it["read"]["pixel"]["contents"][0]["mimeType"].is("image/png")
            it.expect((it["read"]["pixel"]["contents"][0]["blob"].value as? String)?.hasPrefix("iVBORw0KGgo") == true, "the picture")
            it["link"]["content"][0]["uri"].is("sq::square://readme")
            it["link"]["content"][1]["resource"]["uri"].is("sq::square://readme")
            it["throughLink"]["contents"][0]["text"].is("the square")
            if isModern {
                it["read"]["readme"]["cacheScope"].is("private")
                it["read"]["readme"]["_meta"]["io.modelcontextprotocol/serverInfo"]["name"].is("peta")
            }
        case "template":
            it["templates"].names("uriTemplate", ["sq::square://item/{name}"])
            it["uri"].is("sq::square://item/hello%20w%C3%B6rld")
            it["read"]["contents"][0].is(
                ["uri": "sq::square://item/hello%20w%C3%B6rld", "mimeType": "text/plain", "text": "item hello%20w%C3%B6rld"])
        case "prompts":
            it["greet"]["description"].is("greet")
            it["greet"]["messages"].is([
                ["role": "user", "content": ["type": "text", "text": "Please greet Ada warmly."]] as [String: Any]
            ])
            it["missing"]["error"]["code"].is(-32602)
        default:
            it["prompt"]["completion"].is(["values": ["beta", "bravo"], "total": 2, "hasMore": false] as [String: Any])
            it["template"]["completion"].is(["values": ["alpha"], "total": 1, "hasMore": false] as [String: Any])
            it["unknown"]["error"]["code"].is(-32602)
        }
    }

    // MARK: what servers say by themselves

    private func changes(_ scenario: String, _ it: Outcome) {
        if scenario == "list_changed" {
            let once = ["tools": 1, "prompts": 1, "resources": 1]
            it["afterGrow"].is(once)
            it["afterShrink"].is(once)
            it["new"].is(["sq__extra_1"])
            it["called"].is(["extra_1"])
            it["restored"].is(true)
            if isModern { it["honored"].is(["toolsListChanged": true, "promptsListChanged": true, "resourcesListChanged": true]) }
            return
        }
        it["updated"].is(["sq::square://numbers"])
        it["read"]["contents"][0]["text"].is("[1, 2, 3]")
        it["afterEnd"].is([Any]())
        if isModern { it["honored"].is(["resourceSubscriptions": ["sq::square://numbers"]]) }
    }

    // MARK: what servers ask

    private func asked(_ scenario: String, _ it: Outcome) {
        let who: [String: Any] = [
            "mode": "form", "message": "Who?",
            "requestedSchema": ["type": "object", "properties": ["name": ["type": "string"]], "required": ["name"]] as [String: Any],
        ]
        switch scenario {
        case "elicit_form", "elicit_decline", "elicit_cancel":
            it["asked"].is([Self.form])
            let action = ["elicit_form": "accept", "elicit_decline": "decline", "elicit_cancel": "cancel"][scenario] ?? ""
            let content: Any = action == "accept" ? ["name": "Ada", "sure": true, "colour": "green"] as [String: Any] : NSNull()
            it["result"].is(["action": action, "content": content])
        case "elicit_twice":
            it["asked"].names("message", ["First?", "Second?"])
            it["result"].is(["answer to First?", "answer to Second?"])
        case "elicit_url":
            it["asked"][0]["url"].is("https://example.com/sign-in")
            it["result"].is(["action": "accept", "content": NSNull()] as [String: Any])
            // Both the id and the news that it is done are of the legacy era on both sides.
            let told = it["completed"].value as? [String]
            it.expect(told?.count == (!isModern && !server.isModern ? 1 : 0), "completed: \(told ?? [])")
            it.expect((it["asked"][0]["elicitationId"].value == nil) == isModern, "elicitationId")
        case "need_url":
            let url = "https://example.com/need"
            if !isModern && !server.isModern {
                it["first"]["error"]["code"].is(-32042)
                it["first"]["error"]["data"]["elicitations"][0]["url"].is(url)
                it["asked"].is([Any]())
            } else {
                it["asked"].names("url", [url, url])
                it["first"]["result"]["content"][0]["text"].is(#"{"action": "accept", "content": null}"#)
            }
            it["again"]["result"]["content"][0]["text"].is(#"{"action": "accept", "content": null}"#)
        case "roots":
            it["asked"].is(["roots/list"])
            it["result"].is(["file:///work/one", "file:///work/two%20words"])
        case "sampling":
            it["text"].is("a model's answer to a riddle")
            it["asked"].is([
                ["messages": [["role": "user", "content": ["type": "text", "text": "a riddle"]]] as [[String: Any]], "maxTokens": 100]
                    as [String: Any]
            ])
        case "ask_prompt":
            it["asked"].is([who])
            it["prompt"]["messages"][0]["content"]["text"].is("Please greet Ada warmly.")
        case "ask_resource":
            it["asked"].is([who])
            it["read"]["contents"][0]["text"].is(#"{"name": "Ada"}"#)
        case "twenty":
            it["wrong"].is([Any]())
            it["messages"].is((0..<20).map { "Question \($0)" }.sorted())
        default: it.expect(false, "nothing is expected of it")
        }
    }

    /// The client declares nothing: the server is told so, and one that asks all the same gets no answer.
    private func undeclared(_ it: Outcome) {
        it["caps"].is([String: Any]())
        for (name, what) in [
            ("form", "elicitation (form)"), ("url", "elicitation (url)"), ("sample", "sampling"), ("roots", "roots"),
        ] {
            if server.isModern {
                it[name]["error"]["code"].is(isModern ? -32021 : -32603)
                if isModern { it.expect(it[name]["error"]["data"]["requiredCapabilities"].value is [String: Any], "\(name): data") }
            } else {
                it[name]["result"]["isError"].is(true)
                it[name]["result"]["content"][0]["text"].is("the client does not offer \(what)")
            }
        }
        it.expect(it["anyway"]["error"]["code"].value is Int, "asked without leave: \(it["anyway"].text)")
        it["after"].is("still there")
    }

    // MARK: looking at what was printed

    /// A value in what was printed, and where it stands.
    struct Outcome {
        let value: Any?
        let what: String

        subscript(name: String) -> Outcome { Outcome(value: (value as? [String: Any])?[name], what: "\(what) .\(name)") }

        subscript(index: Int) -> Outcome {
            let list = value as? [Any] ?? []
            return Outcome(value: list.indices.contains(index) ? list[index] : nil, what: "\(what)[\(index)]")
        }

        var objects: [[String: Any]] { value as? [[String: Any]] ?? [] }

        var text: String { value.map { "\($0)" } ?? "nothing" }

        /// Equal as JSON values.
        func `is`(_ expected: Any) {
            expect(Self.plain(value) == Self.plain(expected), "is \(Self.plain(value)), not \(Self.plain(expected))")
        }

        /// One spelling for each JSON value.
        private static func plain(_ value: Any?) -> String {
            guard let value, let data = try? JSONSerialization.data(withJSONObject: [value], options: [.sortedKeys]) else {
                return "nothing"
            }
            return String(decoding: data.dropFirst().dropLast(), as: UTF8.self)
        }

        /// The values of one member of each entry, in whatever order.
        func names(_ member: String, _ expected: [String]) {
            expect(objects.compactMap { $0[member] as? String }.sorted() == expected.sorted(), "is \(text.prefix(500)), not \(expected)")
        }

        func expect(_ isSo: Bool, _ comment: @autoclosure () -> String) {
            if !isSo { Issue.record("\(what): \(comment())") }
        }
    }
}
