import Foundation
import PetaTestSupport
import Testing

@Suite("secrets")
struct OperationsVaultTests {
    /// A value whose JSON, percent and base64 forms differ from itself and from each other.
    private static let value = "s3cr3t/\(UUID().uuidString.lowercased())+\"quoted\\\" ü?&=%"

    private static func json(_ text: String, escapingSlashes: Bool) -> String {
        let options: JSONSerialization.WritingOptions = escapingSlashes ? [] : .withoutEscapingSlashes
        let bytes = (try? JSONSerialization.data(withJSONObject: [text], options: options)) ?? Data()
        return String(String(decoding: bytes, as: UTF8.self).dropFirst(2).dropLast(2))
    }

    /// Base64 of the value at each place in a longer text.
    private static let base64 = ["", "x", "xy"].map { Data(($0 + value).utf8).base64EncodedString() }

    private static func urlSafe(_ text: String) -> String {
        text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
    }

    /// The forms in which the value may be written.
    private static var forms: [String] {
        let unreserved = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        let percent = value.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
        return [value, json(value, escapingSlashes: true), json(value, escapingSlashes: false), percent, percent.lowercased()] + base64
            + base64.map(urlSafe)
    }

    /// What no output may hold: of base64 only the middle, since the ends depend on what stands beside it.
    private static func leaks(_ text: String) -> Bool {
        let middles = base64.map { String($0.dropFirst(8).dropLast(8)) }
        return (forms.prefix(4) + middles + middles.map(urlSafe)).contains { text.contains($0) }
    }

    @Test("a value is taken from standard input, a file or the environment, and from no argument")
    func sources() throws {
        let rig = try DownstreamRig()
        let gateway = rig.gateway
        let file = try rig.state.write("from a file\n", to: "value")
        #expect(try gateway.peta("secret", "set", "a", "--stdin", stdin: "from stdin\n").status == 0)
        #expect(try gateway.peta("secret", "set", "b", "--from-file", file).status == 0)
        #expect(try gateway.peta(["secret", "set", "c", "--from-env", "PLANTED"], environment: ["PLANTED": "from env"]).status == 0)
        #expect(try gateway.peta("secret", "set", "k", "--from-file", file, "--keep-newline").status == 0)
        #expect(try gateway.peta("secret", "show", "a", "--reveal").stdout == "from stdin")
        #expect(try gateway.peta("secret", "show", "b", "--reveal").stdout == "from a file")
        #expect(try gateway.peta("secret", "show", "c", "--reveal").stdout == "from env")
        #expect(try gateway.peta("secret", "show", "k", "--reveal").stdout == "from a file\n")
        #expect(try gateway.peta("secret", "set", "d", "a-value").status == 64)
        #expect(try gateway.peta("secret", "set", "1bad", "--stdin", stdin: "x").status == 65)
        #expect(try gateway.peta("secret", "set", "d", "--stdin", stdin: "").status == 65)
        #expect(try gateway.peta("secret", "set", "d", "--from-file", "/no/such/file").status == 66)
        #expect(try gateway.peta("secret", "set", "d", "--from-env", "NOT_THERE").status != 0)
        #expect(try gateway.peta("secret", "show", "d").status == 66)
        #expect(try gateway.peta("secret", "set", "a", "--stdin", stdin: "newer").status == 0)
        let shown = try DownstreamRig.object(gateway.expect("secret", "show", "a", "--json"))
        #expect(shown["version"] as? Int == 2)
        #expect(shown["bytes"] as? Int == 5)
        try rig.finish()
    }

    @Test("revealing a value leaves a record that names the secret, and who asked")
    func reveal() throws {
        let rig = try DownstreamRig()
        #expect(try rig.gateway.peta("secret", "set", "a", "--stdin", stdin: Self.value).status == 0)
        for arguments in [["secret", "show", "a"], ["secret", "show", "a", "--json"], ["secret", "list"], ["secret", "list", "--json"]] {
            let result = try rig.gateway.peta(arguments)
            #expect(result.status == 0)
            #expect(!Self.leaks(result.stdout + result.stderr))
        }
        let before = try rig.records(kind: "admin").count
        #expect(try rig.gateway.peta("secret", "show", "a", "--reveal").stdout == Self.value)
        let records = try rig.records(kind: "admin")
        #expect(records.count == before + 1)
        #expect(records.last?["target"] as? String == "a")
        #expect(records.last?["method"] as? String == "GET /v1/secrets/{name}?reveal")
        #expect(records.last?["uid"] as? Int == Int(getuid()))
        #expect(records.last?["outcome"] as? String == "ok")
        try rig.finish()
    }

