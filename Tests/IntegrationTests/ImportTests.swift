import Foundation
import PetaTestSupport
import Testing

@Suite("Importing from a client")
struct ImportTests {
    private static let planted = ["ghp_planted0000000000000000000000000001", "planted-argument-2", "planted-parameter-3"]

    @Test("servers of a client run behind the gateway, their credentials in the vault and nowhere else; twice is as once")
    func whole() throws {
        let rig = try DownstreamRig()
        let gateway = rig.gateway
        let home = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: home.path(".cursor"), withIntermediateDirectories: true)
        let binary = try PetaBinary.path()
        try home.write(
            """
            {
              // mine
              "mcpServers": {
                "demo": { "command": "\(binary)", "args": ["demo-server", "--tools", "2"], "env": { "DEMO_TOKEN": "\(Self.planted[0])" } },
                "Broken One": { "command": "no-such-program", "args": ["--api-key", "\(Self.planted[1])"] },
                "web": { "url": "http://127.0.0.1:1/mcp?token=\(Self.planted[2])" },
                "peta": { "url": "\(gateway.url)" },
              },
            }
            """, to: ".cursor/mcp.json")
        var seen = ""
        func ask(_ arguments: String...) throws -> RunResult {
            let result = try gateway.peta(["server", "import", "--from", "cursor"] + arguments, environment: ["HOME": home.path])
            seen += result.stdout + result.stderr
            return result
        }
        #expect(try ask("--dry-run").status == 0)
        #expect(try rig.ids().isEmpty)
        let first = try ask("--yes", "--partial", "--write-client")
        // One does not start, one cannot be reached: both are told of and stay with the client.
        #expect(first.status == 1, "\(first.stdout)\(first.stderr)")
        #expect(try rig.ids() == ["broken-one", "demo", "web"])
        let session = try rig.client()
        #expect(try session.callText("demo__echo", #"{"text":"hi"}"#) == "hi")
        session.http.close()
        #expect(try gateway.expect("secret", "show", "demo.DEMO_TOKEN", "--reveal") == Self.planted[0])
        #expect(try gateway.expect("secret", "show", "web.token", "--reveal") == Self.planted[2])
        let file = try String(contentsOfFile: home.path(".cursor/mcp.json"), encoding: .utf8)
        #expect(file.contains("// mine") && file.contains("Broken One") && !file.contains("demo-server") && file.contains("mcp-stdio"))
        let second = try ask("--yes")
        #expect(second.stdout.contains("0 servers imported"), "\(second.stdout)")
        #expect(try rig.ids() == ["broken-one", "demo", "web"])
        let audit = try gateway.expect("audit", "query", "--json")
        let shown = try rig.ids().map { try gateway.expect("server", "show", $0, "--json") }.joined()
        for secret in Self.planted {
            #expect(!seen.contains(secret) && !gateway.log.contains(secret) && !audit.contains(secret) && !shown.contains(secret))
        }
        try rig.finish()
    }
}
