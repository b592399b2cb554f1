import Foundation
import PetaAdminAPI
import PetaCommands
import Testing

@Suite struct GoldenTests {
    @Test("the help of every command is as checked in, and has an example")
    func help() throws {
        for words in PetaCommand.all {
            let text = PetaCommand.help(words, columns: 80)
            #expect(text.contains("\nExample:\n  "), "\(words)")
            #expect(text.split(separator: "\n").allSatisfy { DisplayWidth.of(String($0)) <= 80 }, "\(words)")
            // One that is broken over lines cannot be copied.
            let examples = text.components(separatedBy: "\nExample:\n")[1].components(separatedBy: "\n\n")[0]
            #expect(examples.split(separator: "\n").allSatisfy { $0.hasPrefix("  ") }, "\(words)")
            try Golden.check(text + "\n", "help/\((["peta"] + words).joined(separator: "-")).txt")
        }
    }

    @Test("the examples in help are commands that exist")
    func examples() throws {
        let known = Set(PetaCommand.all)
        for words in PetaCommand.all {
            let lines = PetaCommand.help(words, columns: 200).components(separatedBy: "\n").filter { $0.hasPrefix("  peta ") }
            for line in lines {
                let named = line.split(separator: " ").dropFirst().map(String.init)
                #expect((0...2).contains { known.contains(Array(named.prefix($0 + 1))) }, "\(line)")
            }
        }
    }

    @Test("the completion scripts are as checked in", arguments: [("bash", "peta.bash"), ("zsh", "_peta"), ("fish", "peta.fish")])
    func completions(_ shell: String, _ file: String) async throws {
        try Golden.check(try await Peta.run("completion", shell).output, file: "completions/" + file)
    }

    @Test("the man pages are as checked in, and none is left over")
    func manual() async throws {
        try await TemporaryDirectory.with { directory in
            #expect(try await Peta.run("generate-manual", directory, "--openapi", Golden.root + "/etc/admin-openapi.yaml").code == 0)
            let made = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
            #expect(made.contains("peta.1") && made.contains("peta-server.1") && made.contains("peta.yaml.5"))
            for name in made { try Golden.check(try String(contentsOfFile: directory + "/" + name, encoding: .utf8), file: "man/" + name) }
            let kept = try FileManager.default.contentsOfDirectory(atPath: Golden.root + "/man").filter {
                (try? String(contentsOfFile: Golden.root + "/man/" + $0, encoding: .utf8).contains("peta generate-manual")) ?? false
            }
            #expect(Set(kept).subtracting(made).isEmpty)
        }
    }

    @Test("what awaits acceptance and what is suspicious looks as checked in", arguments: ["changed", "findings"])
    func integrity(_ option: String) async throws {
        let gateway = try Samples.gateway()
        for format in ["txt", "json"] {
            let answer = try await Peta.run(
                list: ["server", "tools", "files", "--\(option)"] + (format == "json" ? ["--json"] : []), gateway: gateway)
            #expect(answer.code == 0)
            try Golden.check(answer.output, "answers/server-tools-\(option).\(format)")
        }
    }

    @Test("every command that takes --json tells its fields in its man page")
    func shapes() async throws {
        try await TemporaryDirectory.with { directory in
            _ = try await Peta.run("generate-manual", directory)
            for words in PetaCommand.all where PetaCommand.help(words, columns: 80).contains("--json ") {
                let page = try String(contentsOfFile: directory + "/peta-\(words[0]).1", encoding: .utf8)
                let section =
                    words.count == 1 ? page : page.components(separatedBy: ".Ss \"peta \(words.joined(separator: " "))\"").last ?? ""
                let own = section.components(separatedBy: "\n.Ss ")[0]
                #expect(own.contains("With \\-\\-json: "), "\(words)")
            }
        }
    }

    @Test(
        "answers look as checked in, for people and for scripts",
        arguments: [
            ["status"], ["server", "list"], ["server", "show", "files"], ["server", "start", "files"], ["server", "tools", "files"],
            ["server", "tool", "accept", "files", "--all", "--yes"],
            ["server", "call", "files", "list_directory"], ["server", "logs", "files"], ["server", "remove", "files", "--yes"],
            ["user", "list"],
            ["user", "add", "alice"], ["user", "show", "alice"], ["user", "update", "alice", "--no-uid"],
            ["user", "grant", "alice", "files"],
            ["user", "deny", "alice", "docs::drop"], ["user", "revoke", "alice", "files"], ["user", "rights", "alice"],
            ["server", "tool", "set", "files", "write", "--danger", "approval", "--off"], ["token", "create", "alice"],
            ["token", "list"],
            ["secret", "list"], ["secret", "show", "files"], ["audit", "tail"], ["audit", "verify"], ["audit", "stats"],
            ["audit", "export"], ["audit", "anchor"], ["audit", "anchor", "--status"], ["audit", "webhook", "status"],
            ["audit", "webhook", "test"], ["tool", "which", "x"],
            ["tool", "list"], ["policy", "list"], ["policy", "apply", "-f", "-"], ["policy", "show", "bank"],
            ["policy", "history", "bank"],
            ["policy", "archive", "bank"], ["policy", "remove", "bank", "--yes"], ["policy", "lint", "-"],
            ["policy", "test", "--user", "alice", "--tool", "bank::transfer"], ["policy", "effective", "bank"],
            ["network", "show"], ["network", "mode", "enforce"], ["network", "allow", "list"], ["network", "allow", "add", "10.0.0.0/8"],
            ["network", "allow", "remove", "10.0.0.0/8"],
            ["policy", "diff", "-f", "-"], ["why", "r7"], ["log", "level"], ["backup", "list"],
            ["vault", "status"], ["vault", "unseal"], ["vault", "seal", "--yes"], ["vault", "rotate"],
            ["approve", "list"], ["approve", "show", "ap_000001"], ["approve", "allow", "ap_000001"],
            ["approve", "deny", "ap_000001", "--reason", "because"], ["approve", "watch"],
        ])
    func answers(_ arguments: [String]) async throws {
        let gateway = try Samples.gateway()
        let name =
            arguments.filter { !$0.hasPrefix("-") }.prefix(
                arguments.contains("allow") || arguments.starts(with: ["server", "tool"]) || arguments.contains("webhook") ? 3 : 2
            ).joined(separator: "-") + (arguments.contains("--status") ? "-status" : "")
        let text = try await Peta.run(list: arguments, gateway: gateway)
        #expect(text.code == 0)
        try Golden.check(text.output, "answers/\(name).txt")
        let json = try await Peta.run(list: arguments + ["--json"], gateway: gateway)
        #expect(json.code == 0)
        try Golden.check(json.output, "answers/\(name).json")
    }
}
