import PetaAdmin
import PetaAdminAPI
import Testing

@Suite("Routes of the log's levels")
struct LogTests {
    @Test("levels are read freely; setting and resetting them are acts that say what was set")
    func life() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.ask { try $0.logLevels() }.parts.first?.level == "debug")
            #expect(peta.recorder.acts.isEmpty)
            _ = try await peta.ask { try $0.setLogLevels(LogLevelRequest(level: "debug", parts: ["gateway": "trace", "audit": "info"])) }
            #expect(try await peta.ask { try $0.resetLogLevels() }.parts.count == 1)
            #expect(peta.levels.notes.last == "reset")
            #expect(peta.recorder.acts.map(\.method) == ["PUT /v1/log/levels", "DELETE /v1/log/levels"])
            #expect(peta.recorder.acts.map(\.target) == ["debug audit=info gateway=trace", "reset"])
        }
    }

    @Test("a request that sets nothing, or a level that is none, is refused and changes nothing")
    func refused() async throws {
        try await withAdmin { peta async throws in
            #expect(try await peta.code { _ = try $0.setLogLevels(LogLevelRequest()) } == .invalidArgument)
            #expect(try await peta.code { _ = try $0.setLogLevels(LogLevelRequest(parts: [:])) } == .invalidArgument)
            #expect(try await peta.code { _ = try $0.setLogLevels(LogLevelRequest(level: "loud")) } == .invalidArgument)
            #expect(peta.levels.notes.isEmpty)
        }
    }
}
