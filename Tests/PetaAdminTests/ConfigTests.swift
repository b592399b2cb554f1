import PetaAdmin
import PetaAdminAPI
import Synchronization
import Testing

@Suite("Configuration over the admin protocol")
struct ConfigTests {
    @Test("a reload is recorded with the keys that changed and without their values; asking is no act")
    func recorded() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.ask { try $0.configuration() }.settings.map(\.key) == ["log.level"])
            #expect(peta.recorder.acts.isEmpty)
            #expect(try await peta.ask { try $0.reloadConfiguration() }.changed.count == 1)
            let act = try #require(peta.recorder.acts.first)
            #expect(act.method == "POST /v1/config/reload" && act.outcome == .ok)
            #expect(act.target == "log.level, the certificate")
        }
    }

    @Test("the doctor is asked for a quick look or a full one, also while the vault is sealed, and that is no act")
    func doctor() async throws {
        try await withFixture { peta async throws in
            let stage = peta.stage
            try await peta.serving(stage: stage) {
                let looks = [
                    (false, DoctorFinding("database.integrity", .ok, "some was read")),
                    (true, DoctorFinding("database.integrity", .failure, "all was read", remedy: "mend it")),
                ]
                for (full, expected) in looks {
                    let found = try await peta.ask { try $0.doctor(full: full) }
                    #expect(found == [expected])
                }
                #expect(try await peta.raw("GET", "/v1/doctor?full=true").text.contains("all was read"))
                #expect(try await peta.raw("GET", "/v1/doctor?full=perhaps").status == 400)
                #expect(try await peta.raw("GET", "/v1/doctor?depth=2").status == 400)
                stage.seal()
                #expect(try await peta.raw("GET", "/v1/doctor").status == 200)
                #expect(peta.recorder.acts.isEmpty)
            }
        }
    }

    @Test("a configuration that cannot be used is told of with file and line, and recorded as an error")
    func wrong() async throws {
        try await withAdmin { peta async throws in
            peta.configuration.isWrong.withLock { $0 = true }
            let answer = try await peta.raw("POST", "/v1/config/reload")
            #expect(answer.status == 400 && answer.text.contains("/etc/peta/peta.yaml:3: loops"))
            #expect(peta.recorder.acts.first?.outcome == .error)
        }
    }
}
