import Foundation
import PetaAdminAPI
import PetaCommands
import Synchronization
import Testing

@Suite struct SettingsTests {
    private struct Row: Decodable {
        let key: String
        let value: RawJSON
        let source: String
        let place: String
        let `default`: RawJSON

        var text: String { String(decoding: value.bytes, as: UTF8.self) }
    }

    private func rows(_ arguments: [String], variables: [String: String] = [:], file: String? = nil) async throws -> [String: Row] {
        try await TemporaryDirectory.with { directory in
            var all = variables
            if let file {
                try file.write(toFile: directory + "/peta.yaml", atomically: true, encoding: .utf8)
                all["PETA_CONFIG"] = directory + "/peta.yaml"
            }
            let outcome = try await Peta.run(list: ["config", "show", "--json"] + arguments, variables: all)
            guard outcome.code == 0 else { throw TestFailure(outcome.errors.replacingOccurrences(of: directory, with: "DIR")) }
            let rows = try AdminJSON.decode([Row].self, from: Array(outcome.output.utf8))
            return Dictionary(uniqueKeysWithValues: rows.map { ($0.key, $0) })
        }
    }

    private func problem(_ file: String, variables: [String: String] = [:]) async throws -> String {
        try await TemporaryDirectory.with { directory in
            try file.write(toFile: directory + "/peta.yaml", atomically: true, encoding: .utf8)
            let named = variables.merging(["PETA_CONFIG": directory + "/peta.yaml"]) { $1 }
            let outcome = try await Peta.run("config", "show", variables: named)
            #expect(outcome.code == 65)
            return outcome.errors.replacingOccurrences(of: directory, with: "DIR")
        }
    }

    @Test("a flag goes before the environment, that before the file, that before the default")
    func precedence() async throws {
        let file = "log:\n  level: error\n  format: json\nlisten: 127.0.0.1:1\nloops: 3\n"
        let variables = ["PETA_LOG_LEVEL": "debug", "PETA_LISTEN": "127.0.0.1:2, [::1]:3"]
        let rows = try await rows(["--log-level", "trace"], variables: variables, file: file)
        #expect(rows["log.level"]?.text == "\"trace\"")
        #expect(rows["log.level"]?.place == "--log-level")
        #expect(rows["listen"]?.text == "[\"127.0.0.1:2\",\"[::1]:3\"]")
        #expect(rows["listen"]?.place == "PETA_LISTEN")
        #expect(rows["log.format"]?.text == "\"json\"")
        #expect(rows["log.format"]?.place.hasSuffix("/peta.yaml:3") == true)
        #expect(rows["loops"]?.source == "file")
        #expect(rows["limits.jsonDepth"]?.source == "default")
        #expect(rows["limits.jsonDepth"]?.text == "64")
    }

    @Test(
        "what is wrong in the file is told with file, line and key",
        arguments: [
            ("limits:\n  bodyByte: 5\n", "DIR/peta.yaml:2: limits.bodyByte: unknown key (did you mean 'limits.bodyBytes'?)."),
            ("\nlimit:\n  x: 1\n", "DIR/peta.yaml:2: limit: unknown key (did you mean 'limits.addressPerMinute'?)."),
            ("loops: many\n", "DIR/peta.yaml:1: loops: expected a number from 0 to 1024, found 'many'."),
            ("limits:\n  jsonDepth: 4\n", "DIR/peta.yaml:2: limits.jsonDepth: expected a number from 8 to 512, found '4'."),
            (
                "limits:\n  bodyBytes: 9 TiB\n",
                "DIR/peta.yaml:2: limits.bodyBytes: expected a number from 1024 to 1073741824 (bytes), found '9 TiB'."
            ),
            ("redactResults: yes\n", "DIR/peta.yaml:1: redactResults: expected true or false, found 'yes'."),
            ("names:\n  style: save\n", "DIR/peta.yaml:2: names.style: expected safe or qualified, found 'save' (did you mean 'safe'?)."),
            ("listen: [\"nowhere\"]\n", "DIR/peta.yaml:1: listen: expected HOST:PORT or unix:PATH, found 'nowhere'."),
            ("listen: []\n", "DIR/peta.yaml:1: listen: expected at least one HOST:PORT."),
            ("loops: [1]\nloops: [2]\n", "DIR/peta.yaml:1: 'loops' stands here twice."),
            ("loops: [1, 2]\n", "DIR/peta.yaml:1: loops: expected one value, found a list."),
            ("loops:\n", "DIR/peta.yaml:1: loops: expected a value, found nothing."),
            ("limits: 5\n", "DIR/peta.yaml:1: limits: expected keys below it, found a value."),
            ("loops:\n  a: 1\n", "DIR/peta.yaml:1: loops: expected a value, found keys below it."),
            ("- a\n", "DIR/peta.yaml:1: expected keys with values."),
            ("tls:\n  key: /k\n", "DIR/peta.yaml:2: tls.key needs tls.certificate."),
            ("calls:\n  timeoutSeconds: 900\n", "DIR/peta.yaml:2: calls.timeoutSeconds (900) is larger than calls.maxSeconds (600)."),
            ("calls:\n  maxSeconds: 2\n", "DIR/peta.yaml:2: calls.timeoutSeconds (60) is larger than calls.maxSeconds (2)."),
            ("x: 1\ny: 2\nz: 3\n", "DIR/peta.yaml:1: x: unknown key. There are 2 more; see 'peta config check'."),
        ])
    func wrongFile(_ file: String, _ expected: String) async throws {
        let problem = try await problem(file)
        #expect(problem == "peta: \(expected)\n")
    }

