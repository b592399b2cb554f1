import Foundation
import PetaTestSupport
import Testing

@Suite("the passphrase of the vault")
struct VaultPassphraseTests {
    private static let passphrase = VaultOperationTests.passphrase

    private func serve(_ place: TemporaryDirectory, _ shell: String, environment: [String: String] = [:]) throws -> RunResult {
        let command = """
            exec '\(try PetaBinary.path())' serve --listen 127.0.0.1:\(try Gateway.freePort()) --data-dir '\(place.path("data"))' \
            --admin-socket '\(place.path("s"))' \(shell)
            """
        return try run("/bin/sh", ["-c", command], environment: ChildProcess.plainEnvironment.merging(environment) { $1 })
    }

    @Test("it is taken from a descriptor, a file or the service manager's credential")
    func sources() throws {
        let place = try TemporaryDirectory()
        let file = try place.write(Self.passphrase + "\r\n", to: "passphrase")
        try FileManager.default.createDirectory(atPath: place.path("cred"), withIntermediateDirectories: false)
        try place.write(Self.passphrase, to: "cred/peta-passphrase", mode: 0o400)
        let first = try Gateway(environment: ["CREDENTIALS_DIRECTORY": place.path("cred")])
        #expect(try VaultOperationTests.state(first)["key"] as? String == "passphrase")
        #expect(try first.peta("secret", "set", "a", "--stdin", stdin: "v").status == 0)
        try first.stop()
        let environment = try Gateway(
            environment: ["PETA_VAULT_PASSPHRASE_FILE": file, "PETA_VAULT_ITERATIONS": "600500"], directory: first.directory)
        #expect(try environment.peta("secret", "show", "a", "--reveal").stdout == "v")
        // A higher number takes effect with the next passphrase that opens it.
        #expect(try VaultOperationTests.state(environment)["iterations"] as? Int == 600_500)
        try environment.stop()
        // A descriptor beyond the standard ones: the shell opens it, and no child of the gateway gets it.
        let socket = first.socket
        let child = try ChildProcess(
            "/bin/sh",
            [
                "-c",
                """
                exec 7<'\(file)'; exec '\(try PetaBinary.path())' serve --listen 127.0.0.1:\(first.port) --data-dir '\(first.data)' \
                --admin-socket '\(socket)' --passphrase-fd 7
                """,
            ])
        try eventually("it serves") { try runPeta("status", environment: ["PETA_SOCKET": socket]).status == 0 }
        #expect(try runPeta("secret", "show", "a", "--reveal", environment: ["PETA_SOCKET": socket]).stdout == "v")
        #expect(!ProcessTable.descriptors(child.pid).values.contains(file))
        child.signal(SIGTERM)
        #expect(try child.wait() == .exited(0))
    }

    @Test("what cannot be a passphrase, and what cannot be read, is refused with the reason, and nothing is made")
    func refused() throws {
        let place = try TemporaryDirectory()
        try place.write("short\n", to: "short")
        try place.write(Self.passphrase, to: "open", mode: 0o644)
        try place.write(String(repeating: "x", count: 3000), to: "long")
        let cases: [(String, Int32, String)] = [
            ("--passphrase-file '\(place.path("none"))'", 66, "none"), ("--passphrase-file '\(place.path("open"))'", 77, "chmod 600"),
            ("--passphrase-file '\(place.path("short"))'", 65, "12"), ("--passphrase-file '\(place.path("long"))'", 65, "1024"),
            ("--passphrase-file /dev/null", 65, "empty"), ("--passphrase-fd 99", 65, "not open"),
            ("--passphrase-fd x", 64, "--passphrase-fd"),
            ("--passphrase-fd 0 --passphrase-file '\(place.path("short"))'", 64, "only one"),
            ("--ask-passphrase </dev/null", 65, "no terminal"),
        ]
        for (arguments, code, words) in cases {
            let result = try serve(place, arguments)
            #expect(result.status == code, "\(arguments): \(result.stderr)")
            #expect(result.stderr.contains(words), "\(arguments): \(result.stderr)")
            #expect(!result.stderr.contains(Self.passphrase))
        }
        #expect(!FileManager.default.fileExists(atPath: place.path("data/key")))
        // And an ordinary first start works afterwards.
        let gateway = try Gateway(directory: place)
        #expect(try VaultOperationTests.state(gateway)["key"] as? String == "keyfile")
        try gateway.stop()
    }

    @Test("a wrong passphrase at the start is refused and changes nothing; one for a vault with a key file is remarked on")
    func wrong() throws {
        let (first, place, _) = try VaultOperationTests.start()
        try first.stop()
        let wrong = try place.write("wrong horse battery staple", to: "wrong")
        let refused = try serve(first.directory, "--passphrase-file '\(wrong)'")
        #expect(refused.status == 77 && refused.stderr.contains("passphrase"))
        let again = try first.restarted()
        #expect(try again.peta("secret", "show", "a", "--reveal").stdout == VaultOperationTests.value)
        #expect(try again.peta("vault", "passphrase", "--key-file", "--stdin", stdin: Self.passphrase + "\n").status == 0)
        #expect(FileManager.default.fileExists(atPath: again.data + "/key"))
        try again.stop()
        let keyed = try again.restarted()
        #expect(keyed.log.contains("opened by its key file"))
        #expect(try keyed.peta("secret", "show", "a", "--reveal").stdout == VaultOperationTests.value)
        try keyed.stop()
    }

