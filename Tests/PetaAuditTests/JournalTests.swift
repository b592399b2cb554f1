import Foundation
import PetaAudit
import PetaStore
import Testing

/// Records that are in the journal before they are in the database. `gathering` is a minute here, so that only what a test does moves them.
@Suite("The journal")
struct JournalTests {
    private static let patient = AuditBounds(gathering: 60_000_000_000, lead: 60_000_000_000)

    /// Writes a record down in the journal and submits it, as a loop does when a call has ended.
    private func end(_ id: String, _ log: AuditLog, intent: Int32 = -1) throws {
        let batch = AuditBatch { _ in }
        batch.append(journaled: try #require(log.lane(0).journal(call(id), instead: intent)))
        #expect(!batch.isUrgent)
        #expect(log.submit(batch))
    }

    private var now: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    @Test("a record that nobody waits for gathers company; one that somebody waits for brings all with it")
    func gathers() async throws {
        try await Place().withLog(durability: .journal, bounds: Self.patient) { log, _ throws in
            try end("a", log)
            try end("b", log)
            #expect(log.backlog.records == 2)
            try await log.record(call("c"))
            #expect(try log.ids() == ["a", "b", "c"])
            #expect(try log.verify().ok)
        }
    }

    @Test("it gathers no longer than it may")
    func due() async throws {
        try await Place().withLog(durability: .journal, bounds: AuditBounds(gathering: 1_000_000)) { log, _ throws in
            let records = log.follow(after: log.head)
            try end("a", log)
            var iterator = records.makeAsyncIterator()
            #expect(try await iterator.next()?.record.requestID == "a")
        }
    }

    @Test("a crowd goes without waiting")
    func crowd() async throws {
        try await Place().withLog(durability: .journal, bounds: Self.patient) { log, _ throws in
            var iterator = log.follow(after: log.head).makeAsyncIterator()
            for n in 0..<256 { try end("r\(n)", log) }
            #expect(try await iterator.next()?.record.requestID == "r0")
        }
    }

    @Test("who reads the log sees what was submitted before")
    func read() async throws {
        try await Place().withLog(durability: .journal, bounds: Self.patient) { log, _ throws in
            try end("a", log)
            #expect(try await log.records(matching: AuditFilter()).map { try $0.record.requestID } == ["a"])
            try end("b", log)
            #expect(try await log.verification().records == 2)
        }
    }

    @Test("a clean end commits what gathers")
    func cleanEnd() async throws {
        let place = Place()
        try await place.withLog(durability: .journal, bounds: Self.patient) { log, _ throws in try end("a", log) }
        try await place.withLog { log, _ throws in #expect(try log.ids() == ["a"]) }
    }

    @Test("what a process that died had only in its journal is in the log after the next start, with its outcome, once")
    func crash() async throws {
        let place = Place()
        let copy = try await place.withLog(durability: .journal, bounds: Self.patient) { log, _ throws in
            let lane = log.lane(0)
            try end("committed", log)
            await log.flush()
            let intent = try #require(lane.claim(call("ended")))
            _ = try #require(lane.journal(call("ended"), instead: intent))
            // Died between the two steps: both stand.
            _ = try #require(lane.claim(call("both")))
            _ = try #require(lane.journal(call("both"), instead: -1))
            _ = try #require(lane.claim(call("running")))
            return try Data(contentsOf: URL(fileURLWithPath: place.ringPath))
        }
        for _ in 0..<2 {
            try copy.write(to: URL(fileURLWithPath: place.ringPath))
            try await place.withLog { log, _ throws in
                let records = try log.all().map { try $0.record }
                let outcomes = Dictionary(uniqueKeysWithValues: records.map { ($0.requestID ?? "", $0.outcome) })
                #expect(outcomes == ["committed": .ok, "ended": .ok, "both": .ok, "running": .stopped])
                #expect(try log.verify().ok)
            }
        }
    }

    @Test("answers rest on the journal only where that is asked for, and only while the database follows")
    func allowed() async throws {
        for durability in [Durability.normal, .full] {
            try await Place().withLog(durability: durability) { log, _ in #expect(!log.journals(at: now)) }
        }
        let gate = Gate()
        try await Place().withLog(durability: .journal, bounds: AuditBounds(lead: 50_000_000_000), faults: gate.blocking) { log, _ throws in
            #expect(log.journals(at: now))
            try end("a", log)
            await gate.waitForWriter()
            // The writer stands still: what is on its way grows old.
            #expect(log.journals(at: now))
            #expect(!log.journals(at: now + 60_000_000_000))
            gate.open()
            await log.flush()
            #expect(log.journals(at: now + 60_000_000_000))
        }
    }

    @Test("while commits fail nothing rests on the journal, and what did is written first")
    func failing() async throws {
        let gate = Gate()
        try await Place().withLog(durability: .journal, bounds: Self.patient, faults: gate.faults) { log, _ throws in
            gate.isFailing = true
            try end("a", log)
            await #expect(throws: AuditFailure.self) { try await log.record(call("b")) }
            #expect(!log.journals(at: now))
            gate.isFailing = false
            try await log.record(call("c"))
            #expect(try log.ids() == ["a", "b", "c"])
            #expect(log.journals(at: now))
        }
    }

    @Test("what holds slots is never refused for its size: nobody else would release them")
    func bounded() async throws {
        let gate = Gate()
        try await Place().withLog(durability: .journal, bounds: AuditBounds(records: 1), faults: gate.blocking) { log, _ throws in
            let fates = Fates()
            log.submit(fates.batch(0, [call("a")]))
            await gate.waitForWriter()
            #expect(!log.submit(fates.batch(1, [call("refused")])))
            let batch = AuditBatch { _ in }
            batch.append(journaled: try #require(log.lane(0).journal(call("b"), instead: -1)))
            batch.holdsSlots = true
            #expect(log.submit(batch))
            gate.open()
            gate.open()
            await log.flush()
            #expect(try log.ids() == ["a", "b"])
        }
    }

    @Test("who waits for the log while it cannot be written is told so, and is not kept")
    func flushWhileFailing() async throws {
        let gate = Gate()
        try await Place().withLog(durability: .journal, bounds: Self.patient, faults: gate.faults) { log, _ throws in
            gate.isFailing = true
            try end("a", log)
            for _ in 0..<10 { await log.flush() }
            #expect(!log.isWritable)
            #expect(log.backlog.records == 1)
            gate.isFailing = false
            await log.flush()
            #expect(try log.ids() == ["a"])
        }
    }

    @Test("records leave room for the intents of new calls")
    func room() async throws {
        try await Place().withLog(durability: .journal, bounds: Self.patient) { log, _ throws in
            let lane = log.lane(0)
            var journaled = 0
            while lane.journal(call("r\(journaled)"), instead: -1) != nil { journaled += 1 }
            #expect(journaled == 1024)
            for n in 0..<1024 { #expect(lane.claim(call("i\(n)")) != nil) }
        }
    }
}