    @Test("a file that is not YAML is told with its line")
    func notYAML() async throws {
        let problem = try await problem("listen: [\nloops: }\n")
        #expect(problem.hasPrefix("peta: DIR/peta.yaml:2: "))
    }

    @Test("a wrong variable is told by its name")
    func wrongVariable() async throws {
        let problem = try await problem("", variables: ["PETA_LIMITS_SESSIONS": "0"])
        #expect(problem == "peta: PETA_LIMITS_SESSIONS: expected a number from 1 to 10000000, found '0'.\n")
    }

    @Test("a wrong flag is wrong usage, a wrong file is wrong data, a named file that is absent is no such thing")
    func exitCodes() async throws {
        let flag = try await Peta.run("serve", "--log-level", "loud")
        #expect(flag.code == 64)
        let absent = try await Peta.run("serve", "--config", "/nowhere/peta.yaml")
        #expect(absent.code == 66)
        #expect(absent.errors == "peta: /nowhere/peta.yaml: no such file or directory.\n")
        try await TemporaryDirectory.with { directory in
            try "x: 1\n".write(toFile: directory + "/a.yaml", atomically: true, encoding: .utf8)
            let wrong = try await Peta.run("serve", "--config", directory + "/a.yaml")
            #expect(wrong.code == 65)
            let check = try await Peta.run("config", "check", "--config", directory + "/a.yaml", "--json")
            #expect(check.code == 65)
            #expect(check.output.contains("\"ok\": false"))
        }
    }

