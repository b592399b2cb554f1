import GRDB
import Logging
import PetaAudit
import PetaStore
import Synchronization
import Testing

@Suite("Retention")
struct RetentionTests {
    static let start: Int64 = 1_700_000_000_000_000
    static let day: Int64 = 86_400_000_000

    /// One record a day, or at the given days.
    private static func records(_ days: some Sequence<Int>) -> [AuditRecord] {
        days.map { call("r\($0)", time: start + Int64($0) * day) }
    }

    private static func seqs(_ log: AuditLog) throws -> [Int64] {
        var filter = AuditFilter()
        filter.limit = 10_000
        filter.order = .oldestFirst
        return try log.query(filter).map(\.seq)
    }

    @Test("removes what is too old, leaves a checkpoint, and the rest verifies from there")
    func age() async throws {
        try await Place().withLog { log, _ in
            try await log.commit(Self.records(0..<10))
            let now = Self.start + 9 * Self.day
            let done = try await log.prune(AuditLimits(age: 3 * Self.day), now: now, date: now)
            #expect(done == AuditPruning(removed: 6, last: 6))
            #expect(try Self.seqs(log) == [7, 8, 9, 10])
            let found = try log.verify()
            #expect(found.ok && found.records == 4)
            let checkpoint = try #require(found.checkpoint)
            #expect(checkpoint.seq == 6 && checkpoint.removed == 6 && checkpoint.madeAt == now)
            // Later it goes on from there, and the chain with it.
            try await log.commit(Self.records(10..<12))
            let later = now + 4 * Self.day
            #expect(try await log.prune(AuditLimits(age: 3 * Self.day), now: later, date: later).removed == 4)
            let again = try log.verify()
            #expect(again.ok && again.records == 2 && again.checkpoint?.removed == 10)
        }
    }

    @Test("keeps the newest so many records, however old they are, and always one")
    func count() async throws {
        try await Place().withLog { log, _ in
            try await log.commit(Self.records(0..<10))
            #expect(try await log.prune(AuditLimits(records: 4), now: nil, date: 1).removed == 6)
            #expect(try await log.prune(AuditLimits(records: 4), now: nil, date: 1).removed == 0)
            #expect(try await log.prune(AuditLimits(age: 1), now: .max / 2, date: 1).removed == 3)
            #expect(try Self.seqs(log) == [10])
            #expect(try log.verify().ok)
        }
    }

    @Test("nothing is removed without limits, from an empty log, or for its age where the clock is not believed")
    func nothing() async throws {
        try await Place().withLog { log, _ in
            #expect(try await log.prune(AuditLimits(age: 1, records: 1), now: .max / 2, date: 1).removed == 0)
            try await log.commit(Self.records(0..<10))
            #expect(try await log.prune(AuditLimits(), now: .max / 2, date: 1).removed == 0)
            #expect(try await log.prune(AuditLimits(age: 1), now: nil, date: 1).removed == 0)
            #expect(try log.verify().checkpoint == nil)
        }
    }

    @Test("goes on over restarts, and in steps that are each a transaction")
    func restarts() async throws {
        let place = Place()
        try await place.withLog { log, _ in
            for part in 0..<5 { try await log.commit((0..<300).map { call("p\(part)-\($0)", time: Self.start) }) }
            #expect(try await log.prune(AuditLimits(records: 100), now: nil, date: 1).removed == 1400)
        }
        try await place.withLog { log, _ in
            let found = try log.verify()
            #expect(found.ok && found.records == 100 && found.checkpoint?.seq == 1400)
            try await log.commit([call("after")])
            #expect(try log.tail(n: 1).first?.seq == 1501)
            #expect(try log.verify().ok)
        }
    }

