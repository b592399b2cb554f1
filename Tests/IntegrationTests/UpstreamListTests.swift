import Foundation
import PetaTestSupport
import Testing

@Suite("Upstream: lists, names and resources")
struct UpstreamListTests {
    private static func list(_ session: MCPConnection, _ kind: String, _ member: String) throws -> [[String: Any]] {
        let response = try session.request("\(kind)/list")
        guard let items = response.result?[member] as? [[String: Any]] else { throw TestFailure("\(kind): \(response.text)") }
        return items
    }

    @Test("tools are listed in the safe style with their canonical names beside, and both can be called")
    func safeNames() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let tools = try Self.list(session, "tools", "tools")
            #expect(tools.count == 16)
            for tool in tools {
                let name = try #require(tool["name"] as? String)
                #expect(name.range(of: "^[A-Za-z0-9_-]{1,64}$", options: .regularExpression) != nil)
                #expect(
                    (tool["_meta"] as? [String: Any])?["io.peta/name"] as? String == name.replacingOccurrences(of: "demo__", with: "demo::")
                )
            }
            #expect(tools.contains { $0["name"] as? String == "demo__echo" })
            #expect(try session.callText("demo__echo", #"{"text":"listed"}"#) == "listed")
            #expect(try session.callText("demo::echo", #"{"text":"canonical"}"#) == "canonical")
            #expect(try session.callText(#"demo\u005f_echo"#, #"{"text":"escaped"}"#) == "escaped")
        }
    }

    @Test("names=qualified lists canonical names, and both can be called")
    func qualifiedNames() throws {
        try UpstreamSite.run { site in
            let session = try site.open(path: "/mcp?names=qualified")
            let names = try Self.list(session, "tools", "tools").compactMap { $0["name"] as? String }
            #expect(names.count == 16)
            #expect(names.allSatisfy { $0.hasPrefix("demo::") })
            #expect(try session.callText("demo::echo", #"{"text":"a"}"#) == "a")
            #expect(try session.callText("demo__echo", #"{"text":"b"}"#) == "b")
            #expect(
                try Self.list(session, "prompts", "prompts").compactMap { $0["name"] as? String }.sorted() == [
                    "demo::greet", "demo::summarize",
                ])
        }
    }

    @Test("what a server says of a tool reaches the client as it is")
    func definitions() throws {
        try UpstreamSite.run { site in
            let tools = try Self.list(try site.open(), "tools", "tools")
            let add = try #require(tools.first { $0["name"] as? String == "demo__add" })
            #expect(add["description"] as? String == "Adds two numbers.")
            #expect((add["inputSchema"] as? [String: Any])?["required"] as? [String] == ["a", "b"])
            #expect((add["outputSchema"] as? [String: Any])?["type"] as? String == "object")
            #expect((add["annotations"] as? [String: Any])?["readOnlyHint"] as? Bool == true)
        }
    }

    @Test("an unknown tool and a tool of a server without a grant are answered alike, as are prompts, resources and references")
    func hiddenAndMissing() throws {
        try UpstreamSite.run { site in
            try site.gateway.addDemo("secret-one")
            let session = try site.open(token: try site.user("alice", grants: ["demo"]))
            func same(_ method: String, _ code: Int, _ hidden: String, _ missing: String, _ params: (String) -> String) throws {
                let first = try session.post(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params(hidden))}"#)
                let second = try session.post(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params(missing))}"#)
                #expect(first.errorCode == code, "\(first.text)")
                #expect(first.comparable == second.comparable.replacingOccurrences(of: missing, with: hidden))
            }
            for style in ["::", "__"] {
                // Missing names of the same length, so that the lengths can be compared too.
                try same("tools/call", -32602, "secret-one\(style)echo", "nosuch-one\(style)echo") {
                    #"{"name":"\#($0)","arguments":{"text":"a"}}"#
                }
                try same("tools/call", -32602, "secret-one\(style)echo", "demo\(style)nosuchtool") {
                    #"{"name":"\#($0)","arguments":{"text":"a"}}"#
                }
                try same("prompts/get", -32602, "secret-one\(style)greet", "nosuch-one\(style)greet") {
                    #"{"name":"\#($0)","arguments":{"name":"a"}}"#
                }
                try same("completion/complete", -32602, "secret-one\(style)summarize", "nosuch-one\(style)summarize") {
                    #"{"ref":{"type":"ref/prompt","name":"\#($0)"},"argument":{"name":"style","value":"b"}}"#
                }
            }
            try same("resources/read", -32002, "secret-one::demo://readme", "nosuch-one::demo://readme") { #"{"uri":"\#($0)"}"# }
            try same("completion/complete", -32602, "secret-one::demo://echo/{text}", "nosuch-one::demo://echo/{text}") {
                #"{"ref":{"type":"ref/resource","uri":"\#($0)"},"argument":{"name":"text","value":"b"}}"#
            }
            for (kind, member) in [
                ("tools", "tools"), ("prompts", "prompts"), ("resources", "resources"), ("resources/templates", "resourceTemplates"),
            ] {
                let text = try session.request("\(kind)/list").text
                #expect(!text.contains("secret-one"), "\(kind)")
                #expect(text.contains("\"\(member)\":[{"), "\(kind)")
            }
        }
    }

    @Test("a list of 12,000 tools comes in pages that hold every tool once")
    func pagination() throws {
        try UpstreamSite.run(demo: ["--tools", "12000"]) { site in
            let session = try site.open()
            var names: [String] = []
            var cursor: String?
            var pages = 0
            repeat {
                let response = try session.request("tools/list", cursor.map { #"{"cursor":"\#($0)"}"# } ?? "{}")
                let tools = try #require(response.result?["tools"] as? [[String: Any]])
                #expect(!tools.isEmpty)
                names += tools.compactMap { $0["name"] as? String }
                cursor = response.result?["nextCursor"] as? String
                pages += 1
            } while cursor != nil && pages < 1000
            #expect(cursor == nil)
            #expect(pages > 1)
            #expect(names.count == 12_016)
            #expect(Set(names).count == 12_016)
            #expect(try session.callText("demo__tool_12000") == "tool_12000")
            #expect(try session.callText("demo::tool_1") == "tool_1")
        }
    }

    @Test("a list in pages of the server is gathered whole")
    func pagedServer() throws {
        try UpstreamSite.run(demo: ["--tools", "25", "--page", "7"]) { site in
            let tools = try Self.list(try site.open(), "tools", "tools")
            #expect(tools.count == 41)
        }
    }

    @Test("a cursor that the gateway did not give is refused with -32602")
    func badCursor() throws {
        try UpstreamSite.run(demo: ["--tools", "12000"]) { site in
            let session = try site.open()
            let good = try #require(try session.request("tools/list").result?["nextCursor"] as? String)
            for bad in [
                #""nonsense""#, #""""#, "7", "{}", "[]", "true", "\"\(good)0\"", #""-1""#, "\"\(String(repeating: "a", count: 20_000))\"",
            ] {
                let response = try session.request("tools/list", #"{"cursor":\#(bad)}"#)
                #expect(response.errorCode == -32602, "\(bad.prefix(40)): \(response.text.prefix(200))")
            }
            #expect(try session.request("prompts/list", #"{"cursor":"\#(good)"}"#).errorCode == -32602, "a cursor of another list")
            #expect(try session.request("tools/list", #"{"cursor":"\#(good)"}"#).result != nil)
        }
    }

    @Test("prompts are listed and rendered, by listed and by canonical name")
    func prompts() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let prompts = try Self.list(session, "prompts", "prompts")
            #expect(prompts.compactMap { $0["name"] as? String }.sorted() == ["demo__greet", "demo__summarize"])
            for name in ["demo__greet", "demo::greet"] {
                let result = try session.request("prompts/get", #"{"name":"\#(name)","arguments":{"name":"Ada"}}"#).result
                let message = try #require((result?["messages"] as? [[String: Any]])?.first)
                #expect((message["content"] as? [String: Any])?["text"] as? String == "Please greet Ada warmly.")
            }
            #expect(try session.request("prompts/get", #"{"name":"demo__greet"}"#).errorCode == -32602)
            #expect(try session.request("prompts/get", "{}").errorCode == -32602)
            #expect(try session.request("prompts/get", #"{"name":7}"#).errorCode == -32602)
        }
    }

    @Test("resources and templates are listed under their server's name, and what is listed can be read")
    func resources() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let uris = try Self.list(session, "resources", "resources").compactMap { $0["uri"] as? String }
            #expect(uris.sorted() == ["demo::demo://numbers", "demo::demo://readme"])
            let templates = try Self.list(session, "resources/templates", "resourceTemplates").compactMap { $0["uriTemplate"] as? String }
            #expect(templates == ["demo::demo://echo/{text}"])
            for (uri, text) in [("demo::demo://numbers", "[]"), ("demo::demo://echo/hello%20you", "hello you")] {
                let contents = try #require(
                    try session.request("resources/read", #"{"uri":"\#(uri)"}"#).result?["contents"] as? [[String: Any]])
                #expect(contents.first?["text"] as? String == text)
                #expect(contents.first?["uri"] as? String == uri)
            }
        }
    }

    @Test("a URI without a server, of an unknown server, or unknown to its server is -32002 and told back")
    func unknownResources() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            for uri in ["demo://readme", "nosuch::demo://readme", "demo::demo://nosuch", "::", "", "demo::"] {
                let response = try session.request("resources/read", #"{"uri":"\#(uri)"}"#)
                #expect(response.errorCode == -32002, "\(uri): \(response.text)")
                #expect((response.error?["data"] as? [String: Any])?["uri"] as? String == uri)
            }
            #expect(try session.request("resources/read", #"{"uri":7}"#).errorCode == -32602)
            #expect(try session.request("resources/read").errorCode == -32602)
        }
    }

    @Test("links in results carry the server's name and can be read")
    func links() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            let content = try #require(try session.call("demo__link", #"{"uri":"demo://echo/abc"}"#)["content"] as? [[String: Any]])
            let link = try #require(content.first { $0["type"] as? String == "resource_link" })
            let embedded = try #require(content.first { $0["type"] as? String == "resource" }?["resource"] as? [String: Any])
            #expect(link["uri"] as? String == "demo::demo://echo/abc")
            #expect(embedded["uri"] as? String == "demo::demo://echo/abc")
            // The text of a resource is no URI: it stays as it is.
            #expect(embedded["text"] as? String == "The resource at demo://echo/abc.")
            let read = try session.request("resources/read", #"{"uri":"demo::demo://echo/abc"}"#)
            #expect((read.result?["contents"] as? [[String: Any]])?.first?["text"] as? String == "abc")
        }
    }

    @Test("completion works for prompts by both names, and for templates")
    func completion() throws {
        try UpstreamSite.run { site in
            let session = try site.open()
            func complete(_ reference: String, _ name: String, _ value: String) throws -> [String]? {
                let response = try session.request(
                    "completion/complete", #"{"ref":\#(reference),"argument":{"name":"\#(name)","value":"\#(value)"}}"#)
                return (response.result?["completion"] as? [String: Any])?["values"] as? [String]
            }
            #expect(try complete(#"{"type":"ref/prompt","name":"demo__summarize"}"#, "style", "f") == ["formal", "friendly"])
            #expect(try complete(#"{"type":"ref/prompt","name":"demo::summarize"}"#, "style", "b") == ["brief", "bullet points"])
            #expect(try complete(#"{"uri":"demo::demo://echo/{text}","type":"ref/resource"}"#, "text", "hel") == ["hello", "help"])
            #expect(try session.request("completion/complete", "{}").errorCode == -32602)
            #expect(try session.request("completion/complete", #"{"ref":7,"argument":{"name":"a","value":"b"}}"#).errorCode == -32602)
        }
    }

    @Test("a list is answered from the stored capabilities while its server is stopped")
    func coldList() throws {
        try UpstreamSite.run(demo: ["--slow-start", "1500"]) { site in
            try site.gateway.expect("server", "stop", "demo")
            let session = try site.open()
            #expect(try Self.list(session, "tools", "tools").count == 16)
            #expect(try DownstreamRig.object(try site.gateway.expect("server", "show", "demo", "--json"))["state"] as? String == "offline")
        }
    }
}
