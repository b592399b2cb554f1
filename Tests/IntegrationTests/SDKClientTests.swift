import Foundation
import PetaTestSupport
import Testing

/// The official Python SDK as a client of the gateway, in front of the demonstration server.
@Suite("the official client")
struct SDKClientTests {
    private static let scenarios = [
        "list", "call", "errors", "progress", "cancel", "resources", "template", "prompts", "completion", "logging", "ping",
        "list_changed", "many", "unicode", "big",
    ]

    /// What the modern era does not have or does in another way; its ways are in the square.
    private static let legacyOnly: Set = ["logging", "ping", "list_changed"]

    /// Each scenario on its own, so that one that fails hides no other; one gateway for all of a mode.
    @Test("every scenario runs through the gateway as it does without it", arguments: ["legacy", "auto"])
    func scenarios(mode: String) throws {
        let rig = try DownstreamRig()
        try rig.gateway.addDemo(arguments: ["--tools", "25", "--page", "10"])
        let isModern = mode == "auto"
        let scenarios = Self.scenarios.filter { !isModern || !Self.legacyOnly.contains($0) }
        let result = try PythonPeer.run(
            "client.py", [rig.gateway.url, scenarios.joined(separator: ","), "--mode", mode, "--count", "200"],
            environment: ["PETA_TOKEN": rig.token])
        var seen: [String: [String: Any]] = [:]
        for line in result.stdout.split(separator: "\n") {
            let object = try DownstreamRig.object(String(line))
            seen[object["scenario"] as? String ?? ""] = object
        }
        #expect(Set(seen.keys) == Set(scenarios))
        for (name, object) in seen.sorted(by: { $0.key < $1.key }) {
            #expect(object["failed"] == nil, "\(name)")
            guard object["failed"] == nil else { continue }
            #expect(object["protocolVersion"] as? String == (isModern ? "2026-07-28" : "2025-11-25"), "\(name)")
            try Self.judge(name, object, isModern)
        }
        #expect(try rig.gateway.expect("audit", "verify", "--json").contains(#""ok": true"#))
        try rig.finish()
    }

    private static func judge(_ name: String, _ seen: [String: Any], _ isModern: Bool) throws {
        switch name {
        case "list":
            let tools = try #require((seen["tools"] as? [String: Any])?["entries"] as? [[String: Any]])
            let names = tools.compactMap { $0["name"] as? String }
            #expect(names.count == 41 && Set(names).count == 41)
            #expect(names.allSatisfy { $0.hasPrefix("demo__") && $0.utf8.count <= 64 })
            #expect(tools.allSatisfy { (($0["_meta"] as? [String: Any])?["io.peta/name"] as? String)?.hasPrefix("demo::") == true })
            #expect(((seen["templates"] as? [String: Any])?["entries"] as? [[String: Any]])?.count == 1)
            #expect(((seen["resources"] as? [String: Any])?["entries"] as? [[String: Any]])?.count == 2)
            #expect(((seen["prompts"] as? [String: Any])?["entries"] as? [[String: Any]])?.count == 2)
        case "call":
            #expect(text(seen["echo"]) == "hello")
            #expect(((seen["add"] as? [String: Any])?["structuredContent"] as? [String: Any])?["sum"] as? Double == 42.5)
        case "errors":
            let failed = (seen["fail"] as? [String: Any])?["result"] as? [String: Any]
            #expect(failed?["isError"] as? Bool == true && text(failed) == "it failed")
            #expect(error(seen["error"])?.0 == 4711 && error(seen["error"])?.1 == "refused")
            #expect(error(seen["unknownTool"])?.0 == -32602)
            // What does not exist at all and what a server does not have look alike.
            #expect(error(seen["unknownTool"])?.1 == error(seen["unknownServer"])?.1)
            #expect(error(seen["unknownResource"])?.0 == (isModern ? -32602 : -32002))
            #expect(error(seen["unknownPrompt"])?.0 == -32602)
            #expect(error(seen["badCursor"])?.0 == -32602)
            #expect(seen["after"] as? String == "still there")
        case "progress":
            #expect((seen["steps"] as? [[String: Any]])?.compactMap { $0["progress"] as? Double } == [1, 2, 3, 4, 5])
            #expect(seen["text"] as? String == "5 steps done" && seen["without"] as? String == "2 steps done")
        case "cancel":
            #expect(seen["cancelled"] as? Bool == true)
            #expect((seen["stepsAfter"] as? Int).map { $0 <= 1 } == true)
            #expect(seen["after"] as? [String] == ["slept 200 ms", "after"])
        case "resources":
            let link = (seen["link"] as? [String: Any])?["content"] as? [[String: Any]] ?? []
            #expect(link.first?["uri"] as? String == "demo::demo://readme")
            #expect((link.last?["resource"] as? [String: Any])?["uri"] as? String == "demo::demo://readme")
            #expect(seen["throughLink"] is [String: Any])
        case "template": #expect(seen["uri"] as? String == "demo::demo://echo/hello%20w%C3%B6rld")
        case "prompts": #expect(error(seen["missing"])?.0 == -32602)
        case "completion":
            let values = ((seen["prompt"] as? [String: Any])?["completion"] as? [String: Any])?["values"] as? [String]
            #expect(values == ["formal", "friendly"])
            #expect(error(seen["unknown"])?.0 == -32602)
        case "logging":
            #expect((seen["logs"] as? [[String: Any]])?.map { $0["data"] as? String } == ["loud enough"])
        case "ping": #expect(seen["pings"] as? Int == 200)
        case "list_changed":
            #expect(seen["new"] as? [String] == ["demo__extra_1"])
            #expect(seen["called"] as? String == "extra_1")
            #expect(seen["restored"] as? Bool == true)
        case "many":
            #expect((seen["wrong"] as? [Int])?.isEmpty == true)
            #expect(seen["sleepOrder"] as? [Int] == [1, 200, 400])
        case "unicode": #expect(seen["same"] as? Bool == true)
        case "big":
            #expect(seen["received"] as? Int == 1 << 20)
            #expect(seen["echoed"] as? Bool == true)
        default: Issue.record("nothing is expected of \(name)")
        }
    }

    private static func text(_ result: Any?) -> String? {
        ((result as? [String: Any])?["content"] as? [[String: Any]])?.first?["text"] as? String
    }

    private static func error(_ attempt: Any?) -> (Int, String)? {
        guard let error = (attempt as? [String: Any])?["error"] as? [String: Any], let code = error["code"] as? Int else { return nil }
        return (code, error["message"] as? String ?? "")
    }
}