    @Test(
        "a clock that was set back makes no record older than those before it, and one that ran ahead does not keep what came later for ever"
    )
    func columns() async throws {
        // Days as the clock said them: it ran a year ahead at 3 and 4, was set right, and stood far back at 7.
        let days = [0, 1, 2, 367, 368, 3, 4, -3000, 5, 6, 7]
        for (now, left) in [(7, [2, 367, 368, 3, 4, -3000, 5, 6, 7]), (9, [4, -3000, 5, 6, 7]), (10, [5, 6, 7])] {
            try await Place().withLog { log, _ in
                try await log.commit(Self.records(days))
                let now = Self.start + Int64(now) * Self.day
                _ = try await log.prune(AuditLimits(age: 5 * Self.day), now: now, date: now)
                #expect(try log.tail(n: 100).map { try $0.record.requestID } == left.map { "r\($0)" })
                #expect(try log.verify().ok)
            }
        }
    }

    @Test("whichever write of a step fails, all of it is undone, and the next one does it")
    func faults() async throws {
        let place = Place()
        struct Broken: Error {}
        let count = Mutex(0)
        let failing = Mutex<Int?>(nil)
        var wasted = 0
        // The commits of the store are counted too: a full disk fails there.
        let willCommit: @Sendable () throws -> Void = {
            try count.withLock { count in
                count += 1
                if count == failing.withLock({ $0 }) { throw Broken() }
            }
        }
        let faults = AuditFaults { _ in try willCommit() }
        try await place.withLog(willCommit: willCommit) { log, _ in
            var kept: Int64 = 0
            for number in 1... {
                failing.withLock { $0 = nil }
                // Two steps.
                try await log.commit((0..<600).map { call("n\(number)-\($0)", time: Self.start) })
                kept += 600
                let limits = AuditLimits(records: max(1, kept - 600))
                count.withLock { $0 = 0 }
                failing.withLock { $0 = number }
                do {
                    _ = try await log.prune(limits, now: nil, date: 1, faults: faults)
                } catch is Broken {
                    wasted += 1
                    let after = try log.verify()
                    #expect(after.ok && [kept, kept - 512].contains(after.records), "after failing write \(number)")
                    failing.withLock { $0 = nil }
                    _ = try await log.prune(limits, now: nil, date: 1)
                }
                kept = max(1, kept - 600)
                let found = try log.verify()
                #expect(found.ok && found.records == kept)
                if count.withLock({ $0 < number }) { break }
            }
        }
        #expect(wasted == 8)
        let isWhole = try await place.withLog { log, _ in try log.verify().ok }
        #expect(isWhole)
    }

    @Test("a record that was changed stays, with all after it, and no checkpoint covers it")
    func damage() async throws {
        try await Place().withLog { log, store in
            try await log.commit(Self.records(0..<10))
            try store.writeSync {
                try $0.execute(sql: "UPDATE audit SET record = CAST(replace(CAST(record AS TEXT), 'alice', 'mallo') AS BLOB) WHERE seq = 4")
            }
            let done = try await log.prune(AuditLimits(records: 2), now: nil, date: 1)
            #expect(done == AuditPruning(removed: 3, last: 3, damagedAt: 4))
            let found = try log.verify()
            #expect(!found.ok && found.firstBad == .init(seq: 4, reason: .changed) && found.checkpoint?.seq == 3)
            #expect(try await log.prune(AuditLimits(records: 2), now: nil, date: 1) == AuditPruning(damagedAt: 4))
        }
    }

