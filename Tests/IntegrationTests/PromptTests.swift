import Foundation
import PetaTestSupport
import Testing

/// What is asked at a terminal, by the real binary in one of its own. The questions of `approve` are in ReviewerTests, those of the shell in
/// ShellTerminalTests.
@Suite("Questions at a terminal")
struct PromptTests {
    private static let passphrase = VaultOperationTests.passphrase
    private static let other = "neun düstere Möwen 漢字"

    private func terminal(_ arguments: [String], socket: String, columns: Int = 80) throws -> TerminalProcess {
        try TerminalProcess(
            PetaBinary.path(), arguments,
            environment: ChildProcess.plainEnvironment.merging(["PETA_SOCKET": socket, "TERM": "xterm"]) { $1 }, columns: columns)
    }

    /// Types a line once it is hidden: what comes before is flushed.
    private func answer(_ terminal: TerminalProcess, _ question: String, times: Int = 1, _ line: String) throws {
        try terminal.see("'\(question)', hidden") { _, output in
            output.components(separatedBy: question).count > times && !terminal.isCooked
        }
        try terminal.type(line)
    }

    /// A passphrase that is asked for is never on the screen.
    private func expectHidden(_ terminal: TerminalProcess) {
        for secret in [Self.passphrase, Self.other, "wrong horse"] { #expect(!terminal.output.contains(secret)) }
        #expect(terminal.isCooked)
    }

    @Test("the first start asks twice for a new passphrase, a later one three times for the right one")
    func serve() throws {
        let place = try TemporaryDirectory()
        let arguments = [
            "serve", "--listen", "127.0.0.1:\(try Gateway.freePort())", "--data-dir", place.path("data"), "--admin-socket", place.path("s"),
            "--ask-passphrase",
        ]
        let first = try terminal(arguments, socket: place.path("s"))
        try answer(first, "New passphrase", Self.passphrase + "\r")
        try answer(first, "once more", Self.other + "\r")
        try first.read("not the same")
        try answer(first, "New passphrase", times: 2, Self.other + "\r")
        try answer(first, "once more", times: 2, Self.other + "\r")
        try first.read("serves MCP at")
        first.signal(SIGTERM)
        #expect(try first.end() == .exited(0))
        expectHidden(first)
        #expect(!FileManager.default.fileExists(atPath: place.path("data/key")))

        let second = try terminal(arguments, socket: place.path("s"))
        try answer(second, "assphrase", "wrong horse battery staple\r")
        try second.read("not the passphrase")
        try answer(second, "assphrase of the vault: ", times: 2, Self.other + "\r")
        try second.read("serves MCP at")
        second.signal(SIGTERM)
        #expect(try second.end() == .exited(0))
        expectHidden(second)

        let third = try terminal(arguments, socket: place.path("s"))
        try answer(third, "assphrase", "half of it\u{3}")
        #expect(try third.end() == .exited(130))
        expectHidden(third)
    }

    @Test("unsealing asks again after a wrong passphrase; Ctrl-C sends nothing and leaves the terminal as it was")
    func unseal() throws {
        let (first, _, _) = try VaultOperationTests.start()
        try first.stop()
        let gateway = try first.restarted(arguments: [], sealed: true)
        let given = try terminal(["vault", "unseal"], socket: gateway.socket)
        try answer(given, "Passphrase of the vault: ", "abc\u{3}")
        #expect(try given.end() == .exited(130))
        expectHidden(given)
        #expect(try VaultOperationTests.state(gateway)["failedAttempts"] as? Int == 0)

        let right = try terminal(["vault", "unseal"], socket: gateway.socket, columns: 20)
        try answer(right, "Passphrase of the vault: ", "wrong horse battery staple\r")
        try answer(right, "Passphrase of the vault: ", times: 2, Self.passphrase + "\r")
        try right.read("the vault is open")
        #expect(try right.end() == .exited(0))
        expectHidden(right)
        try gateway.stop()
    }

    @Test("a change of the passphrase takes one with wide characters, typed twice alike, and says so where it is not")
    func change() throws {
        let (gateway, _, _) = try VaultOperationTests.start()
        let wrong = try terminal(["vault", "passphrase"], socket: gateway.socket)
        try answer(wrong, "Present passphrase: ", Self.passphrase + "\r")
        try answer(wrong, "New passphrase", Self.other + "\r")
        try answer(wrong, "once more", Self.other + "x\r")
        try wrong.read("not the same")
        #expect(try wrong.end() == .exited(65))
        expectHidden(wrong)

        let right = try terminal(["vault", "passphrase"], socket: gateway.socket)
        try answer(right, "Present passphrase: ", Self.passphrase + "\r")
        // A wide character that is taken back takes all of its bytes along.
        try answer(right, "New passphrase", Self.other + "漢\u{7F}\r")
        try answer(right, "once more", Self.other + "\r")
        try right.read("opens the vault now")
        #expect(try right.end() == .exited(0))
        expectHidden(right)

        try gateway.stop()
        let again = try gateway.restarted(arguments: [], sealed: true)
        #expect(try VaultOperationTests.unseal(again).status == 77)
        #expect(try VaultOperationTests.unseal(again, Self.other).status == 0)
        try again.stop()
    }

    @Test("sealing and removing ask first, and only yes does it; a terminal that goes away is no yes")
    func consent() throws {
        let gateway = try Gateway()
        try gateway.addDemo("files")
        for (keys, end) in [
            ("n\r", .exited(1)), ("\r", .exited(1)), ("\u{4}", .exited(1)), ("\u{3}", .signalled(SIGINT)),
        ] as [(String, ChildProcess.End)] {
            let asked = try terminal(["vault", "seal"], socket: gateway.socket)
            try asked.read("[y/N] ")
            try asked.type(keys)
            #expect(try asked.end() == end, "\(keys.debugDescription): \(asked.output)")
        }
        let gone = try terminal(["server", "remove", "files"], socket: gateway.socket)
        try gone.read("[y/N] ")
        gone.hangUp()
        #expect(try gone.end() != .exited(0))
        #expect(try VaultOperationTests.state(gateway)["sealed"] as? Bool == false)
        #expect(try gateway.peta("server", "show", "files").status == 0)
        let yes = try terminal(["vault", "seal"], socket: gateway.socket)
        try yes.read("[y/N] ")
        try yes.type("y\r")
        try yes.read("the vault is sealed")
        #expect(try yes.end() == .exited(0))
        try gateway.stop()
    }
}
