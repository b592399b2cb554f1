import Foundation
import PetaAdminAPI
import PetaCommands
import Testing

@Suite struct VaultCommandTests {
    private static func state(_ change: (inout VaultState) -> Void) -> String {
        var state = Samples.vault
        change(&state)
        return Samples.json(state)
    }

    @Test("a sealed gateway is shown with what opens it, attempts and what to do; a rotation with what is left and why it stands")
    func sealed() async throws {
        let body = Self.state {
            $0.sealed = true
            $0.key = .keyFile
            $0.keyFile = "/data/key\u{1B}[2J"
            $0.iterations = nil
            $0.failedAttempts = 3
            $0.rotation = .init(recordsLeft: 1, error: "database or disk is full")
            $0.next = "unseal it with 'peta vault unseal'"
        }
        let gateway = try FakeGateway { _ in .json(body) }
        let outcome = try await Peta.run("vault", gateway: gateway)
        #expect(outcome.code == 0)
        #expect(
            outcome.output == """
                vault      sealed: no client is served
                opened by  the key file /data/key\\u{1b}[2J
                created    1 h ago
                key        generation 3, made 1 h ago
                rotation   1 record left
                attempts   3 to unseal it failed since it was open
                problem: the rotation does not go on: database or disk is full
                next: unseal it with 'peta vault unseal'

                """)
    }

    @Test("status of a sealed gateway says so, and a command against it ends with 75 and the way out")
    func status() async throws {
        var status = Samples.status
        status.sealed = true
        status.problems = ["the vault is sealed"]
        let body = Samples.json(status)
        let gateway = try FakeGateway { request in
            request.line == "GET /v1/status"
                ? .json(body) : .error(503, "sealed", "the gateway is sealed", hint: "Unseal it with 'peta vault unseal'.")
        }
        let shown = try await Peta.run("status", gateway: gateway)
        #expect(shown.code == 0)
        #expect(shown.output.contains("vault   sealed\n") && shown.output.contains("problem: the vault is sealed\n"))
        #expect(!shown.output.contains("sessions"))
        let other = try await Peta.run("server", "list", gateway: gateway)
        #expect(other.code == 75)
        #expect(other.errors == "peta: the gateway is sealed. Unseal it with 'peta vault unseal'.\n")
    }

    @Test("a passphrase comes from standard input, a descriptor or a file, without one line end")
    func unseal() async throws {
        let body = Self.state { $0.sealed = true }
        let gateway = try FakeGateway { _ in .json(body) }
        try await TemporaryDirectory.with { directory in
            try Data("from file\r\n".utf8).write(to: URL(fileURLWithPath: directory + "/p"))
            _ = try await Peta.run("vault", "unseal", "--stdin", gateway: gateway, input: "from stdin\n")
            _ = try await Peta.run("vault", "unseal", "--from-file", directory + "/p", gateway: gateway)
            let bodies = gateway.requests.filter { $0.line == "POST /v1/vault/unseal" }.map(\.text)
            #expect(bodies == ["from stdin", "from file"])
            #expect(try await Peta.run("vault", "unseal", "--from-file", directory + "/none", gateway: gateway).code == 66)
        }
        for (arguments, input, code) in [
            (["--stdin"], "\n", Int32(65)), ([], "", 64), (["--passphrase-fd", "-2"], "", 64), (["--passphrase-fd", "1000000"], "", 65),
            (["--stdin", "--from-file", "x"], "", 64),
        ] {
            let outcome = try await Peta.run(list: ["vault", "unseal"] + arguments, gateway: gateway, input: input)
            #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
        }
        #expect(gateway.requests.filter { $0.line == "POST /v1/vault/unseal" }.count == 2)
    }

    @Test("a vault that a key file opens takes no passphrase, and needs none")
    func keyFile() async throws {
        let body = Self.state {
            $0.sealed = true
            $0.key = .keyFile
        }
        let gateway = try FakeGateway { _ in .json(body) }
        let given = try await Peta.run("vault", "unseal", "--stdin", gateway: gateway, input: "x\n")
        #expect(given.code == 65 && given.errors.contains("key file"))
        #expect(try await Peta.run("vault", "unseal", gateway: gateway).code == 0)
        #expect(gateway.requests.last?.line == "POST /v1/vault/unseal" && gateway.requests.last?.text == "")
    }

    @Test("the present and the new passphrase go with a NUL between them")
    func passphrase() async throws {
        let gateway = try Samples.gateway()
        let done = try await Peta.run("vault", "passphrase", "--stdin", gateway: gateway, input: "old one\nnew one\n")
        #expect(done.code == 0)
        #expect(done.output.contains("the key file was removed") && done.output.contains("peta vault rotate"))
        #expect(gateway.requests.last?.target == "/v1/vault/key?to=passphrase")
        #expect(gateway.requests.last?.text == "old one\0new one")
        _ = try await Peta.run("vault", "passphrase", "--key-file", "--stdin", gateway: gateway, input: "old one\n")
        #expect(gateway.requests.last?.target == "/v1/vault/key?to=keyfile")
        #expect(gateway.requests.last?.text == "old one\0")
        let count = gateway.requests.filter { $0.line.hasPrefix("PUT") }.count
        for (arguments, input, code) in [
            (["--stdin"], "only one\n", Int32(65)), (["--stdin"], "a\nb\nc\n", 65), (["--stdin"], "a\n\n", 65), ([], "", 64),
            (["--key-file", "--from-file", "x"], "", 64), (["--stdin", "--current-file", "x"], "", 64),
        ] {
            let outcome = try await Peta.run(list: ["vault", "passphrase"] + arguments, gateway: gateway, input: input)
            #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
        }
        #expect(gateway.requests.filter { $0.line.hasPrefix("PUT") }.count == count)
    }

    @Test("sealing asks first, and where nobody can be asked wants to be told")
    func seal() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run("vault", "seal", gateway: gateway)
        #expect(outcome.code == 64 && outcome.errors.contains("--yes"))
        #expect(!gateway.requests.contains { $0.line.hasPrefix("POST") })
    }

    @Test("a rotation is waited for, and ends with what holds it up")
    func rotate() async throws {
        let (left, stuck) = (
            Self.state { $0.rotation = .init(recordsLeft: 7, error: nil) },
            Self.state { $0.rotation = .init(recordsLeft: 7, error: "database or disk is full") }
        )
        let done = Samples.json(Samples.vault)
        let good = try FakeGateway { request in request.method == "POST" ? .json(left) : .json(done) }
        let outcome = try await Peta.run("vault", "rotate", gateway: good)
        #expect(outcome.code == 0 && outcome.output == "everything is sealed with the key of generation 3\n")
        #expect(good.requests.map(\.line) == ["POST /v1/vault/rotate", "GET /v1/vault"])
        let bad = try FakeGateway { request in request.method == "POST" ? .json(left) : .json(stuck) }
        let failed = try await Peta.run("vault", "rotate", gateway: bad)
        #expect(failed.code == 1 && failed.errors.contains("disk is full") && failed.errors.contains("Nothing is lost"))
        let early = try await Peta.run("vault", "rotate", "--no-wait", gateway: bad)
        #expect(early.code == 0 && early.output.contains("7 records to be sealed anew"))
        #expect(bad.requests.count == 3)
    }
}