    @Test("a secret in use is removed only by force, and its server says what is missing")
    func inUse() throws {
        let rig = try DownstreamRig()
        let gateway = rig.gateway
        #expect(try gateway.peta("secret", "set", "key", "--stdin", stdin: Self.value).status == 0)
        try gateway.addDemo(options: ["--env", "KEY=${secret:key}"])
        let refused = try gateway.peta("secret", "remove", "key", "--yes")
        #expect(refused.status == 1)
        #expect(refused.stderr.contains("demo") && refused.stderr.contains("--force"))
        #expect(try DownstreamRig.object(gateway.expect("secret", "show", "key", "--json"))["usedBy"] as? [String] == ["demo"])
        #expect(try gateway.peta("secret", "remove", "key", "--yes", "--force").status == 0)
        #expect(try gateway.peta("secret", "show", "key").status == 66)
        let restarted = try gateway.peta("server", "restart", "demo")
        #expect(restarted.status != 0)
        #expect(restarted.stderr.contains("key"))
        #expect(try gateway.peta("server", "add", "second", "--env", "A=${secret:nothing}", "--", "true").status == 66)
        #expect(try gateway.peta("server", "show", "second").status == 66)
        #expect(try gateway.peta("secret", "set", "key", "--stdin", stdin: "new").status == 0)
        #expect(try gateway.peta("server", "restart", "demo").status == 0)
        try rig.finish()
    }