    @Test(
        "a checkpoint that was changed, moved or taken away is found",
        arguments: [
            ("UPDATE audit_checkpoint SET seq = seq + 1", AuditVerification.Reason.checkpoint, 5),
            ("UPDATE audit_checkpoint SET removed = 3", .checkpoint, 5), ("UPDATE audit_checkpoint SET made_at = 7", .checkpoint, 5),
            ("UPDATE audit_checkpoint SET time = 7", .checkpoint, 5), ("UPDATE audit_checkpoint SET head = zeroblob(32)", .checkpoint, 5),
            ("UPDATE audit_checkpoint SET mac = x'00'", .checkpoint, 5), ("DELETE FROM audit_checkpoint", .removed, 1),
            ("DELETE FROM audit WHERE seq = 5", .removed, 5),
            (
                "UPDATE audit_checkpoint SET seq = (SELECT seq FROM audit_state), head = (SELECT head FROM audit_state), mac = (SELECT mac FROM audit_state)",
                .checkpoint, 5
            ),
        ])
    func tampering(sql: String, reason: AuditVerification.Reason, seq: Int64) async throws {
        try await Place().withLog { log, store in
            try await log.commit(Self.records(0..<10))
            #expect(try await log.prune(AuditLimits(records: 6), now: nil, date: 1).removed == 4)
            try store.writeSync { try $0.execute(sql: sql) }
            #expect(try log.verify().firstBad == .init(seq: seq, reason: reason))
            // Retention does not seal over it either.
            _ = try await log.prune(AuditLimits(records: 2), now: nil, date: 1)
            #expect(try log.verify().ok == false)
        }
    }

    @Test("an old checkpoint does not hide that more is missing")
    func oldCheckpoint() async throws {
        try await Place().withLog { log, store in
            try await log.commit(Self.records(0..<10))
            _ = try await log.prune(AuditLimits(records: 8), now: nil, date: 1)
            try store.writeSync { try $0.execute(sql: "CREATE TEMP TABLE kept AS SELECT * FROM audit_checkpoint") }
            _ = try await log.prune(AuditLimits(records: 4), now: nil, date: 1)
            try store.writeSync { try $0.execute(sql: "INSERT OR REPLACE INTO audit_checkpoint SELECT * FROM temp.kept") }
            #expect(try log.verify().firstBad == .init(seq: 3, reason: .removed))
        }
    }

    @Test("retention writes down what it removed, and says what stops it")
    func service() async throws {
        try await Place().withLog { log, store in
            try await log.commit(Self.records(0..<10))
            let wall = Mutex(Self.start + 9 * Self.day)
            let boot = Mutex(Int64(0))
            let clocks = AuditClocks(wall: { wall.withLock { $0 } }, boot: { boot.withLock { $0 } })
            let pass: (Int64, Int64) -> Void = { wallStep, bootStep in
                wall.withLock { $0 += wallStep }
                boot.withLock { $0 += bootStep }
            }
            let minute: Int64 = 60_000_000
            let retention = try AuditRetention(
                log: log, limits: AuditLimits(age: 5 * Self.day), clocks: clocks,
                logger: Logger(label: "silent", factory: { _ in SwiftLogNoOpLogHandler() }))
            // Right after the start nobody knows whether the clock is right.
            #expect(await retention.look().removed == 0 && retention.problems.isEmpty)
            pass(11 * minute, 11 * minute)
            #expect(await retention.look().removed == 5)
            let told = try #require(try log.tail(n: 1).first).record
            #expect(told.kind == .admin && told.method == "audit retention" && told.detail == "removed 5 records, the last of them 5")
            // Somebody sets the clock a year ahead: everything would be old now.
            pass(365 * Self.day + minute, minute)
            #expect(await retention.look().removed == 0)
            #expect(retention.problems == ["the clock was set forward by 365 days, so no audit record is removed for its age for a day"])
            pass(600 * minute, 600 * minute)
            #expect(await retention.look().removed == 0 && retention.problems.count == 1)
            // Set right again, it is watched for a day before it is believed.
            pass(-365 * Self.day, 0)
            #expect(await retention.look().removed == 0)
            #expect(retention.problems == ["the clock was set back by 365 days, so no audit record is removed for its age for a day"])
            pass(Self.day, Self.day)
            #expect(await retention.look().removed == 1 && retention.problems.isEmpty)
            try store.writeSync { try $0.execute(sql: "UPDATE audit SET record = x'7b7d' WHERE seq = 8") }
            pass(5 * Self.day, 5 * Self.day)
            #expect(await retention.look().removed == 1)
            #expect(retention.problems == ["audit retention stopped at record 8, which is not what was written: see 'peta audit verify'"])
        }
    }
}
