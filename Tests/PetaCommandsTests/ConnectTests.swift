import Foundation
import PetaAdminAPI
import PetaCommands
import Testing

@Suite("peta connect")
struct ConnectTests {
    /// A gateway that listens on a Unix socket too.
    private static func gateway(_ listen: [String] = ["http://0.0.0.0:3002/mcp", "unix:/run/peta/mcp.sock"]) throws -> FakeGateway {
        try FakeGateway { request in
            switch request.line {
            case "GET /v1/status":
                var status = Samples.status
                status.listen = listen
                return .json(Samples.json(status))
            case "POST /v1/users/alice/tokens": return .json(Samples.json(Samples.token))
            default: return .json("{}")
            }
        }
    }

    @Test(
        "what belongs into each client's file",
        arguments: [
            (["claude-desktop"], #"{"mcpServers":{"peta":{"command":"peta","args":["mcp-stdio","--socket","/run/peta/mcp.sock"]}}}"#),
            (
                ["claude-code"],
                #"{"mcpServers":{"peta":{"type":"stdio","command":"peta","args":["mcp-stdio","--socket","/run/peta/mcp.sock"]}}}"#
            ),
            (
                ["claude-code", "--via", "http"],
                #"{"mcpServers":{"peta":{"type":"http","url":"http://127.0.0.1:3002/mcp","headers":{"Authorization":"Bearer YOUR_PETA_TOKEN"}}}}"#
            ),
            (
                ["cursor", "--new-token", "alice"],
                #"{"mcpServers":{"peta":{"url":"http://127.0.0.1:3002/mcp","headers":{"Authorization":"Bearer peta_abc_123456"}}}}"#
            ),
            (
                ["vscode", "--name", "gw", "--token-stdin"],
                #"{"servers":{"gw":{"type":"http","url":"http://127.0.0.1:3002/mcp","headers":{"Authorization":"Bearer peta_in"}}}}"#
            ),
            (
                ["claude-desktop", "--token-stdin"],
                #"{"mcpServers":{"peta":{"command":"peta","args":["mcp-stdio","--url","http://127.0.0.1:3002/mcp"],"env":{"PETA_TOKEN":"peta_in"}}}}"#
            ),
            (
                ["cursor", "--socket", "/a/b.sock"],
                #"{"mcpServers":{"peta":{"command":"peta","args":["mcp-stdio","--socket","/a/b.sock"]}}}"#
            ),
        ])
    func json(_ arguments: [String], _ expected: String) async throws {
        let outcome = try await Peta.run(list: ["connect"] + arguments, gateway: try Self.gateway(), input: "peta_in\n")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(try JSONReader.read(Array(outcome.output.utf8)) == JSONReader.read(Array(expected.utf8)))
    }

    @Test("Codex gets TOML, n8n is told what to enter")
    func others() async throws {
        let codex = try await Peta.run("connect", "codex", gateway: try Self.gateway())
        #expect(codex.output == "[mcp_servers.peta]\ncommand = \"peta\"\nargs = [\"mcp-stdio\", \"--socket\", \"/run/peta/mcp.sock\"]\n")
        let token = try await Peta.run("connect", "codex", "--token-stdin", gateway: try Self.gateway(), input: "peta_in")
        #expect(token.output.contains(#"http_headers = { Authorization = "Bearer peta_in" }"#))
        let n8n = try await Peta.run("connect", "n8n", gateway: try Self.gateway())
        #expect(n8n.output.contains("http://127.0.0.1:3002/mcp") && n8n.output.contains("HTTP Streamable"))
        let script = try await Peta.run("connect", "codex", "--json", gateway: try Self.gateway())
        let answer = try JSONReader.read(Array(script.output.utf8))
        #expect(answer["via"]?.stringValue == "stdio" && answer["configuration"]?["command"]?.stringValue == "peta")
        #expect(answer["written"]?.boolValue == false && answer["file"]?.stringValue == "/nowhere/.codex/config.toml")
    }

    @Test("without a gateway the usual places are named, with a remark")
    func offline() async throws {
        let outcome = try await Peta.run("connect", "cursor", "--via", "http")
        #expect(outcome.code == 0 && outcome.output.contains("http://127.0.0.1:3002/mcp"))
        #expect(outcome.errors.contains("cannot be asked"))
        let none = try await Peta.run("connect", "cursor", gateway: try Self.gateway(["http://127.0.0.1:1/mcp"]))
        #expect(none.errors.contains("does not listen on a Unix socket yet"))
        #expect(try await Peta.run("connect").output.contains("claude-desktop"))
    }

    @Test(
        "everything else in a JSON file stays byte for byte as it was",
        arguments: [
            (
                "",
                "{\n  \"mcpServers\": {\n    \"peta\": {\n      \"command\": \"peta\",\n      \"args\": [\n        \"mcp-stdio\",\n        \"--socket\",\n        \"/s\"\n      ]\n    }\n  }\n}\n"
            ),
            (
                "{}",
                "{\n  \"mcpServers\": {\n    \"peta\": {\n      \"command\": \"peta\",\n      \"args\": [\n        \"mcp-stdio\",\n        \"--socket\",\n        \"/s\"\n      ]\n    }\n  }\n}"
            ),
            (
                "{ \"a\" : 1.50 }",
                "{ \"a\" : 1.50, \"mcpServers\": {\"peta\":{\"command\":\"peta\",\"args\":[\"mcp-stdio\",\"--socket\",\"/s\"]}} }"
            ),
            (
                "{\"mcpServers\":{\"x\":{}}}",
                "{\"mcpServers\":{\"x\":{}, \"peta\": {\"command\":\"peta\",\"args\":[\"mcp-stdio\",\"--socket\",\"/s\"]}}}"
            ),
            (
                "{\r\n\t\"n\": 1e400,\r\n\t\"mcpServers\": {\r\n\t\t\"peta\": {\"url\": \"old\"},\r\n\t\t\"z\":  { }\r\n\t}, \"t\":\"\\u00e9\"\r\n}\r\n",
                "{\r\n\t\"n\": 1e400,\r\n\t\"mcpServers\": {\r\n\t\t\"peta\": {\r\n\t\t\t\"command\": \"peta\",\r\n\t\t\t\"args\": [\r\n\t\t\t\t\"mcp-stdio\",\r\n\t\t\t\t\"--socket\",\r\n\t\t\t\t\"/s\"\r\n\t\t\t]\r\n\t\t},\r\n\t\t\"z\":  { }\r\n\t}, \"t\":\"\\u00e9\"\r\n}\r\n"
            ),
            (
                "{\n    \"mcpServers\": {\n    }\n}",
                "{\n    \"mcpServers\": {\n        \"peta\": {\n            \"command\": \"peta\",\n            \"args\": [\n                \"mcp-stdio\",\n                \"--socket\",\n                \"/s\"\n            ]\n        }\n    }\n}"
            ),
        ])
    func mergesJSON(_ before: String, _ after: String) async throws {
        try await TemporaryDirectory.with { directory in
            let file = directory + "/deep/er/mcp.json"
            if !before.isEmpty {
                try FileManager.default.createDirectory(atPath: directory + "/deep/er", withIntermediateDirectories: true)
                try before.write(toFile: file, atomically: false, encoding: .utf8)
            }
            let gateway = try Self.gateway()
            let arguments = ["connect", "cursor", "--socket", "/s", "--file", file, "--write"]
            let outcome = try await Peta.run(list: arguments, gateway: gateway)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(outcome.output == "\(file): 'peta' written\n")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == after)
            let again = try await Peta.run(list: arguments, gateway: gateway)
            #expect(again.output == "\(file): has 'peta' already\n")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == after)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory + "/deep/er") == ["mcp.json"])
        }
    }

