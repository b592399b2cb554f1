import Foundation
import PetaTestSupport
import Testing

/// The official client in either era, through the gateway, in front of the official server in either era on each of its transports: what
/// comes out has to be what comes out without a gateway, and every message that Peta sends on either side has to be one of its revision.
@Suite("the square of clients and servers")
struct SquareTests {
    private static let scenarios = [
        "list", "call", "errors", "progress", "cancel", "log", "resources", "template", "prompts", "completion", "big", "headers", "caps",
        "list_changed", "subscribe", "elicit_form", "elicit_decline", "elicit_cancel", "elicit_twice", "elicit_url", "need_url", "roots",
        "sampling", "ask_prompt", "ask_resource", "twenty", "undeclared",
    ]

    @Test("clients of both eras see what the server offers, and are asked what it asks", arguments: SquareServer.allCases)
    func cells(server: SquareServer) throws {
        let rig = try SquareRig(server)
        for client in SquareClient.allCases {
            let seen = try rig.run(Self.scenarios, client)
            let judge = SquareJudge(server: server, client: client)
            for scenario in Self.scenarios {
                guard let object = seen[scenario] else {
                    Issue.record("\(client.rawValue) client, \(server.rawValue): \(scenario) printed nothing")
                    continue
                }
                if let failed = object["failed"] {
                    Issue.record("\(client.rawValue) client, \(server.rawValue): \(scenario) failed: \(failed)")
                    continue
                }
                judge.judge(scenario, object)
            }
        }
        let complaints = try rig.complaints()
        #expect(complaints.isEmpty, "\(complaints.count) messages of Peta's are wrong:\n\(complaints.prefix(12).joined(separator: "\n"))")
        try rig.finish()
    }

    @Test(
        "tasks are sent and told in the words of their revision, in either era",
        arguments: [SquareServer.oldStdio, .oldHTTP, .modernStdio, .modernHTTP])
    func tasks(server: SquareServer) throws {
        let rig = try SquareRig(server, ["--tasks"])
        let seen = try rig.run(["tasks"], server.isModern ? .modern : .legacy)["tasks"]
        #expect(seen?["failed"] == nil && (seen?["states"] as? [String])?.last == "completed", "\(seen ?? [:])")
        let complaints = try rig.complaints()
        #expect(complaints.isEmpty, "\(complaints.prefix(12).joined(separator: "\n"))")
        try rig.finish()
    }

    @Test("a tool whose header field no client may send is not there behind an HTTP server, and is called over a pipe as ever")
    func badHeader() throws {
        for server in [SquareServer.modernStdio, .modernHTTP] {
            let rig = try SquareRig(server, ["--bad-header-tool"])
            for client in SquareClient.allCases {
                let seen = try rig.run(["bad_header", "call"], client)
                let what = "\(client) client, \(server): \(seen["bad_header"] ?? [:])"
                // The official client of the modern era drops it by itself.
                #expect(seen["bad_header"]?["listed"] as? Bool == (server.isStdio && client == .legacy), "\(what)")
                let call = seen["bad_header"]?["call"] as? [String: Any]
                #expect((call?["result"] != nil) == server.isStdio, "\(what)")
                if !server.isStdio { #expect((call?["error"] as? [String: Any])?["code"] as? Int == -32602, "\(what)") }
                #expect(seen["call"]?["same"] as? Bool == true, "\(what)")
            }
            let complaints = try rig.complaints()
            #expect(complaints.isEmpty, "\(complaints.prefix(12).joined(separator: "\n"))")
            try rig.finish()
        }
    }
}
