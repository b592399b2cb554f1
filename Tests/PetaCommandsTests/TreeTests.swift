import Foundation
import Glibc
import PetaAdminAPI
import PetaCommands
import Testing

/// What holds for every command of the tree, so that none is forgotten.
@Suite struct TreeTests {
    /// The commands that do something; a noun alone does what one of its verbs does.
    private static let commands = PetaCommand.all.filter { words in
        !words.isEmpty && !PetaCommand.all.contains { $0.count > words.count && $0.starts(with: words) }
    }

    private static func takesJSON(_ words: [String]) -> Bool { PetaCommand.help(words, columns: 200).contains("  --json ") }

    @Test("every command's help is checked in, and no other")
    func help() throws {
        let kept = try FileManager.default.contentsOfDirectory(atPath: Golden.root + "/Tests/PetaCommandsTests/Golden/help")
        #expect(Set(kept) == Set(PetaCommand.all.map { (["peta"] + $0).joined(separator: "-") + ".txt" }))
    }

    @Test("every answer in JSON is checked in, with what a person sees beside it")
    func answers() throws {
        let kept = try FileManager.default.contentsOfDirectory(atPath: Golden.root + "/Tests/PetaCommandsTests/Golden/answers")
        for words in Self.commands where Self.takesJSON(words) {
            let name = words.joined(separator: "-")
            for suffix in ["json", "txt"] {
                #expect(kept.contains { $0 == "\(name).\(suffix)" || $0.hasPrefix(name + "-") && $0.hasSuffix("." + suffix) }, "\(name)")
            }
        }
    }

    @Test(
        "answers look as checked in, for people and for scripts",
        arguments: [
            "server add", "server import", "server update", "server stop", "server restart", "server enable", "server disable",
            "user disable",
            "user enable", "user remove", "token revoke", "secret set", "secret remove", "audit query", "connect", "version", "config path",
            "config check", "config reload", "doctor", "audit report", "vault passphrase", "backup create", "backup show", "backup verify",
            "backup restore",
        ])
    func samples(_ command: String) async throws {
        let words = command.split(separator: " ").map(String.init)
        let gateway = (command.hasPrefix("config") && command != "config reload") || command == "version" ? nil : try Samples.gateway()
        var variables = CommandSamples.variables
        if gateway != nil { variables["PETA_SOCKET"] = nil }
        if command == "config path" { variables["PETA_CONFIG"] = Golden.root + "/etc/peta.yaml" }
        for (suffix, options) in [("txt", []), ("json", ["--json"])] {
            let line = CommandSamples.line(words)
            let end = line.firstIndex(of: "--") ?? line.endIndex
            let answer = try await Peta.run(list: line[..<end] + options + line[end...], gateway: gateway, variables: variables)
            #expect(answer.code == 0, "\(answer.errors)")
            var text = answer.output.replacingOccurrences(of: Golden.root, with: "/ROOT")
                .replacingOccurrences(of: CommandSamples.scratch, with: "/SCRATCH")
            if let gateway { text = text.replacingOccurrences(of: gateway.directory, with: "/DIRECTORY") }
            try Golden.check(text, "answers/\(words.joined(separator: "-")).\(suffix)")
        }
    }

    @Test("the configuration is shown in JSON as checked in")
    func configuration() async throws {
        for (suffix, options) in [("txt", []), ("json", ["--json"])] {
            let answer = try await Peta.run(list: ["config", "show"] + options, variables: CommandSamples.variables)
            #expect(answer.code == 0, "\(answer.errors)")
            try Golden.check(answer.output, "answers/config-show.\(suffix)")
        }
    }

    @Test("on a terminal of 20 columns nothing fails, and what one types again is there in full")
    func narrow() async throws {
        let gateway = try Samples.gateway()
        for words in Self.commands where Self.takesJSON(words) {
            let line = CommandSamples.line(words)
            let wide = try await Peta.run(list: line, gateway: gateway, variables: ["VALUE": "v"])
            let narrow = try await Peta.run(list: line, gateway: gateway, variables: ["VALUE": "v"], width: 20)
            #expect(narrow.code == wide.code, "\(words)")
            // A chart cuts the names that have no room beside its bars.
            if words == ["audit", "stats"] { continue }
            let names = wide.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
            for name in names { #expect(narrow.output.contains(name), "\(words): \(name)") }
        }
    }

    @Test("a command whose output nobody reads ends quietly")
    func closedPipe() async throws {
        let gateway = try Samples.gateway()
        signal(SIGPIPE, SIG_IGN)
        for words in Self.commands where Self.takesJSON(words) {
            var ends: [Int32] = [-1, -1]
            try #require(pipe(&ends) == 0)
            close(ends[0])
            defer { close(ends[1]) }
            let done = try await Peta.run(list: CommandSamples.line(words), gateway: gateway, variables: ["VALUE": "v"], output: ends[1])
            // Some say nothing at all, and `config path` has nothing to say here.
            #expect(done.code == 0 || words == ["config", "path"], "\(words): \(done.code)")
            #expect(!done.errors.contains("cannot be written"), "\(words): \(done.errors)")
        }
    }

    @Test("the exit codes of every command are as checked in")
    func exitCodes() async throws {
        let well = try Samples.gateway()
        var gateways: [(String, FakeGateway)] = []
        for code in AdminErrorCode.allCases {
            gateways.append((code.rawValue, try FakeGateway { _ in .error(code.httpStatus, code.rawValue, "words") }))
        }
        var table = ""
        for words in Self.commands {
            let line = CommandSamples.line(words)
            let usage = try await Peta.run(list: words + ["--no-such-option"], variables: CommandSamples.variables)
            let absent = try await Peta.run(list: line, variables: CommandSamples.variables)
            var variables = CommandSamples.variables
            variables["PETA_SOCKET"] = nil
            let done = try await Peta.run(list: line, gateway: well, variables: variables)
            var codes = ["well \(done.code)", "usage \(usage.code)", "no_gateway \(absent.code)"]
            for (name, gateway) in gateways {
                codes.append("\(name) \(try await Peta.run(list: line, gateway: gateway, variables: variables).code)")
            }
            table += words.joined(separator: " ") + ": " + codes.joined(separator: ", ") + "\n"
        }
        try Golden.check(table, "exits.txt")
    }
}
