import Logging
import PetaAudit
import PetaStore
import Synchronization
import Testing

@Suite("Clocks that are believed")
struct ClockTrustTests {
    private static let day: Int64 = 86_400_000_000
    private static let minute: Int64 = 60_000_000

    /// Whether retention removes for age after each of these steps of both clocks, with one old record more each time.
    private func removes(newest: Int64, start: Int64, _ steps: [(wall: Int64, boot: Int64)]) async throws -> [Bool] {
        try await Place().withLog { log, _ in
            try await log.commit([call("newest", time: newest)])
            let clock = Mutex((wall: start, boot: Int64(5)))
            let clocks = AuditClocks(wall: { clock.withLock { $0.wall } }, boot: { clock.withLock { $0.boot } })
            let retention = try AuditRetention(
                log: log, limits: AuditLimits(age: 1), clocks: clocks,
                logger: Logger(label: "silent", factory: { _ in SwiftLogNoOpLogHandler() }))
            var removed: [Bool] = []
            for step in steps {
                clock.withLock { $0 = ($0.wall + step.wall, $0.boot + step.boot) }
                try await log.commit([call("old", time: newest), call("last", time: newest)])
                removed.append(await retention.look().removed > 0)
            }
            return removed
        }
    }

    @Test("after ten minutes that both advanced alike, near the newest record")
    func near() async throws {
        let now: Int64 = 1_700_000_000_000_000
        let steps = [(Self.minute, Self.minute), (8 * Self.minute, 8 * Self.minute), (Self.minute + 1, Self.minute), (1, 1)]
        #expect(try await removes(newest: now - Self.day / 2, start: now, steps) == [false, false, true, true])
    }

    @Test("after a day, far from the newest record: the clock may be wrong, or the machine was off")
    func far() async throws {
        let now: Int64 = 1_700_000_000_000_000
        let steps = [(600 * Self.minute, 600 * Self.minute), (839 * Self.minute, 839 * Self.minute), (Self.minute, Self.minute)]
        #expect(try await removes(newest: now - 400 * Self.day, start: now, steps) == [false, false, true])
    }

    @Test("not for a day after somebody set the clock; small corrections and sleep of the machine are nothing")
    func jumps() async throws {
        let now: Int64 = 1_700_000_000_000_000
        let hour = 60 * Self.minute
        for jump in [Self.day, -Self.day, 2 * Self.minute, -2 * Self.minute] {
            let steps = [(hour, hour), (hour + jump, hour), (23 * hour, 23 * hour), (hour, hour)]
            #expect(try await removes(newest: now - 9 * Self.day / 10, start: now, steps) == [true, false, false, true], "\(jump)")
        }
        let steps = [(hour, hour), (hour + Self.minute / 2, hour), (hour - Self.minute / 2, hour), (1000 * hour, 1000 * hour)]
        #expect(try await removes(newest: now, start: now, steps) == [true, true, true, true])
    }
}