    @Test("sizes may carry a binary unit")
    func sizes() async throws {
        let rows = try await rows([], file: "limits:\n  bodyBytes: 8MiB\n  headBytes: 64 KiB\n  resultMemoryBytes: 1GiB\n")
        #expect(
            ["limits.bodyBytes", "limits.headBytes", "limits.resultMemoryBytes"].map { rows[$0]?.text } == [
                "8388608", "65536", "1073741824",
            ])
    }

    @Test("a group with every key commented out, and an empty file, change nothing")
    func emptyGroups() async throws {
        for file in ["limits:\n#  bodyBytes: 1\n", "", "# nothing\n", "---\n"] {
            #expect(try await rows([], file: file).values.allSatisfy { $0.source == "default" || $0.key == "dataDir" })
        }
    }

    @Test("the file below the data directory is found, and its socket serves the clients too")
    func discovery() async throws {
        try await TemporaryDirectory.with { directory in
            try FileManager.default.createDirectory(atPath: directory + "/etc", withIntermediateDirectories: true)
            try "socket: /nowhere/else.sock\n".write(toFile: directory + "/etc/peta.yaml", atomically: true, encoding: .utf8)
            let variables = ["PETA_DATA_DIR": directory]
            let path = try await Peta.run("config", "path", variables: variables)
            #expect(path.output == directory + "/etc/peta.yaml\n")
            let status = try await Peta.run("status", variables: variables)
            #expect(status.errors == "peta: cannot reach the gateway at /nowhere/else.sock: not running. Start it with 'peta serve'.\n")
            let flag = try await Peta.run("status", "--admin-socket", "/nowhere/flag.sock", variables: variables)
            #expect(flag.errors.contains("/nowhere/flag.sock"))
        }
    }

    @Test("serve is given the settings, and reads them anew when asked")
    func reload() async throws {
        try await TemporaryDirectory.with { directory in
            let path = directory + "/peta.yaml"
            try "loops: 2\n".write(toFile: path, atomically: true, encoding: .utf8)
            let given = Mutex<ServeSettings?>(nil)
            let outcome = try await Peta.run(
                "serve", "--config", path, "--listen", "[::1]:0", "--data-dir", directory,
                serve: { settings in given.withLock { $0 = settings } })
            #expect(outcome.code == 0)
            let settings = try #require(given.withLock { $0 })
            #expect(settings.loops == 2)
            #expect(settings.listen == [ListenAddress(host: "::1", port: 0)])
            #expect(settings.dataDirectory == directory)
            #expect(settings.configurationFile == path)
            #expect(settings.origins["loops"] == .file(path: path, line: 1))
            try "loops: 5\n".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try settings.reload?(settings).waiting.map(\.key) == ["loops"])
            try "loops: x\n".write(toFile: path, atomically: true, encoding: .utf8)
            #expect(throws: AdminError.self) { try settings.reload?(settings) }
        }
    }

    @Test("an MCP socket without a path lies beside the admin socket, a relative one is made absolute")
    func unixAddresses() async throws {
        let row = try #require(
            try await rows(["--listen", "unix:", "--listen", "unix:/run/other.sock", "--admin-socket", "/run/p/admin.sock"])["listen"])
        #expect(row.text == #"["unix:/run/p/mcp.sock","unix:/run/other.sock"]"#)
        let relative = try #require(try await rows(["--listen", "unix:here.sock"])["listen"])
        #expect(relative.text == "[\"unix:\(FileManager.default.currentDirectoryPath)/here.sock\"]")
    }

    @Test(
        "addresses that exclude each other are refused",
        arguments: [
            (["--listen", "unix:/run/a.sock", "--admin-socket", "/run/a.sock"], "cannot be served on one socket"),
            (["--listen", "unix:/run/a.sock", "--listen", "unix:/run/a.sock"], "stands here twice"),
            (["--listen", "127.0.0.1:1", "--listen", "127.0.0.1:1"], "stands here twice"),
        ])
    func contradictingAddresses(_ arguments: [String], _ words: String) async throws {
        let outcome = try await Peta.run(list: ["serve"] + arguments)
        #expect(outcome.code == 65)
        #expect(outcome.errors.contains(words))
    }

    @Test("every field of the settings has its row in the table")
    func complete() async throws {
        func leaves(_ value: Any) -> Int {
            let mirror = Mirror(reflecting: value)
            return mirror.displayStyle == .struct && !(value is ListenAddress) ? mirror.children.reduce(0) { $0 + leaves($1.value) } : 1
        }
        // The last three are of the passphrase, which is of one start alone.
        let bookkeeping = 4 + 3
        #expect(try await rows([]).count == leaves(ServeSettings()) - bookkeeping)
    }

    @Test("the example file, with its comment signs taken away, is valid and says nothing but the defaults")
    func example() async throws {
        let outcome = try await Peta.run("config", "example")
        let text = outcome.output.components(separatedBy: "\n\n").dropFirst().joined(separator: "\n")
            .components(separatedBy: "\n").map { $0.hasPrefix("#") ? String($0.dropFirst()) : $0 }.joined(separator: "\n")
        let rows = try await rows([], file: text.replacingOccurrences(of: "/var/lib/peta", with: "/nowhere/peta"))
        // Those that have no default show how one looks.
        let shown = [
            "tls.certificate", "tls.key", "dataDir", "socket", "vault.passphraseFile", "log.webhook.url", "metrics.token", "otlp.endpoint",
        ]
        for row in rows.values where !shown.contains(row.key) {
            #expect(row.source == "file", "\(row.key)")
            #expect(row.value == row.default, "\(row.key)")
        }
        try Golden.check(outcome.output, file: "etc/peta.yaml")
    }

    @Test(
        "addresses are read with host and port",
        arguments: [
            ("127.0.0.1:80", "127.0.0.1:80"), (":8470", "0.0.0.0:8470"), ("[::1]:1", "[::1]:1"),
            ("host.example:65535", "host.example:65535"),
            ("::1:80", nil), ("host", nil), ("host:", nil), ("host:65536", nil), ("host:-1", nil), ("host:+1", nil), ("[x]:1", nil),
            ("a b:1", nil), ("unix:/run/x.sock", "unix:/run/x.sock"), ("unix:", "unix:"), ("unix:a b/c", "unix:a b/c"), ("unix:/run/", nil),
            ("unix", nil), ("UNIX:/x", nil),
            ("http://x:1", nil),
        ] as [(String, String?)])
    func addresses(_ text: String, _ expected: String?) {
        #expect(ListenAddress(text)?.description == expected)
    }
}
