import Foundation
import PetaTestSupport

/// A gateway with a token of its owner, as the tests of the upstream side need it.
struct UpstreamSite {
    /// The gateway.
    let gateway: Gateway
    /// A token of the owner.
    let token: String

    /// Runs `body` with a fresh gateway, then sees to it that nothing is left: no descriptor and no process of the
    /// gateway's more than before, a clean end, and no child that outlives it.
    ///
    /// - Parameters:
    ///   - demo: arguments of the demonstration server that is added as `demo`; nil: none is added.
    ///   - configuration: text of a configuration file.
    static func run(demo: [String]? = [], configuration: String? = nil, _ body: (UpstreamSite) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        var arguments: [String] = []
        if let configuration { arguments = ["--config", try directory.write(configuration, to: "peta.yaml")] }
        let gateway = try Gateway(arguments: arguments, directory: directory)
        let site = UpstreamSite(gateway: gateway, token: try gateway.token())
        if let demo { try gateway.addDemo(arguments: demo) }
        let check = LeakCheck(of: gateway.process.pid)
        try body(site)
        // What the body added is taken away again, and has to be gone with all that belongs to it.
        for id in try site.servers() where id != "demo" || demo == nil { try gateway.expect("server", "remove", id, "--yes") }
        // Readers of the database's pool open their files when they are first needed, and stay.
        try check.expectNothingLeft(slack: 12)
        try gateway.stop()
    }

    /// The ids of all servers.
    func servers() throws -> [String] {
        let list = try JSONSerialization.jsonObject(with: Data(try gateway.expect("server", "list", "--json").utf8)) as? [[String: Any]]
        return (list ?? []).compactMap { $0["id"] as? String }
    }

    /// The port of the endpoint.
    var port: Int { gateway.port }

    /// Opens a session.
    func open(token: String? = nil, revision: String = "2025-11-25", path: String = "/mcp") throws -> MCPConnection {
        try MCPConnection.open(port: port, token: token ?? self.token, revision: revision, path: path)
    }

    /// A second connection of a session: for a call beside one that waits.
    func beside(_ session: MCPConnection, token: String? = nil) throws -> UpstreamSide {
        UpstreamSide(http: try RawHTTP(port: port), fields: session.fields)
    }

    /// Adds a user with grants, and gives a token of it.
    func user(_ name: String, grants: [String] = []) throws -> String {
        try gateway.expect("user", "add", name)
        for server in grants { try gateway.expect("user", "grant", name, server) }
        return try gateway.token(name)
    }

    /// Sends bytes on a new connection and reads one response.
    func exchange(_ bytes: String) throws -> HTTPResponse {
        let http = try RawHTTP(port: port)
        try http.send(bytes)
        return try http.response()
    }

    /// The fields that a request with this token needs besides its session.
    func plainFields(token: String? = nil, without: String...) -> [(String, String)] {
        [
            ("Authorization", "Bearer \(token ?? self.token)"), ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
        ].filter { !without.contains($0.0) }
    }
}

/// A further connection of a session.
struct UpstreamSide {
    /// The connection.
    let http: RawHTTP
    /// The fields of the session.
    let fields: [(String, String)]

    /// Posts a body as it is and reads the whole response.
    func post(_ body: String) throws -> HTTPResponse {
        try http.send("POST", "/mcp", fields, body: Array(body.utf8))
        return try http.response()
    }

    /// Posts a request with the id 1.
    func request(_ method: String, _ params: String = "{}") throws -> HTTPResponse {
        try post(#"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":\#(params)}"#)
    }
}

extension HTTPResponse {
    /// The code of the JSON-RPC error in the answer; nil if it is none.
    var errorCode: Int? { ((try? answer)?["error"] as? [String: Any])?["code"] as? Int }

    /// The JSON-RPC error of the answer.
    var error: [String: Any]? { (try? answer)?["error"] as? [String: Any] }

    /// The result of the answer.
    var result: [String: Any]? { (try? answer)?["result"] as? [String: Any] }

    /// All that a client could tell two answers apart by, except the time.
    var comparable: String {
        "\(status)\n" + fields.filter { $0.name.lowercased() != "date" }.map { "\($0.name): \($0.value)" }.joined(separator: "\n") + "\n\n"
            + text
    }
}

extension RawHTTP {
    /// The next message of an event stream, without the events that carry none.
    func message() throws -> [String: Any]? {
        while let event = try event() {
            if event.data.isEmpty { continue }
            guard let object = try JSONSerialization.jsonObject(with: Data(event.data.utf8)) as? [String: Any] else {
                throw TestFailure("no message: \(event.data)")
            }
            return object
        }
        return nil
    }

    /// The methods of the messages before the log message with this text, which is read too.
    func methods(before text: String) throws -> [String] {
        var methods: [String] = []
        while let message = try message() {
            if (message["params"] as? [String: Any])?["data"] as? String == text { return methods }
            methods.append(message["method"] as? String ?? "?")
        }
        throw TestFailure("the stream ended before '\(text)'; seen: \(methods)")
    }
}
