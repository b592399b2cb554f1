import Foundation
import PetaTestSupport

/// A gateway, its owner's token, and what tests of downstream servers ask of it. Settings are given by the
/// environment, as `PETA_…`.
final class DownstreamRig {
    let gateway: Gateway
    let token: String
    /// What the peers write down about themselves.
    let state: TemporaryDirectory
    private let base: LeakCheck

    init(_ settings: [String: String] = [:], warming: (Gateway) throws -> Void = { _ in }) throws {
        gateway = try Gateway(environment: settings)
        token = try gateway.token()
        state = try TemporaryDirectory()
        // One session before the base is taken, so that what is opened once and kept is not taken for a leak.
        let warm = try MCPConnection.open(port: gateway.port, token: token)
        _ = try warm.request("ping")
        _ = try warm.end()
        warm.http.close()
        try warming(gateway)
        base = LeakCheck(of: gateway.process.pid)
    }

    /// A session of the owner.
    func client(_ token: String? = nil) throws -> MCPConnection {
        try MCPConnection.open(port: gateway.port, token: token ?? self.token)
    }

    /// Adds bad_stdio.py; it writes down its starts and calls.
    @discardableResult
    func addBad(_ id: String = "bad", options: [String] = [], flags: [String] = []) throws -> RunResult {
        let script = PetaBinary.sourceRoot + "/Tests/Peers/bad_stdio.py"
        return try gateway.peta(
            ["server", "add", id] + options + ["--", try PythonPeer.command("python"), "-S", "-E", script, "--state", state.path] + flags)
    }

    /// The lines that bad_stdio.py wrote into this file.
    func noted(_ name: String) -> [String] {
        ((try? String(contentsOfFile: state.path(name), encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// `peta server show --json`.
    func show(_ id: String) throws -> [String: Any] {
        try Self.object(try gateway.expect("server", "show", id, "--json"))
    }

    /// The newest records of the audit, oldest first.
    func records(_ count: Int = 10_000, kind: String? = "call") throws -> [[String: Any]] {
        try gateway.expect("audit", "tail", "-n", "\(count)", "--json").split(separator: "\n").map { try Self.object(String($0)) }
            .filter { kind == nil || $0["kind"] as? String == kind }
    }

    /// Outcomes of the calls of a tool, oldest first.
    func outcomes(_ tool: String) throws -> [String] {
        try records().filter { $0["tool"] as? String == tool }.compactMap { $0["outcome"] as? String }
    }

    /// Stops all servers, expects that nothing is left of them and of the clients, and stops the gateway.
    func finish(within seconds: Double = 30) throws {
        for id in try ids() { try gateway.expect("server", "stop", id) }
        try base.expectNothingLeft(slack: 2)
        try gateway.stop(within: seconds)
    }

    func ids() throws -> [String] {
        let list = try gateway.expect("server", "list", "--json")
        let entries = try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [[String: Any]] ?? []
        return entries.compactMap { $0["id"] as? String }
    }

    static func object(_ text: String) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw TestFailure("no JSON object: \(text)")
        }
        return object
    }
}

extension MCPConnection {
    /// Sends a call and does not wait; the answer is read with `http.response()`.
    func sendCall(_ tool: String, _ arguments: String = "{}", id: Int = 4711, meta: String = "") throws {
        try send(#"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)\#(meta)}}"#)
    }

    /// Calls a tool that has to be answered with a JSON-RPC error, and gives its code and message.
    func callError(_ tool: String, _ arguments: String = "{}") throws -> (code: Int, message: String) {
        let response = try request("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#)
        guard let error = try response.answer["error"] as? [String: Any], let code = error["code"] as? Int else {
            throw TestFailure("\(tool) was answered with \(response.status): \(response.text.prefix(500))")
        }
        return (code, error["message"] as? String ?? "")
    }
}

extension HTTPResponse {
    /// The text of a tool's result; nil if this is something else.
    var toolText: String? {
        let result = (try? answer)?["result"] as? [String: Any]
        return (result?["content"] as? [[String: Any]])?.first?["text"] as? String
    }
}
