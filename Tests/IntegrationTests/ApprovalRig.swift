import Foundation
import PetaTestSupport

/// What the tests of approvals do at the gateway: rules that ask, and reviewers that answer.
extension UpstreamSite {
    /// A configuration in which a call waits so many seconds for its decision.
    static func holding(_ seconds: Int, _ more: String = "") -> String { "approvals:\n  holdSeconds: \(seconds)\n\(more)" }

    /// Asks for approval of these tools; `more` goes into the rule's effect.
    func askFor(_ tools: String, name: String = "ask", more: String = "") throws {
        try gateway.expect(
            "policy", "apply", "--name", name, "-f", "-",
            stdin: "rules: [{id: r, match: {tool: [\(tools)]}, effect: {decision: require_approval, reason: it is loud\(more)}}]")
    }

    /// What waits, or is in another state.
    func approvals(_ status: String = "pending") throws -> [[String: Any]] {
        try admin("GET", "/v1/approvals?status=\(status)").1["items"] as? [[String: Any]] ?? []
    }

    /// The id of the only call that waits, as soon as there is one.
    func waiting() throws -> String {
        var id: String?
        try eventually("a call waits for approval") {
            let all = try approvals()
            id = all.count == 1 ? all[0]["id"] as? String : nil
            return id != nil
        }
        guard let id else { throw TestFailure("nothing waits") }
        return id
    }

    /// Decides; the status of the answer.
    @discardableResult
    func decide(_ id: String, _ verdict: String = "allow", reason: String = "as agreed") throws -> Int {
        try admin("POST", "/v1/approvals/\(id)/\(verdict)", #"{"reason":"\#(reason)"}"#).0
    }

    /// One request of the admin protocol.
    func admin(_ method: String, _ path: String, _ body: String? = nil) throws -> (Int, [String: Any]) {
        let http = try RawHTTP(socket: gateway.socket)
        try http.send(method, path, [("Content-Type", "application/json")], body: body.map { Array($0.utf8) })
        let response = try http.response()
        return (response.status, try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any] ?? [:])
    }
}

extension HTTPResponse {
    /// What a program reads in a tool's result.
    var structured: [String: Any]? { result?["structuredContent"] as? [String: Any] }
}