    @Test(
        "everything else in a TOML file stays line for line as it was",
        arguments: [
            ("", "[mcp_servers.peta]\nBLOCK\n"), ("a = 1", "a = 1\n\n[mcp_servers.peta]\nBLOCK\n"),
            (
                "# head\nm = '''\n[mcp_servers.peta]\n'''\n[mcp_servers.peta] # ours\nurl = \"old\"\n\n# about x\n[x]\ny = [\n  1,\n]\n",
                "# head\nm = '''\n[mcp_servers.peta]\n'''\n[mcp_servers.peta]\nBLOCK\n\n# about x\n[x]\ny = [\n  1,\n]\n"
            ),
            (
                "[mcp_servers.peta]\nurl = \"old\"\n[mcp_servers.peta.env]\nA = \"b\"\n[mcp_servers.\"other\"]\nurl = \"x\"\n",
                "[mcp_servers.peta]\nBLOCK\n[mcp_servers.\"other\"]\nurl = \"x\"\n"
            ),
        ])
    func mergesTOML(_ before: String, _ after: String) async throws {
        try await TemporaryDirectory.with { directory in
            let file = directory + "/config.toml"
            if !before.isEmpty { try before.write(toFile: file, atomically: false, encoding: .utf8) }
            let gateway = try Self.gateway()
            let arguments = ["connect", "codex", "--socket", "/s", "--file", file, "--write"]
            let outcome = try await Peta.run(list: arguments, gateway: gateway)
            #expect(outcome.code == 0, "\(outcome.errors)")
            let block = "command = \"peta\"\nargs = [\"mcp-stdio\", \"--socket\", \"/s\"]"
            #expect(try String(contentsOfFile: file, encoding: .utf8) == after.replacingOccurrences(of: "BLOCK", with: block))
            #expect(try await Peta.run(list: arguments, gateway: gateway).output == "\(file): has 'peta' already\n")
        }
    }