    // MARK: prompts

    private func terminal(_ directory: TemporaryDirectory, _ arguments: String..., port: Int? = nil) throws -> TerminalProcess {
        let number = try port ?? Gateway.freePort()
        let environment = ChildProcess.plainEnvironment.merging(["TERM": "xterm", "PETA_SOCKET": directory.path("admin.sock")]) { $1 }
        let serve = [
            "serve", "--listen", "127.0.0.1:\(number)", "--data-dir", directory.path("data"), "--admin-socket",
            directory.path("admin.sock"),
        ]
        return try TerminalProcess(
            PetaBinary.path(), (arguments.first == "serve" ? serve + arguments.dropFirst() : arguments), environment: environment,
            columns: 200)
    }

    @Test("a first start asks twice where it is told to, a later one once, and nothing that is typed is shown")
    func prompts() throws {
        let place = try TemporaryDirectory()
        let first = try terminal(place, "serve", "--ask-passphrase")
        try first.see("New passphrase")
        #expect(!first.isCooked)
        try first.type("x\u{15}correct horse batterz\u{7F}y staple\r")
        try first.see("once more")
        try first.type("something else entirely\r")
        try first.see("not the same")
        try first.see("two prompts more") { $0.filter { $0.contains("New passphrase") }.count == 2 }
        try first.type(Self.passphrase + "\r")
        try first.see("two prompts again") { $0.filter { $0.contains("once more") }.count == 2 }
        try first.type(Self.passphrase + "\r")
        try first.see("The vault opens with your passphrase")
        #expect(first.isCooked)
        first.signal(SIGTERM)
        #expect(try first.end() == .exited(0))
        #expect(!first.output.contains("horse"))
        #expect(!FileManager.default.fileExists(atPath: place.path("data/key")))

        let second = try terminal(place, "serve")
        try second.see("Passphrase of the vault")
        try second.type("wrong horse battery staple\r")
        try second.see("not the passphrase")
        // What is typed before the second question is thrown away.
        try second.see("the question again") { $0.filter { $0.contains("Passphrase of the vault") }.count == 2 }
        try second.type(Self.passphrase + "\r")
        try second.see("serves MCP at")
        let records = try runPeta("audit", "tail", environment: ["PETA_SOCKET": place.path("admin.sock")]).stdout
        #expect(records.contains("vault/unsealed") && records.contains("vault/attempts"))

        let change = try terminal(place, "vault", "passphrase")
        try change.see("Present passphrase")
        try change.type(Self.passphrase + "\r")
        try change.see("New passphrase")
        try change.type("another staple of horses\r")
        try change.see("once more")
        try change.type("another staple of horses\r")
        #expect(try change.end() == .exited(0))
        #expect(!change.output.contains("horse") && change.isCooked)

        let seal = try terminal(place, "vault", "seal")
        try seal.see("[y/N]")
        try seal.type("y\r")
        #expect(try seal.end() == .exited(0))
        let unseal = try terminal(place, "vault", "unseal")
        try unseal.see("Passphrase of the vault")
        try unseal.type(Self.passphrase + "\r")
        try unseal.see("not the one")
        try unseal.see("asked again") { $0.filter { $0.contains("Passphrase of the vault") }.count == 2 }
        try unseal.type("another staple of horses\r")
        try unseal.see("the vault is open")
        #expect(try unseal.end() == .exited(0))
        second.signal(SIGTERM)
        #expect(try second.end() == .exited(0))
        #expect(!second.output.contains("horse"))
    }

    @Test("Ctrl-C at the prompt ends the start, leaves the terminal as it was, and makes no vault")
    func interrupted() throws {
        let place = try TemporaryDirectory()
        let process = try terminal(place, "serve", "--ask-passphrase")
        try process.see("New passphrase")
        try process.type("half a pass\u{3}")
        #expect(try process.end() == .exited(130))
        #expect(process.isCooked)
        #expect(!process.output.contains("half"))
        let gateway = try Gateway(directory: place)
        #expect(try VaultOperationTests.state(gateway)["key"] as? String == "keyfile")
        try gateway.stop()
    }

    @Test("three wrong ones at the prompt end the start")
    func threeWrong() throws {
        let (first, _, _) = try VaultOperationTests.start()
        try first.stop()
        let process = try terminal(first.directory, "serve")
        for number in 1...3 {
            try process.see("prompt \(number)") { $0.filter { $0.contains("Passphrase of the vault") }.count == number }
            try process.type("wrong number \(number)\r")
        }
        #expect(try process.end() == .exited(77))
        #expect(process.isCooked)
    }
}
