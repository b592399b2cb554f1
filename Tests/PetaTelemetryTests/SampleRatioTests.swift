import PetaTelemetry
import PetaWire
import Testing

@Suite("Which traces are recorded")
struct SampleRatioTests {
    @Test("none, all, and about the share that was asked for")
    func share() {
        var random = TraceRandom(seed: (1, 2, 3, 4))
        var taken = [0, 0, 0]
        for _ in 0..<10_000 {
            let trace = random.trace(isSampled: false)
            for (at, ratio) in [0, 0.25, 1].enumerated() where SampleRatio(ratio).takes(trace) { taken[at] += 1 }
        }
        #expect(taken[0] == 0)
        #expect((2300...2700).contains(taken[1]))
        #expect(taken[2] == 10_000)
    }

    @Test("all who look at a trace decide alike: who records a share records what a smaller share does")
    func alike() {
        var random = TraceRandom(seed: (5, 6, 7, 8))
        for _ in 0..<1000 {
            let trace = random.trace(isSampled: false)
            if SampleRatio(0.1).takes(trace) { #expect(SampleRatio(0.5).takes(trace)) }
        }
    }
}
