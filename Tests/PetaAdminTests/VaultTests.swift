import Foundation
import PetaAdmin
import PetaAdminAPI
import PetaIdentity
import Testing

@Suite("Administration of the vault, and of a sealed gateway")
struct VaultTests {
    @Test("passphrases come as bytes, and what is done is recorded under names of its own, without them")
    func acts() async throws {
        try await withAdmin { peta async throws in
            peta.vault.record(with: peta.recorder)
            #expect(try await peta.ask { try $0.unsealVault(Array("päss".utf8)) }.sealed == false)
            _ = try await peta.ask { try $0.unsealVault(nil) }
            #expect(try await peta.ask { try $0.sealVault() }.sealed)
            _ = try await peta.ask { try $0.rotateVault() }
            let change = try await peta.ask { try $0.changeVaultKey(to: .passphrase, Array("old\0new one".utf8)) }
            #expect(change.notes == ["a note"])
            _ = try await peta.ask { try $0.changeVaultKey(to: .keyFile, Array("old\0".utf8)) }
            _ = try await peta.ask { try $0.changeVaultKey(to: .passphrase, Array("\0new".utf8)) }
            #expect(
                peta.vault.notes == [
                    "unseal päss", "unseal -", "seal", "rotate", "change old to new one", "change old to -", "change - to new",
                ])
            let acts = peta.recorder.acts
            #expect(
                acts.map(\.method) == ["vault/unsealed", "vault/unsealed", "vault/sealed", "vault/rotated"]
                    + Array(repeating: "vault/passphrase", count: 3))
            #expect(acts.map(\.target) == [nil, nil, nil, "generation 2", "passphrase", "keyfile", "passphrase"])
            #expect(acts.allSatisfy { $0.outcome == .ok && $0.command == "test words" })
        }
    }

    @Test("a body that is not two passphrases, and a word that names no key, are refused")
    func malformed() async throws {
        try await withAdmin { peta async throws in
            for (target, body) in [
                ("/v1/vault/key?to=passphrase", "no end"), ("/v1/vault/key?to=keyfile", "old\0new"), ("/v1/vault/key?to=stone", "a\0b"),
                ("/v1/vault/key", "a\0b"),
            ] {
                #expect(try await peta.raw("PUT", target, body: body).status == 400, "\(target)")
            }
            #expect(try await peta.raw("POST", "/v1/vault/unseal", body: String(repeating: "x", count: 5000)).status == 413)
            #expect(peta.vault.notes.isEmpty)
            #expect(peta.recorder.acts.allSatisfy { $0.outcome == .error })
        }
    }

    @Test("a wrong passphrase is an act that failed, recorded while there is something to record with")
    func wrong() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.code { _ = try $0.unsealVault(Array("wrong".utf8)) } == .notPermitted)
            #expect(peta.recorder.acts.map(\.method) == ["vault/unsealed"])
            #expect(peta.recorder.acts.map(\.outcome) == [.denied])
        }
    }

    @Test("an administrator may seal and unseal; keys are the owner's to change", .enabled(if: Stranger.isPossible))
    func owners() async throws {
        try await withFixture { peta async throws in
            try await peta.serving(authority: Stranger.authority(isMember: true)) { () async throws in
                #expect(try await Stranger.ask(peta, "POST", "/v1/vault/seal").status == 200)
                #expect(try await Stranger.ask(peta, "POST", "/v1/vault/unseal", body: "x").status == 200)
                #expect(try await Stranger.ask(peta, "POST", "/v1/vault/rotate").status == 403)
                #expect(try await Stranger.ask(peta, "PUT", "/v1/vault/key?to=keyfile", body: "a b").status == 403)
                #expect(peta.vault.notes == ["seal", "unseal x"])
            }
        }
    }

    @Test("sealed, status and vault answer, everything else says how to unseal it")
    func sealed() async throws {
        try await withFixture { peta async throws in
            let stage = AdminStage(sealedStatus: FakeSealedStatus())
            try await peta.serving(stage: stage) { () async throws in
                #expect(try await peta.ask { try $0.status() }.sealed)
                #expect(try await peta.ask { try $0.vault() }.generation == 2)
                for route in AdminServer.routes where !["/v1/status", "/v1/vault", "/v1/doctor"].contains(route.template) {
                    let path = route.template.replacingOccurrences(of: "{", with: "").replacingOccurrences(of: "}", with: "")
                    if ["/v1/vault/unseal", "/v1/vault/seal"].contains(path) { continue }
                    let answer = try await peta.raw(route.method, path)
                    #expect(answer.status == 503, "\(route)")
                    #expect(
                        answer.text.contains(#""code":"sealed""#) && answer.text.contains("peta vault unseal"), "\(route): \(answer.text)")
                }
                // Nothing was recorded, since nothing can be.
                #expect(peta.recorder.acts.isEmpty)
                stage.open(peta.parts)
                #expect(try await peta.raw("GET", "/v1/users").status == 200)
                stage.seal()
                #expect(try await peta.code { _ = try $0.users() } == .sealed)
            }
        }
    }

    @Test("sealing ends the streams, at once and whole")
    func streams() async throws {
        try await withFixture { peta async throws in
            let stage = peta.stage
            try await peta.serving(stage: stage) { () async throws in
                let (heard, told) = AsyncStream<Void>.makeStream()
                let stream = Task {
                    try await peta.ask { client in
                        // Returns where the stream ends by itself, and throws where it is cut off.
                        try client.lines("/v1/audit/tail", parameters: [("n", "1"), ("follow", "true")]) { _ in
                            told.yield()
                            return true
                        }
                        return true
                    }
                }
                for await _ in heard { break }
                stage.seal()
                await stage.settle(within: .seconds(120))
                #expect(try await stream.value)
            }
        }
    }
}
