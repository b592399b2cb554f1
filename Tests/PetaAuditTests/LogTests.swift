import Foundation
import GRDB
import PetaAudit
import PetaStore
import Synchronization
import Testing

@Suite("Writing the log")
struct LogTests {
    @Test("records of eight threads are all there, numbered without gaps, each thread's in its order")
    func concurrency() async throws {
        let fates = Fates()
        try await Place().withLog(bounds: AuditBounds(records: 20_000)) { log, _ throws in
            for thread in 0..<8 {
                Thread.detachNewThread {
                    var n = 0
                    var batchNumber = 0
                    while n < 2000 {
                        let size = min(1 + (n * 7 + thread) % 20, 2000 - n)
                        log.submit(fates.batch(thread * 10_000 + batchNumber, (n..<n + size).map { call("\(thread)-\($0)") }))
                        n += size
                        batchNumber += 1
                    }
                    // Says that this thread has submitted everything.
                    log.submit(fates.batch(1_000_000 + thread, []))
                }
            }
            await fates.wait(succeeded: Set((0..<8).map { 1_000_000 + $0 }))
            #expect(fates.failed.isEmpty)
            #expect(fates.twice.isEmpty)
            var filter = AuditFilter()
            filter.order = .oldestFirst
            filter.limit = AuditFilter.greatestLimit
            var records = try log.query(filter)
            filter.afterSeq = records.last?.seq
            records += try log.query(filter)
            #expect(records.map(\.seq) == Array(1...16_000))
            var next = [Int](repeating: 0, count: 8)
            for record in records {
                let parts = try #require(record.record.requestID).split(separator: "-").compactMap { Int($0) }
                #expect(next[parts[0]] == parts[1])
                next[parts[0]] += 1
            }
            #expect(next == [Int](repeating: 2000, count: 8))
            #expect(try log.verify().ok)
            #expect(log.head == 16_000)
        }
    }

    @Test("a batch that does not fit is refused at once, and what is taken is not lost")
    func overload() async throws {
        let gate = Gate()
        let fates = Fates()
        let size = call("x0").withEncoded { $0.count }
        for bounds in [AuditBounds(records: 5), AuditBounds(bytes: size * 5)] {
            let first = fates.succeeded.count + fates.failed.count
            try await Place().withLog(bounds: bounds, faults: gate.blocking) { log, _ throws in
                log.submit(fates.batch(first, [call("x0"), call("x1")]))
                await gate.waitForWriter()
                log.submit(fates.batch(first + 1, [call("x2"), call("x3")]))
                #expect(log.backlog == (4, 4 * size))
                log.submit(fates.batch(first + 2, [call("x4"), call("x5")]))
                #expect(fates.failed[first + 2] == .overloaded)
                log.submit(fates.batch(first + 3, [call("x4")]))
                #expect(fates.failed[first + 3] == nil)
                #expect(log.isWritable)
                gate.open()
                gate.open()
                await fates.wait(completed: first + 4)
                #expect(try log.ids() == ["x0", "x1", "x2", "x3", "x4"])
                #expect(log.backlog == (0, 0))
            }
        }
    }

    @Test("what is queued during a commit becomes one transaction")
    func groupCommit() async throws {
        let gate = Gate()
        let fates = Fates()
        let commits = Mutex(0)
        try await Place().withLog(faults: gate.blocking, willCommit: { commits.withLock { $0 += 1 } }) { log, _ throws in
            log.submit(fates.batch(0, [call("a")]))
            await gate.waitForWriter()
            let before = commits.withLock { $0 }
            for n in 1...50 { log.submit(fates.batch(n, [call("b\(n)")])) }
            gate.open()
            gate.open()
            await fates.wait(completed: 51)
            #expect(commits.withLock { $0 } == before + 2)
            #expect(fates.succeeded.count == 51)
        }
    }

    @Test("the completion comes after the commit: a reader then sees the record")
    func commitBeforeCompletion() async throws {
        let fates = Fates()
        let found = Mutex<[Int]>([])
        try await Place().withLog { log, _ throws in
            for n in 1...20 {
                log.submit(
                    fates.batch(n, [call("r\(n)")]) {
                        let count = (try? log.all().count) ?? -1
                        found.withLock { $0.append(count) }
                    })
                await fates.wait(completed: n)
            }
            #expect(found.withLock { $0 } == Array(1...20))
        }
    }

    @Test("stop writes what is queued, then nothing is taken any more")
    func stop() async throws {
        let fates = Fates()
        let place = Place()
        try await place.withLog { log, _ throws in
            for n in 0..<200 { log.submit(fates.batch(n, [call("r\(n)")])) }
            log.stop()
            #expect(fates.succeeded.count == 200)
            log.submit(fates.batch(200, [call("late")]))
            #expect(fates.failed == [200: .stopped])
            await #expect(throws: AuditFailure.stopped) { try await log.record(call("later")) }
            log.stop()
            #expect(try log.all().count == 200)
        }
        try await place.withLog { log, _ throws in #expect(try log.verify().records == 200) }
    }

    @Test("one record is written and waited for")
    func single() async throws {
        try await Place().withLog { log, _ throws in
            var record = AuditRecord(time: Timestamp.now(), kind: .admin)
            record.command = "user add"
            try await log.record(record)
            #expect(try log.tail(n: 5).map { try $0.record } == [record])
        }
    }

    @Test("a very large record is written whole")
    func large() async throws {
        try await Place().withLog { log, _ throws in
            var record = call("big")
            record.detail = String(repeating: "\u{1}ü", count: 1 << 16)
            try await log.commit([record, call("small")])
            #expect(try log.all().map { try $0.record } == [record, call("small")])
        }
    }

    @Test("full durability is what the writer's connection really has", arguments: Durability.allCases)
    func durability(_ durability: Durability) async throws {
        try await Place().withLog(durability: durability) { log, store throws in
            try await log.commit([call("a")])
            let mode = try store.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
            #expect(mode == (durability == .full ? 2 : 1))
        }
    }

    @Test("the write-ahead log begins anew while it is written all the time, with others writing too")
    func checkpoints() async throws {
        let place = Place()
        try await place.withLog { log, store throws in
            try await store.write { try $0.execute(sql: "CREATE TABLE other(x)") }
            var record = call("big")
            record.detail = String(repeating: "x", count: 60_000)
            let fates = Fates()
            let first = try place.walGeneration()
            var rounds = 0
            // 2 MB each, always some of them under way: it should happen a little after 64 MB.
            while try place.walGeneration() == first, rounds < 300 {
                log.submit(fates.batch(rounds, [AuditRecord](repeating: record, count: 32)))
                await fates.wait(completed: rounds - 3)
                try await store.write { [rounds] in try $0.execute(sql: "INSERT INTO other VALUES(?)", arguments: [rounds]) }
                rounds += 1
            }
            await fates.wait(completed: rounds)
            #expect(rounds > 4)
            #expect(rounds < 300)
            #expect(try log.verify().records == Int64(rounds) * 32)
        }
    }
}