    @Test("an injected value is in no result, error, log, record, definition, status, or byte of the data")
    func nowhere() throws {
        let rig = try DownstreamRig()
        let gateway = rig.gateway
        #expect(try gateway.peta("secret", "set", "key", "--stdin", stdin: Self.value).status == 0)
        try rig.addBad(options: ["--env", "KEY=${secret:key}", "--env", "PLAIN=literal-\(UUID().uuidString)"])
        try gateway.addDemo(options: ["--env", "KEY=${secret:key}"])
        let client = try rig.client()
        #expect(try client.callText("demo::environment", #"{"name":"KEY"}"#) == "[redacted:key]")

        let json = String(decoding: try JSONEncoder().encode(Self.value), as: UTF8.self)
        for form in Self.forms {
            let text = String(decoding: try JSONEncoder().encode("before " + form + " after"), as: UTF8.self)
            for (tool, arguments) in [
                ("bad::echo", #"{"text":\#(text)}"#), ("bad::failing", #"{"text":\#(text)}"#), ("demo::fail", #"{"message":\#(text)}"#),
                ("demo::error", #"{"code":5,"message":\#(text)}"#),
            ] {
                let response = try client.request("tools/call", #"{"name":"\#(tool)","arguments":\#(arguments)}"#)
                #expect(!Self.leaks(response.text), "\(tool) \(form)")
                #expect(response.text.contains("[redacted:key]"), "\(tool) \(form)")
            }
        }
        #expect(try client.callText("bad::tell", #"{"text":\#(json)}"#) == "told")
        try eventually("the line is logged") { try gateway.expect("server", "logs", "bad").contains("[redacted:key]") }
        #expect(try client.callText("bad::garbage") == "made a mess")
        let message = #"{"level":"error","message":\#(json)}"#
        let logged = try client.request("tools/call", #"{"name":"demo::log","arguments":\#(message)}"#)
        #expect(!Self.leaks(logged.text))
        // What only looks like a reference is the client's own text.
        #expect(try client.callText("demo::echo", #"{"text":"${secret:key}"}"#) == "${secret:key}")

        for arguments in [
            ["server", "show", "bad"], ["server", "show", "bad", "--json"], ["server", "list", "--json"],
            ["server", "logs", "bad", "-n", "9999"],
            ["server", "logs", "demo", "--json"], ["audit", "tail", "-n", "9999", "--json"], ["audit", "tail", "-n", "9999"],
            ["status", "--json"], ["server", "tools", "demo", "--json"], ["server", "call", "demo", "environment", #"{"name":"KEY"}"#],
        ] {
            let result = try gateway.peta(arguments)
            #expect(result.status == 0)
            #expect(!Self.leaks(result.stdout + result.stderr), "\(arguments)")
            #expect(!result.stdout.contains("literal-"), "\(arguments)")
        }
        client.http.close()
        try rig.finish()
        #expect(!Self.leaks(gateway.log))
        try Self.expectNoBytes(of: [Data(Self.value.utf8), Data(rig.token.utf8), Data("literal-".utf8)], in: gateway.data)
    }

    @Test("the database holds no value while it is written to, nor the launch of a server")
    func onDisk() throws {
        let rig = try DownstreamRig()
        #expect(try rig.gateway.peta("secret", "set", "key", "--stdin", stdin: Self.value).status == 0)
        try rig.gateway.addDemo(options: ["--env", "SOME_VARIABLE=plain-but-private"])
        try Self.expectNoBytes(
            of: [Data(Self.value.utf8), Data("plain-but-private".utf8), Data("SOME_VARIABLE".utf8), Data(rig.token.utf8)],
            in: rig.gateway.data)
        for name in ["key", "peta.db", "intents"] {
            let mode = try FileManager.default.attributesOfItem(atPath: rig.gateway.data + "/" + name)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
        #expect(try FileManager.default.attributesOfItem(atPath: rig.gateway.data)[.posixPermissions] as? Int == 0o700)
        try rig.finish()
    }

    private static func expectNoBytes(of needles: [Data], in directory: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name))
            for needle in needles { #expect(bytes.range(of: needle) == nil, "\(name) holds \(String(decoding: needle, as: UTF8.self))") }
        }
    }

    @Test("a child gets its own secrets and nothing else of the gateway: no variable, no descriptor")
    func children() throws {
        let directory = try TemporaryDirectory()
        let rig = try DownstreamRig(["PLANTED_CREDENTIAL": "planted-value", "AWS_SECRET_ACCESS_KEY": "planted-too"])
        let gateway = rig.gateway
        #expect(try gateway.peta("secret", "set", "one", "--stdin", stdin: "value-of-one").status == 0)
        #expect(try gateway.peta("secret", "set", "two", "--stdin", stdin: "value-of-two").status == 0)
        try rig.addBad("first", options: ["--env", "KEY=${secret:one}", "--no-redact", "--cwd", directory.path])
        try rig.addBad("second", options: ["--env", "KEY=pre-${secret:two}-post", "--no-redact"])
        let client = try rig.client()
        let first = try DownstreamRig.object(client.callText("first::environment"))
        let second = try DownstreamRig.object(client.callText("second::environment"))
        #expect(first["KEY"] as? String == "value-of-one")
        #expect(second["KEY"] as? String == "pre-value-of-two-post")
        let known: Set = ["KEY", "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LC_CTYPE", "PWD", "PETA_INSTANCE"]
        #expect(Set(first.keys).subtracting(known).isEmpty)
        #expect(!"\(first) \(second)".contains("planted"))
        #expect(!"\(first)".contains("value-of-two") && !"\(second)".contains("value-of-one"))
        #expect(try client.callText("first::descriptors") == "[0, 1, 2]")
        #expect(try client.callText("second::descriptors") == "[0, 1, 2]")
        // Nor has the gateway itself a value where others of its user may look.
        for file in ["environ", "cmdline"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(gateway.process.pid)/\(file)"))
            #expect(bytes.range(of: Data("value-of".utf8)) == nil)
        }
        // The redaction of one server knows nothing of another's secrets.
        #expect(try client.callText("first::echo", #"{"text":"value-of-two"}"#) == "value-of-two")
        client.http.close()
        try rig.finish()
    }

    @Test("the gateway's redactResults counts for servers that are added without a word on it")
    func redactionDefault() throws {
        let rig = try DownstreamRig(["PETA_REDACT_RESULTS": "false"])
        #expect(try rig.gateway.peta("secret", "set", "key", "--stdin", stdin: Self.value).status == 0)
        try rig.gateway.addDemo("plain", options: ["--env", "KEY=${secret:key}"])
        try rig.gateway.addDemo("clean", options: ["--env", "KEY=${secret:key}", "--redact"])
        #expect((try rig.show("plain")["definition"] as? [String: Any])?["redactResults"] as? Bool == false)
        let client = try rig.client()
        #expect(try client.callText("plain::environment", #"{"name":"KEY"}"#) == Self.value)
        #expect(try client.callText("clean::environment", #"{"name":"KEY"}"#) == "[redacted:key]")
        client.http.close()
        try rig.finish()
    }

    @Test("a new value reaches a server with its next start, and both are cut out then")
    func newValue() throws {
        let rig = try DownstreamRig()
        #expect(try rig.gateway.peta("secret", "set", "key", "--stdin", stdin: "first-value").status == 0)
        try rig.gateway.addDemo(options: ["--env", "KEY=${secret:key}", "--no-redact"])
        let client = try rig.client()
        #expect(try client.callText("demo::environment", #"{"name":"KEY"}"#) == "first-value")
        #expect(try rig.gateway.peta("secret", "set", "key", "--stdin", stdin: "second-value").status == 0)
        try rig.gateway.expect("server", "restart", "demo")
        #expect(try client.callText("demo::environment", #"{"name":"KEY"}"#) == "second-value")
        try rig.gateway.expect("server", "update", "demo", "--redact")
        #expect(try client.callText("demo::environment", #"{"name":"KEY"}"#) == "[redacted:key]")
        client.http.close()
        try rig.finish()
    }
}
