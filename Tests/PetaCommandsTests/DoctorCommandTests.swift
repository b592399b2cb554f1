import PetaAdminAPI
import PetaCommands
import Testing

@Suite("peta doctor")
struct DoctorCommandTests {
    private static func gateway(_ findings: [DoctorFinding]) throws -> FakeGateway {
        try FakeGateway { request in
            request.target.hasPrefix("/v1/doctor") ? .json(Samples.json(findings)) : .json(Samples.json(Samples.status))
        }
    }

    @Test("what is wrong comes with its remedy, in text and in JSON as checked in")
    func shown() async throws {
        let gateway = try Self.gateway(Samples.findings)
        for (suffix, options) in [("txt", []), ("json", ["--json"])] {
            let answer = try await Peta.run(list: ["doctor"] + options, gateway: gateway)
            #expect(answer.code == 1 && answer.errors.isEmpty)
            try Golden.check(answer.output, "answers/doctor-findings.\(suffix)")
        }
    }

    @Test("the exit code tells the worst of it")
    func codes() async throws {
        for (severities, code) in [([], 0), ([.ok], 0), ([.ok, .warning], 2), ([.warning, .failure, .ok], 1)]
            as [([DoctorFinding.Severity], Int32)]
        {
            let gateway = try Self.gateway(severities.map { DoctorFinding("a.b", $0, "words", remedy: $0 == .ok ? nil : "true") })
            #expect(try await Peta.run("doctor", gateway: gateway).code == code, "\(severities)")
        }
    }

    @Test("a full look is asked for as such; without a gateway the place is looked at, and that none runs is the first thing said")
    func asked() async throws {
        let gateway = try Self.gateway([])
        _ = try await Peta.run("doctor", "--full", gateway: gateway)
        #expect(gateway.requests.first?.line == "GET /v1/doctor?full=true")
        let none = try await Peta.run(list: ["doctor", "--json"], variables: CommandSamples.variables)
        let first = try JSONReader.read(Array(none.output.utf8)).elements?.first
        #expect(none.code == 1 && first?["check"]?.stringValue == "gateway.running")
        #expect(first?["remedy"]?.stringValue?.isEmpty == false)
    }
}