    @Test(
        "a file that cannot be read in full is left alone, and no token is made for it",
        arguments: [
            ("vscode", "{\n  // mine\n  \"servers\": {}\n}"), ("vscode", "{\"servers\": {},}"), ("cursor", "[]"),
            ("cursor", "{\"mcpServers\": []}"), ("cursor", "{\"mcpServers\": {}, \"mcpServers\": {}}"),
            ("cursor", "{\"mcpServers\": {\"peta\": 1, \"peta\": 2}}"), ("codex", "mcp_servers = { }\n"), ("codex", "a = \"x\n"),
            ("codex", "[mcp_servers]\npeta = { url = \"x\" }\n"), ("codex", "[[mcp_servers]]\n"), ("codex", "a = [\n"), ("codex", "what\n"),
            ("codex", "[mcp_servers.peta]\n[mcp_servers.peta]\n"),
        ])
    func refuses(_ client: String, _ content: String) async throws {
        try await TemporaryDirectory.with { directory in
            let file = directory + "/f"
            try content.write(toFile: file, atomically: false, encoding: .utf8)
            let gateway = try Self.gateway()
            let plain = try await Peta.run("connect", client, "--file", file, "--write", gateway: gateway)
            #expect(plain.code == 65 && plain.errors.contains("nothing was written") && plain.errors.contains(file))
            #expect(plain.output.contains("mcp-stdio"), "what has to be put in by hand")
            let token = try await Peta.run("connect", client, "--file", file, "--write", "--new-token", "alice", gateway: gateway)
            #expect(token.code == 65)
            #expect(!gateway.requests.contains { $0.target.hasSuffix("/tokens") })
            #expect(try String(contentsOfFile: file, encoding: .utf8) == content)
        }
    }

    @Test("a file with a token is for its owner alone, a link stays one, and the token is shown nowhere")
    func secrets() async throws {
        try await TemporaryDirectory.with { directory in
            let file = directory + "/real.json"
            try "{}".write(toFile: file, atomically: false, encoding: .utf8)
            chmod(file, 0o644)
            try FileManager.default.createSymbolicLink(atPath: directory + "/link.json", withDestinationPath: file)
            let gateway = try Self.gateway()
            let outcome = try await Peta.run(
                "connect", "cursor", "--file", directory + "/link.json", "--write", "--new-token", "alice", "--json", gateway: gateway)
            #expect(outcome.code == 0, "\(outcome.errors)")
            #expect(!(outcome.output + outcome.errors).contains("peta_abc"))
            #expect(try String(contentsOfFile: file, encoding: .utf8).contains("Bearer peta_abc_123456"))
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: directory + "/link.json") == file)
            // Without a token the mode stays as it is.
            chmod(file, 0o640)
            _ = try await Peta.run("connect", "cursor", "--file", file, "--write", gateway: gateway)
            #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o640)
        }
    }

    @Test("a token that could not be written is taken back")
    func takenBack() async throws {
        try await TemporaryDirectory.with { directory in
            let gateway = try FakeGateway { request in
                switch request.line {
                case "GET /v1/status": return .json(Samples.json(Samples.status))
                case "POST /v1/users/alice/tokens":
                    // The client writes its file just now.
                    try? "{\"b\":1}".write(toFile: directory + "/f", atomically: false, encoding: .utf8)
                    return .json(Samples.json(Samples.token))
                default: return .json("{}")
                }
            }
            let outcome = try await Peta.run(
                "connect", "cursor", "--file", directory + "/f", "--write", "--new-token", "alice", gateway: gateway)
            #expect(outcome.code == 75 && outcome.errors.contains("changed by somebody else"))
            #expect(gateway.requests.last?.line == "DELETE /v1/tokens/tok_1")
            #expect(try String(contentsOfFile: directory + "/f", encoding: .utf8) == "{\"b\":1}")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["f"])
        }
    }
}
