import PetaAdminAPI
import Testing

@Suite("Routes that explain what was decided")
struct WhyTests {
    @Test("a call is found by its request id and by its number, what is unknown or too long is not, and reading is no act")
    func why() async throws {
        try await withAdmin { peta async throws in
            for call in ["r7", "7"] { #expect(try await peta.ask { try $0.why(call) }.layer == "rights") }
            #expect(try await peta.code { _ = try $0.why("r8") } == .notFound)
            #expect(try await peta.code { _ = try $0.why("../x") } == .notFound)
            #expect(try await peta.code { _ = try $0.why(String(repeating: "r", count: 200)) } == .notFound)
            #expect(peta.recorder.acts.isEmpty)
        }
    }

    @Test("a difference is asked with everything that was given, within bounds, and is no act; a bad text is refused with all problems")
    func difference() async throws {
        try await withAdmin { peta async throws in
            let trial = PolicyTrial(text: "rules: []", set: "own", last: 5, since: Timestamp(milliseconds: 0))
            #expect(try await peta.ask { try $0.policyDifference(trial) }.different == 1)
            for last in [0, -1, 100_001] {
                #expect(try await peta.code { _ = try $0.policyDifference(PolicyTrial(text: "", last: last)) } == .invalidArgument)
            }
            let problems = try await peta.ask { client -> Int in
                do {
                    _ = try client.policyDifference(PolicyTrial(text: "wrong"))
                    return 0
                } catch let error as AdminError {
                    return error.problems.count
                }
            }
            #expect(problems == 2)
            #expect(peta.policies.notes == ["diff own 5 1970-01-01T00:00:00.000Z", "diff - 0 -"])
            #expect(peta.recorder.acts.isEmpty)
        }
    }
}
