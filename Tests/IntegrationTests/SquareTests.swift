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
}
