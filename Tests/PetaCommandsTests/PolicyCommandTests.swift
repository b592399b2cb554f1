import Foundation
import PetaAdminAPI
import PetaCommands
import Testing

@Suite("The commands of policy sets")
struct PolicyCommandTests {
    private static let refusal = AdminError(
        .invalidArgument, "the policy was refused",
        problems: [
            AdminProblem(line: 3, rule: "r\u{1B}", field: "when[0].op", message: "unknown"),
            AdminProblem(line: nil, rule: nil, field: nil, message: "it is empty"),
        ])

    private func refusing() throws -> FakeGateway {
        let text = Samples.json(Self.refusal)
        return try FakeGateway { _ in .json(text, status: 400) }
    }

    @Test("what is applied is the file byte for byte, and the name goes beside it")
    func apply() async throws {
        try await TemporaryDirectory.with { directory in
            let gateway = try Samples.gateway()
            let path = directory + "/a.yaml"
            try "name: x\r\n# é\n".write(toFile: path, atomically: true, encoding: .utf8)
            let outcome = try await Peta.run("policy", "apply", "-f", path, "--name", "a b&c", gateway: gateway)
            #expect(outcome.code == 0 && outcome.output == "bank: version 3 in force, 2 rules\n")
            #expect(outcome.errors == "\(path):7: warning: rule 'wire-large', effect.reason: missing: people will not know why\n")
            #expect(gateway.requests.map(\.line) == ["POST /v1/policies?name=a%20b%26c"])
            #expect(gateway.requests.first?.text == "name: x\r\n# é\n")
        }
    }

    @Test("a refusal tells every problem with file and line, escaped, and ends with 65")
    func refused() async throws {
        let outcome = try await Peta.run("policy", "apply", "-f", "-", gateway: try refusing(), input: "x")
        #expect(outcome.code == 65 && outcome.output.isEmpty)
        #expect(
            outcome.errors == """
                standard input:3: rule 'r\\u{1b}', when[0].op: unknown
                standard input: it is empty
                peta: the policy was refused.

                """)
        let json = try await Peta.run("policy", "apply", "-f", "-", "--json", gateway: try refusing(), input: "x")
        #expect(json.code == 65)
        let error = try JSONReader.read(Array(json.errors.utf8))["error"]
        #expect(error?["problems"]?.elements?.first?["file"]?.stringValue == "standard input")
        let test = try await Peta.run(
            "policy", "test", "--user", "a", "--tool", "s::t", "-f", "-", gateway: try refusing(), input: "x")
        #expect(test.code == 65 && test.errors.hasPrefix("standard input:3: "))
    }

    @Test("lint ends with 65 where a file would be refused, with 0 for warnings alone")
    func lint() async throws {
        let report = PolicyReport(name: nil, server: nil, rules: 0, problems: Self.refusal.problems, warnings: [])
        let text = Samples.json(report)
        let outcome = try await Peta.run("policy", "lint", "-", gateway: try FakeGateway { _ in .json(text) }, input: "x")
        #expect(outcome.code == 65 && outcome.output.hasPrefix("standard input:3: rule 'r\\u{1b}', when[0].op: unknown\n"))
        #expect(try await Peta.run("policy", "lint", "-", gateway: try Samples.gateway(), input: "x").code == 0)
    }

    @Test("a file that is not there, a directory and one that is too large are told apart, and nothing is asked")
    func files() async throws {
        try await TemporaryDirectory.with { directory in
            let gateway = try Samples.gateway()
            try String(repeating: "#", count: (1 << 20) + 1).write(toFile: directory + "/big", atomically: true, encoding: .utf8)
            for (path, code) in [("/none", 66), ("/big", 65), ("", 1)] as [(String, Int32)] {
                for verb in [["apply", "-f"], ["lint"]] {
                    let outcome = try await Peta.run(list: ["policy"] + verb + [directory + path], gateway: gateway)
                    #expect(outcome.code == code && outcome.output.isEmpty, "\(path) \(outcome.errors)")
                }
            }
            #expect(gateway.requests.isEmpty)
        }
    }

    @Test("a call to be tested is asked with everything that was given")
    func question() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run(
            "policy", "test", "--user", "alice", "--resource", "files::file:///a::b", "--args", #"{"a": 1.50}"#, "--client", "c",
            "--address", "::1", "--time", "2026-12-31T17:00:00Z", "-f", "-", "--name", "n", gateway: gateway, input: "rules: []")
        #expect(outcome.code == 0)
        #expect(
            gateway.requests.first?.text == """
                {"user":"alice","server":"files","kind":"resource","name":"file:///a::b","arguments":{"a": 1.50},"client":"c",\
                "address":"::1","time":"2026-12-31T17:00:00.000Z","text":"rules: []","set":"n"}
                """)
    }

    @Test(
        "wrong usage is told without asking the gateway",
        arguments: [
            ["--user", "a"], ["--user", "a", "--tool", "t"], ["--user", "a", "--tool", "::t"], ["--user", "a", "--tool", "s::"],
            ["--user", "a", "--tool", "s::t", "--prompt", "s::p"], ["--tool", "s::t"], ["--user", "a", "--tool", "s::t", "--time", "noon"],
            ["--user", "a", "--tool", "s::t", "-f", "-", "--args", "-"], ["--user", "a", "--tool", "s::t", "--name", "x"],
        ])
    func usage(_ arguments: [String]) async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run(list: ["policy", "test"] + arguments, gateway: gateway)
        #expect(outcome.code == 64 && outcome.output.isEmpty && gateway.requests.isEmpty, "\(outcome.errors)")
    }

    @Test("arguments that are no JSON object end with 65", arguments: ["{", "[1]", "1", "", #"{"a":1}x"#])
    func arguments(_ text: String) async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run("policy", "test", "--user", "a", "--tool", "s::t", "--args", text, gateway: gateway)
        #expect(outcome.code == 65 && gateway.requests.isEmpty)
    }

    @Test("a text is shown byte for byte where no terminal is, and an earlier version is asked for by its number")
    func show() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run("policy", "show", "bank", "--version", "2", gateway: gateway)
        #expect(outcome.output == Samples.policyText.text)
        #expect(gateway.requests.map(\.line) == ["GET /v1/policies/bank?version=2"])
    }
}
