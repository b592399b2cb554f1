import Glibc
import PetaAdmin
import PetaAdminAPI
import Testing

@Suite("Routes of the address list")
struct NetworkTests {
    @Test("ranges are added and removed and the mode is set, each as an act that names what it concerns")
    func life() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.ask { try $0.network() } == NetworkState(mode: "off", entries: []))
            _ = try await peta.ask { try $0.allow(NewNetworkRange(range: "10.0.0.0/8", note: "office")) }
            _ = try await peta.ask { try $0.allow(NewNetworkRange(range: "2001:db8::/32", workspace: "fin")) }
            #expect(try await peta.ask { try $0.setNetworkMode(NetworkModeRequest(mode: "enforce", confirmed: true)) }.mode == "enforce")
            try await peta.ask { try $0.disallow("10.0.0.0/8", workspace: "a&b", confirmed: false) }
            let who = "uid:\(geteuid())"
            #expect(
                peta.network.notes == [
                    "allow 10.0.0.0/8 - office \(who)", "allow 2001:db8::/32 fin - \(who)", "mode enforce true",
                    "disallow 10.0.0.0/8 a&b false",
                ])
            #expect(
                peta.recorder.acts.map(\.method) == [
                    "POST /v1/network/allow", "POST /v1/network/allow", "PUT /v1/network/mode", "DELETE /v1/network/allow",
                ])
            #expect(peta.recorder.acts.map(\.target) == ["10.0.0.0/8", "2001:db8::/32", "enforce", "10.0.0.0/8"])
        }
    }

    @Test("what would shut everybody out is refused until it is confirmed")
    func confirmation() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.code { try $0.disallow("last", workspace: nil, confirmed: false) } == .notPermitted)
            #expect(try await peta.code { try $0.disallow("last", workspace: nil, confirmed: true) } == nil)
        }
    }

    @Test("a user's workspace, rate and number of calls are set, kept, and go back to the default; what is none is refused")
    func userLimits() async throws {
        try await withAdmin { peta async throws in
            let made = try await peta.ask {
                try $0.addUser(NewUser(id: "bob", workspace: "fin", rateLimit: "100/min", concurrent: 3))
            }
            #expect(made.workspace == "fin" && made.rateLimit == "100/min" && made.concurrent == 3)
            var patch = UserPatch()
            patch.notes = "x"
            let noted = patch
            let kept = try await peta.ask { client in try client.updateUser("bob", noted) }
            #expect(kept.rateLimit == "100/min")
            patch.rateLimit = .some(nil)
            patch.concurrent = .some(nil)
            patch.workspace = "ops"
            let undone = patch
            let back = try await peta.ask { client in try client.updateUser("bob", undone) }
            #expect(back.rateLimit == nil && back.concurrent == nil && back.workspace == "ops")
            #expect(try await peta.ask { try $0.addUser(NewUser(id: "amy")) }.workspace == "default")
            for rate in ["0/min", "x", "5/day", "-1", "", "10000000", "1/min/s", " 5/s"] {
                #expect(try await peta.code { _ = try $0.addUser(NewUser(id: "eve", rateLimit: rate)) } == .invalidArgument, "\(rate)")
            }
            for name in ["", "A", "1a", "a b", String(repeating: "a", count: 64)] {
                #expect(try await peta.code { _ = try $0.addUser(NewUser(id: "eve", workspace: name)) } == .invalidArgument, "\(name)")
            }
            #expect(try await peta.code { _ = try $0.addUser(NewUser(id: "eve", concurrent: -1)) } == .invalidArgument)
            _ = try await peta.ask { try $0.createToken(user: "bob", NewTokenRequest(rateLimit: "5/s")) }
            #expect(try await peta.ask { try $0.tokens(user: "bob") }.map(\.rateLimit) == ["5/s"])
        }
    }
}
