import Glibc
import PetaCommands
import Testing

/// What is asked at a terminal.
@Suite struct QuestionTests {
    private func run(_ arguments: [String], when prompt: String, type keys: String, gateway: FakeGateway) async throws -> (
        code: Int32, screen: String, echoes: Bool
    ) {
        let terminal = try PseudoTerminal(when: prompt, type: keys)
        let variables = Peta.variables.merging(["PETA_SOCKET": gateway.path, "NO_COLOR": "1"]) { $1 }
        let console = Console(input: terminal.terminal, output: terminal.terminal, errors: terminal.terminal, variables: variables)
        let environment = CommandEnvironment(serve: { _ in }, demoServer: { _ in }, version: "")
        let code = await PetaCommand.run(arguments, environment: environment, variables: variables, console: console, now: { Peta.now })
        let echoes = terminal.echoes
        return (code, terminal.finish(), echoes)
    }

    @Test("a secret is asked for without being shown, and can be corrected while typing")
    func hiddenInput() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await run(
            ["secret", "set", "files"], when: "not shown", type: "wrong\u{15}s3cré\u{7F}etx\u{7F}\r", gateway: gateway)
        #expect(outcome.code == 0)
        #expect(gateway.requests.map(\.text) == ["s3cret"])
        #expect(outcome.screen == "Value of files (not shown): \r\nfiles: stored, version 2\r\n")
        #expect(outcome.echoes)
    }

    @Test("Ctrl-C at the question for a secret sends nothing, ends with 130 and leaves the terminal as it was")
    func interrupted() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await run(["secret", "set", "files"], when: "not shown", type: "abc\u{3}", gateway: gateway)
        #expect(outcome.code == 130)
        #expect(outcome.echoes)
        #expect(gateway.requests.isEmpty)
    }

    @Test("a changed tool is shown with nothing hidden before it is accepted, and accepted with the digest of what was shown")
    func acceptance() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await run(
            ["server", "tool", "accept", "files", "list_directory"], when: "as shown? [y/N]", type: "y\n", gateway: gateway)
        #expect(outcome.code == 0)
        #expect(outcome.screen.contains(#"+ \u{1b}[31mAll levels.\u{202e}\u{200b}"#), "\(outcome.screen)")
        #expect(gateway.requests.last?.text == #"{"tools":[{"tool":"list_directory","digest":"9f86d0"}]}"#)
        let refused = try await run(["server", "tool", "accept", "files", "--all"], when: "as shown? [y/N]", type: "n\n", gateway: gateway)
        #expect(refused.code == 1)
        #expect(gateway.requests.count == 3)
    }

    @Test("only yes removes", arguments: [("y\n", 0), ("YES\n", 0), ("n\n", 1), ("\n", 1), ("\u{4}", 1)] as [(String, Int32)])
    func confirmation(_ keys: String, _ code: Int32) async throws {
        let gateway = try Samples.gateway()
        let outcome = try await run(["server", "remove", "files"], when: "[y/N]", type: keys, gateway: gateway)
        #expect(outcome.code == code)
        #expect(gateway.requests.count == (code == 0 ? 1 : 0))
    }
}
