import Foundation

/// A legacy MCP session over one connection, thin enough to see every byte: for what the official client hides.
package final class MCPConnection {
    /// The port of the endpoint.
    package let port: Int
    /// The session's id, once `initialize` was answered with one.
    package private(set) var session: String?
    /// The negotiated revision.
    package private(set) var revision: String?
    /// The connection, for bytes of one's own.
    package let http: RawHTTP

    private let token: String?
    private let path: String
    private var lastID = 0

    /// Connects; nothing is sent.
    package init(port: Int, token: String?, path: String = "/mcp") throws {
        self.port = port
        self.token = token
        self.path = path
        http = try RawHTTP(port: port)
    }

    /// Connects and opens a session.
    package static func open(port: Int, token: String?, revision: String = "2025-11-25", path: String = "/mcp") throws -> MCPConnection {
        let connection = try MCPConnection(port: port, token: token, path: path)
        try connection.initialize(revision: revision)
        return connection
    }

    /// Opens the session: `initialize` and `notifications/initialized`.
    @discardableResult
    package func initialize(revision: String = "2025-11-25", capabilities: String = "{}") throws -> [String: Any] {
        let params = #"{"protocolVersion":"\#(revision)","capabilities":\#(capabilities),"clientInfo":{"name":"peta-tests","version":"1"}}"#
        let response = try request("initialize", params)
        guard response.status == 200, let result = try response.answer["result"] as? [String: Any] else {
            throw TestFailure("initialize was answered with \(response.status): \(response.text)")
        }
        session = response["mcp-session-id"]
        self.revision = result["protocolVersion"] as? String
        let accepted = try post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        guard accepted.status == 202 else { throw TestFailure("initialized was answered with \(accepted.status): \(accepted.text)") }
        return result
    }

    /// The fields of every request of this session.
    package var fields: [(String, String)] {
        var fields = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")]
        if let token { fields.append(("Authorization", "Bearer \(token)")) }
        if let session { fields.append(("Mcp-Session-Id", session)) }
        if let revision { fields.append(("MCP-Protocol-Version", revision)) }
        return fields
    }

    /// Sends a request with these params, given as JSON, and reads the whole response.
    package func request(_ method: String, _ params: String = "{}") throws -> HTTPResponse {
        lastID += 1
        return try post(#"{"jsonrpc":"2.0","id":\#(lastID),"method":"\#(method)","params":\#(params)}"#)
    }

    /// Calls a tool, with arguments given as JSON, and gives the result; throws on a JSON-RPC error.
    package func call(_ tool: String, _ arguments: String = "{}") throws -> [String: Any] {
        let response = try request("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#)
        guard let result = try response.answer["result"] as? [String: Any] else {
            throw TestFailure("\(tool) was answered with \(response.status): \(response.text)")
        }
        return result
    }

    /// Calls a tool and gives the text of its first content block.
    package func callText(_ tool: String, _ arguments: String = "{}") throws -> String {
        let result = try call(tool, arguments)
        guard let text = (result["content"] as? [[String: Any]])?.first?["text"] as? String else {
            throw TestFailure("no text in \(result)")
        }
        return text
    }

    /// Posts a body as it is and reads the whole response.
    package func post(_ body: String) throws -> HTTPResponse {
        try send(body)
        return try http.response()
    }

    /// Posts a body as it is; the response is read with `http`.
    package func send(_ body: String) throws {
        try http.send("POST", path, fields, body: Array(body.utf8))
    }

    /// Opens the session's event stream on a connection of its own.
    package func openStream(lastEventID: String? = nil) throws -> RawHTTP {
        let stream = try RawHTTP(port: port)
        var fields = fields.filter { $0.0 != "Content-Type" && $0.0 != "Accept" } + [("Accept", "text/event-stream")]
        if let lastEventID { fields.append(("Last-Event-ID", lastEventID)) }
        try stream.send("GET", path, fields)
        let head = try stream.responseHead()
        guard head.status == 200 else { throw TestFailure("the event stream was answered with \(head.status)") }
        return stream
    }

    /// Ends the session.
    package func end() throws -> HTTPResponse {
        try http.send("DELETE", path, fields)
        return try http.response()
    }
}
