import Foundation
import PetaTestSupport

/// A request of the modern era as it goes over the wire. Each part can be bent; what is not touched is right.
struct ModernRequest {
    /// Members of the envelope, by name without its prefix, each as JSON; nil takes one away.
    var envelope: [(String, String?)] = [
        ("protocolVersion", #""2026-07-28""#), ("clientCapabilities", "{}"), ("clientInfo", #"{"name":"t","version":"1"}"#),
    ]
    /// Further members of `_meta`, each as JSON.
    var meta: [(String, String)] = []
    /// All of `_meta` as JSON instead of what is made of the above.
    var wholeMeta: String?
    /// The id as JSON.
    var id = "1"
    var method: String
    /// Members of `params` besides `_meta`, as JSON without the braces.
    var params: String
    /// Header fields that repeat the body; nil takes one away.
    var version: String? = "2026-07-28"
    var mcpMethod: String?
    var mcpName: String?
    /// Further header fields.
    var more: [(String, String)] = []

    /// A request with the headers that it must have. `name`: what `Mcp-Name` says, where it has to be there.
    init(_ method: String, _ params: String = "", name: String? = nil) {
        self.method = method
        self.params = params
        mcpMethod = method
        mcpName = name
    }

    /// A tool's call.
    static func call(_ tool: String, _ arguments: String = "{}", id: String = "1") -> ModernRequest {
        var made = ModernRequest("tools/call", #""name":"\#(tool)","arguments":\#(arguments)"#, name: tool)
        made.id = id
        return made
    }

    /// The same with one part changed.
    func with<Value>(_ path: WritableKeyPath<ModernRequest, Value>, _ value: Value) -> ModernRequest {
        var copy = self
        copy[keyPath: path] = value
        return copy
    }

    /// The same with one member of the envelope changed; nil takes it away.
    func with(envelope name: String, _ value: String?) -> ModernRequest {
        var copy = self
        copy.envelope = envelope.filter { $0.0 != name } + [(name, value)]
        return copy
    }

    var body: String {
        let own = envelope.compactMap { name, value in value.map { #""io.modelcontextprotocol/\#(name)":\#($0)"# } }
        let meta = wholeMeta ?? "{" + (own + self.meta.map { #""\#($0)":\#($1)"# }).joined(separator: ",") + "}"
        let members = params.isEmpty ? "" : params + ","
        return #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{\#(members)"_meta":\#(meta)}}"#
    }

    func fields(_ token: String) -> [(String, String)] {
        var fields = [
            ("Authorization", "Bearer \(token)"), ("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream"),
        ]
        if let version { fields.append(("MCP-Protocol-Version", version)) }
        if let mcpMethod { fields.append(("Mcp-Method", mcpMethod)) }
        if let mcpName { fields.append(("Mcp-Name", mcpName)) }
        return fields + more
    }

    /// Sends it and does not wait.
    func send(over http: RawHTTP, _ token: String) throws {
        try http.send("POST", "/mcp", fields(token), body: Array(body.utf8))
    }

    /// Sends it with its body in chunks, which the codec's side reads.
    func sendChunked(over http: RawHTTP, _ token: String) throws {
        let bytes = Array(body.utf8)
        let chunk = Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n0\r\n\r\n".utf8)
        try http.send("POST", "/mcp", fields(token) + [("Transfer-Encoding", "chunked")], body: chunk)
    }
}

extension UpstreamSite {
    /// Sends a request of the modern era on a new connection and reads the whole response.
    func modern(_ request: ModernRequest, token: String? = nil) throws -> HTTPResponse {
        let http = try RawHTTP(port: port)
        defer { http.close() }
        try request.send(over: http, token ?? self.token)
        return try http.response()
    }

    /// The newest records of the audit that are calls, oldest first.
    func records() throws -> [[String: Any]] {
        try gateway.expect("audit", "tail", "-n", "10000", "--json").split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }.filter { $0["kind"] as? String == "call" }
    }
}

extension HTTPResponse {
    /// True if this is a refusal with this status and code that repeats the id 1.
    func isRefusal(_ status: Int, _ code: Int) -> Bool {
        self.status == status && errorCode == code && (try? answer)?["id"] as? Int == 1
    }
}
