import Foundation
import Glibc
import PetaAdminAPI
import PetaCommands
import Testing

@Suite struct BackupCommandTests {
    private func with(_ body: (String, String) async throws -> Void) async throws {
        try await TemporaryDirectory.with { directory in
            let key = directory + "/key"
            try "correct horse battery\r\n".write(toFile: key, atomically: true, encoding: .utf8)
            try await body(directory, key)
        }
    }

    @Test("a backup appears whole under its name, with what the gateway says of it")
    func create() async throws {
        try await with { directory, key async throws in
            let gateway = try Samples.gateway()
            let file = directory + "/a.backup"
            let made = try await Peta.run("backup", "create", file, "--from-file", key, gateway: gateway)
            #expect(made.code == 0 && made.output == "\(file): made, 9 B\nSHA-256 9f86d081884c7d65\n")
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "onetwosix")
            // The newline at the end of the file is none of the passphrase's.
            #expect(gateway.requests.first?.text == "correct horse battery")
            #expect(try await Peta.run("backup", "create", file, "--from-file", key, gateway: gateway).code == 73)
            let json = try await Peta.run("backup", "create", file, "--secret", "a&b", "--force", "--json", gateway: gateway)
            #expect(json.code == 0 && json.output.contains("\"file\": \"\(file)\"") && json.output.contains("\"bytes\": 9"))
            #expect(gateway.requests.contains { $0.target == "/v1/backups?secret=a%26b" && $0.body.isEmpty })
            let piped = try await Peta.run("backup", "create", "-", "--stdin", gateway: gateway, input: "from standard input\n")
            #expect(piped.output == "onetwosix" && piped.errors.contains("bk_1"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == ["a.backup", "key"])
        }
    }

    @Test("one that breaks off leaves nothing, and the gateway's reason is shown")
    func brokenOff() async throws {
        try await with { directory, key async throws in
            let gateway = try FakeGateway { request in
                if request.method == "GET" {
                    return .json(
                        #"{"id":"bk_9","state":"failed","startedAt":"2026-01-01T00:00:00Z","bytes":3,"uid":0,"error":"nobody took its bytes"}"#
                    )
                }
                return .raw("HTTP/1.1 200 OK\r\npeta-backup: bk_9\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n", closes: true)
            }
            for target in [directory + "/a.backup", "-"] {
                let made = try await Peta.run("backup", "create", target, "--from-file", key, gateway: gateway)
                #expect(made.code == 1 && made.errors.contains("nobody took its bytes"))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["key"])
        }
    }

    @Test("where the vault is sealed, before or meanwhile, the command says so, ends with 75 and leaves nothing")
    func sealed() async throws {
        try await with { directory, key async throws in
            let sealed = try FakeGateway { _ in .error(503, "sealed", "the gateway is sealed", hint: "Unseal it with 'peta vault unseal'.")
            }
            let refused = try await Peta.run("backup", "create", directory + "/a", "--from-file", key, gateway: sealed)
            #expect(refused.code == 75 && refused.errors == "peta: the gateway is sealed. Unseal it with 'peta vault unseal'.\n")
            let sealing = try FakeGateway { request in
                request.method == "GET"
                    ? .error(503, "sealed", "the gateway is sealed")
                    : .raw("HTTP/1.1 200 OK\r\npeta-backup: bk_9\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n", closes: true)
            }
            let broken = try await Peta.run("backup", "create", directory + "/a", "--from-file", key, gateway: sealing)
            #expect(broken.code == 75 && broken.errors.contains("was sealed while the backup was made") && broken.errors.contains("unseal"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["key"])
        }
    }

    @Test("an answer that ends well and has another length than the gateway says is no backup")
    func otherLength() async throws {
        try await with { directory, key async throws in
            let gateway = try FakeGateway { request in
                if request.method == "GET" {
                    return .json(#"{"id":"bk_9","state":"done","startedAt":"2026-01-01T00:00:00Z","bytes":4,"uid":0}"#)
                }
                return .raw("HTTP/1.1 200 OK\r\npeta-backup: bk_9\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n")
            }
            let made = try await Peta.run("backup", "create", directory + "/a", "--from-file", key, gateway: gateway)
            #expect(made.code == 1 && made.errors.contains("not a whole backup"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["key"])
        }
    }

    @Test(
        "what contradicts itself is wrong usage, and asks nobody",
        arguments: [
            ["create"], ["create", "a", "--stdin", "--from-file", "x"], ["create", "a", "--secret", "s", "--stdin"],
            ["create", "-", "--json", "--stdin"], ["create", "a"], ["create", "a", "--passphrase-fd", "x"],
            ["create", "a", "--passphrase-fd", "-1"], ["create", "", "--stdin"], ["verify", "-", "--stdin"], ["verify", "-"], ["verify"],
            ["restore"], ["restore", "a", "--vault-passphrase-fd", "3", "--vault-passphrase-file", "x"], ["show", "a", "b"],
        ])
    func usage(_ arguments: [String]) async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run(
            list: ["backup"] + arguments.map { $0 == "a" ? arguments[0] == "create" ? "/nowhere/a" : "/etc/hostname" : $0 },
            gateway: gateway)
        #expect(outcome.code == 64, "\(outcome.errors)")
        #expect(gateway.requests.isEmpty)
    }

    @Test("passphrases that are empty or far too long, and files that cannot be read, are told as what they are")
    func passphrases() async throws {
        try await with { directory, key async throws in
            let empty = directory + "/empty"
            try "\n".write(toFile: empty, atomically: true, encoding: .utf8)
            let long = directory + "/long"
            try String(repeating: "x", count: 8193).write(toFile: long, atomically: true, encoding: .utf8)
            for (file, code) in [(empty, Int32(65)), (long, 1), (directory, 1), (directory + "/none", 66)] {
                let outcome = try await Peta.run("backup", "verify", key, "--from-file", file)
                #expect(outcome.code == code, "\(file): \(outcome.errors)")
            }
            #expect(try await Peta.run("backup", "verify", key, "--passphrase-fd", "2147483647").code == 65)
            #expect(try await Peta.run("backup", "verify", directory, "--from-file", key).code == 1)
            #expect(try await Peta.run("backup", "verify", directory + "/x", "--from-file", key).code == 66)
        }
    }

    @Test("findings are shown and end with 65; a wrong passphrase too, with what to do")
    func findings() async throws {
        let damaged = try await Peta.run("backup", "verify", "/etc/hostname", "--stdin", input: "damaged")
        #expect(damaged.code == 65 && damaged.output.contains("the secret a\\u{1b} does not open"))
        let wrong = try await Peta.run("backup", "verify", "/etc/hostname", "--stdin", "--json", input: "wrong")
        #expect(wrong.code == 65 && wrong.errors.contains(#""code":"invalid_argument""#) && wrong.errors.contains("/etc/hostname"))
    }

    @Test("a restore over a state asks, and without a terminal wants --yes; a new one asks nothing")
    func consent() async throws {
        let refused = try await Peta.run(
            "backup", "restore", "/etc/hostname", "--stdin", "--replace", "--data-dir", "/d", input: "x")
        #expect(refused.code == 64 && refused.errors.contains("--yes"))
        let fresh = try await Peta.run(
            "backup", "restore", "/etc/hostname", "--stdin", "--data-dir", "/d", input: "x")
        #expect(fresh.code == 0 && !fresh.output.contains("To go back"))
    }
}
