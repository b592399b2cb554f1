import Foundation
import PetaTestSupport
import Testing

/// Questions to clients of the modern era, and what a hostile one brings back (MCP reference, section 5.5).
@Suite("Upstream, modern era: round trips")
struct UpstreamStateTests {
    static let able = #"{"elicitation":{"form":{},"url":{}},"roots":{},"sampling":{}}"#

    /// A call of a client that can be asked.
    static func call(_ tool: String, _ arguments: String = "{}", more: String = "", id: String = "1") -> ModernRequest {
        var made = ModernRequest("tools/call", #""name":"\#(tool)","arguments":\#(arguments)"# + more, name: tool)
        made.id = id
        return made.with(envelope: "clientCapabilities", able)
    }

    /// What an `input_required` result asks.
    struct Questions {
        let state: String
        let asked: [String: [String: Any]]

        init(_ response: HTTPResponse) throws {
            guard let result = response.result, result["resultType"] as? String == "input_required", response.status == 200,
                let state = result["requestState"] as? String, let asked = result["inputRequests"] as? [String: [String: Any]]
            else { throw TestFailure("no questions: \(response.status) \(response.text.prefix(1000))") }
            self.state = state
            self.asked = asked
        }

        /// The members of the next request that answer all with the same.
        func answers(_ answer: String) -> String {
            let members = asked.keys.sorted().map { #""\#($0)":\#(answer)"# }.joined(separator: ",")
            return #","inputResponses":{\#(members)},"requestState":"\#(state)""#
        }
    }

    static let accept = #"{"action":"accept","content":{"name":"Ada","sure":true,"colour":"green"}}"#

    @Test("what a client brings back is good for its own request, for its user, once", arguments: [false, true])
    func states(modern: Bool) throws {
        let rig = try DownstreamRig()
        let line = try PythonPeer.commandLine("square_server.py", ["--era", modern ? "modern" : "legacy"])
        #expect(try rig.gateway.peta(["server", "add", "sq", "--"] + line).status == 0)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let bob = try site.user("bob", grants: ["sq"])
        let arguments = #"{"message":"Who?"}"#
        let first = try Questions(try site.modern(Self.call("sq__ask_form", arguments)))
        #expect(first.asked.count == 1)
        let question = try #require(first.asked.values.first)
        #expect(question["method"] as? String == "elicitation/create" && question["id"] == nil && question["jsonrpc"] == nil)
        #expect((question["params"] as? [String: Any])?["message"] as? String == "Who?")
        let back = first.answers(Self.accept)

        func refused(_ request: ModernRequest, _ what: String, token: String? = nil) throws {
            let response = try site.modern(request, token: token)
            #expect(response.isRefusal(400, -32602), "\(what): \(response.status) \(response.text)")
        }
        try refused(Self.call("sq__ask_form", arguments, more: back), "another user", token: bob)
        try refused(Self.call("sq__ask_form", #"{"message":"What?"}"#, more: back), "other arguments")
        try refused(Self.call("sq__ask_twice", arguments, more: back), "another tool")
        var forged = first.state
        let place = forged.index(forged.endIndex, offsetBy: -9)
        forged.replaceSubrange(place...place, with: forged[place] == "A" ? "b" : "A")
        for (state, what) in [
            ("\"\(forged)\"", "forged"), ("\"\"", "empty"), ("7", "no text"), ("null", "null"), ("\"\(first.state)A\"", "longer"),
            ("\"p1.AAAA\"", "made up"), ("{}", "an object"),
        ] {
            try refused(Self.call("sq__ask_form", arguments, more: #","inputResponses":{},"requestState":\#(state)"#), what)
        }
        try refused(
            Self.call("sq__ask_form", arguments, more: #","inputResponses":[],"requestState":"\#(first.state)""#), "answers no object")
        // It is still good for whom it was made, however the request is spelled, and then no more.
        let respelled = #"{ "message" : "\u0057ho?" }"#
        let answered = try site.modern(Self.call("sq__ask_form", respelled, more: back, id: #""again""#))
        #expect(answered.toolText?.contains(#""name": "Ada""#) == true, "\(answered.status) \(answered.text)")
        #expect(answered.text.contains(#""id":"again""#))
        try refused(Self.call("sq__ask_form", arguments, more: back), "a replay")
        // Answers without a state belong to nothing: it is asked from the start. So does a request that takes its answers back.
        let loose = try Questions(
            try site.modern(Self.call("sq__ask_form", arguments, more: #","inputResponses":{"form":\#(Self.accept)}"#)))
        let again = try Questions(
            try site.modern(
                Self.call(
                    "sq__ask_form", arguments, more: #","inputResponses":{"other":{"action":"cancel"}},"requestState":"\#(loose.state)""#)))
        #expect(again.asked.count == 1)
        let records = try rig.records().filter { $0["outcome"] as? String == "denied" }
        #expect(records.count >= 11, "\(records.count)")
        #expect(try !rig.gateway.expect("audit", "tail", "-n", "1000", "--json").contains(first.state))
        #expect(!rig.gateway.log.contains(first.state))
        try rig.finish()
    }

    @Test("links that nobody should be sent to are not passed on, by whatever way they come", arguments: [false, true])
    func links(modern: Bool) throws {
        let rig = try DownstreamRig()
        let line = try PythonPeer.commandLine("square_server.py", ["--era", modern ? "modern" : "legacy"])
        #expect(try rig.gateway.peta(["server", "add", "sq", "--"] + line).status == 0)
        let site = UpstreamSite(gateway: rig.gateway, token: rig.token)
        let legacy = try MCPConnection(port: site.port, token: site.token)
        try legacy.initialize(capabilities: Self.able)
        for url in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://example.com/", "https://a@example.com/"] {
            for tool in ["sq__ask_url", "sq__need_url"] {
                let response = try site.modern(Self.call(tool, #"{"url":"\#(url)"}"#))
                #expect(!response.text.contains("inputRequests") && response.error != nil, "\(tool) \(url): \(response.text)")
            }
            let messages = try legacy.request("tools/call", #"{"name":"sq__ask_url","arguments":{"url":"\#(url)"}}"#).messages
            #expect(messages.allSatisfy { $0["method"] == nil }, "\(url): \(messages)")
        }
        let good = try Questions(try site.modern(Self.call("sq__ask_url", #"{"url":"https://example.com/"}"#)))
        #expect((good.asked.values.first?["params"] as? [String: Any])?["url"] as? String == "https://example.com/")
        let denied = try rig.records().filter { $0["method"] as? String == "elicitation/create" && $0["decision"] as? String == "deny" }
        #expect(denied.count >= 10, "\(denied.count)")
        legacy.http.close()
        try rig.finish()
    }
}
