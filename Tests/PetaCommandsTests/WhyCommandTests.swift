import Foundation
import PetaAdminAPI
import PetaCommands
import Testing

@Suite("The command that explains")
struct WhyCommandTests {
    @Test("a page has at most 80 columns, and nothing on it moves a terminal")
    func page() async throws {
        let outcome = try await Peta.run("why", "r7", gateway: try Samples.gateway())
        #expect(outcome.code == 0)
        for line in outcome.output.split(separator: "\n") { #expect(DisplayWidth.of(String(line)) <= 80, "\(line)") }
        #expect(!outcome.output.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
    }

    @Test("the newest call of a user is looked for and then explained by its number")
    func last() async throws {
        let gateway = try Samples.gateway()
        #expect(try await Peta.run("why", "--last", "alice", gateway: gateway).code == 0)
        #expect(gateway.requests.map(\.line) == ["GET /v1/audit/query?user=alice&kind=call&limit=1", "GET /v1/why/7"])
        let none = try await Peta.run("why", "--last", gateway: try FakeGateway { _ in .chunked([]) })
        #expect(none.code == 66)
    }

    @Test("an unknown call ends with 66, no call at all with 64")
    func unknown() async throws {
        #expect(try await Peta.run("why", "r9", gateway: try Samples.gateway()).code == 66)
        #expect(try await Peta.run("why", gateway: try Samples.gateway()).code == 64)
    }

    @Test("a difference is asked with what was given, and ends with 1 only where that is wanted")
    func difference() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run("policy", "diff", "-f", "-", "--name", "n", "--last", "9", gateway: gateway, input: "rules: []")
        #expect(outcome.code == 0 && !outcome.output.contains("\u{1B}"))
        #expect(gateway.requests.map(\.line) == ["POST /v1/policy/diff"])
        #expect(gateway.requests.first?.text == #"{"text":"rules: []","set":"n","last":9}"#)
        #expect(try await Peta.run("policy", "diff", "-f", "-", "--exit-code", gateway: gateway, input: "x").code == 1)
        for wrong in [["--last", "0"], ["--last", "100001"], ["--since", "noon"], ["--until", "x"]] {
            #expect(try await Peta.run(list: ["policy", "diff", "-f", "-"] + wrong, gateway: gateway, input: "x").code == 64, "\(wrong)")
        }
    }
}
