import Foundation
import PetaAdminAPI
import PetaCommands
import Testing

@Suite("The commands of the address list and of limits")
struct NetworkCommandTests {
    @Test("a bare noun shows, and each verb sends what was said")
    func requests() async throws {
        let gateway = try Samples.gateway()
        for words in [
            ["network"], ["network", "allow"], ["network", "allow", "add", "10.0.0.0/8", "--note", "a b", "--workspace", "fin"],
            ["network", "allow", "remove", "2001:db8::/32", "--workspace", "fin", "--yes"], ["network", "allow", "remove", "::1"],
            ["network", "mode"], ["network", "mode", "report"], ["network", "mode", "enforce", "--yes"],
        ] { #expect(try await Peta.run(list: words, gateway: gateway).code == 0, "\(words)") }
        #expect(
            gateway.requests.map(\.line) == [
                "GET /v1/network", "GET /v1/network", "POST /v1/network/allow",
                "DELETE /v1/network/allow?range=2001%3Adb8%3A%3A%2F32&workspace=fin&confirmed=true",
                "DELETE /v1/network/allow?range=%3A%3A1",
                "GET /v1/network", "PUT /v1/network/mode", "PUT /v1/network/mode",
            ])
        #expect(gateway.requests[2].text.contains(#""note":"a b""#) && gateway.requests[2].text.contains(#""workspace":"fin""#))
        #expect(gateway.requests.last?.text.contains(#""confirmed":true"#) == true)
    }

    @Test("a mode that is none is refused with a suggestion, and nothing is sent")
    func wrongMode() async throws {
        let gateway = try Samples.gateway()
        let outcome = try await Peta.run("network", "mode", "enforced", gateway: gateway)
        #expect(outcome.code == 64 && outcome.errors.contains("did you mean 'enforce'?") && gateway.requests.isEmpty)
    }

    @Test("limits of a user are set, go back to the default, or are taken off; what is not named is not sent")
    func limits() async throws {
        let gateway = try Samples.gateway()
        for options in [
            ["--rate-limit", "5/s", "--concurrent", "3"], ["--rate-limit", "default", "--concurrent", "default"], ["--concurrent", "none"],
            ["--workspace", "fin"],
        ] { #expect(try await Peta.run(list: ["user", "update", "alice"] + options, gateway: gateway).code == 0) }
        #expect(
            gateway.requests.map(\.text) == [
                #"{"rateLimit":"5/s","concurrent":3}"#, #"{"rateLimit":null,"concurrent":null}"#, #"{"concurrent":0}"#,
                #"{"workspace":"fin"}"#,
            ])
        for count in ["0", "-1", "many"] {
            #expect(try await Peta.run("user", "update", "alice", "--concurrent", count, gateway: gateway).code == 64)
        }
    }
}
