import Foundation
import GRDB
import PetaAudit
import PetaStore
import Synchronization
import Testing

@Suite("When the database fails")
struct FaultTests {
    static let batches = 4
    static let perBatch = 3
    /// begin, three inserts, state, commit, committed.
    static let questions = batches * (perBatch + 4)

    @Test("whichever step fails, every record is in the log once, in order, and every batch is told once", arguments: 1...questions)
    func everyStep(n: Int) async throws {
        let gate = Gate()
        let fates = Fates()
        let states = Mutex<[Int: (writable: Bool, error: String?)]>([:])
        try await Place().withLog(faults: gate.countdown(to: n)) { log, _ throws in
            for batch in 0..<Self.batches {
                let records = (0..<Self.perBatch).map { call("r\(batch * Self.perBatch + $0)") }
                // Looked at by the writer's thread itself: a moment later it may have tried again.
                log.submit(fates.batch(batch, records) { states.withLock { $0[batch] = (log.isWritable, log.lastError) } })
                await fates.wait(completed: batch + 1)
                let failure = fates.failed[batch]
                let state = try #require(states.withLock { $0[batch] })
                #expect(failure == nil || failure == .notCommitted(reason: "a fault of the test"))
                #expect(state.writable == (failure == nil))
                #expect(state.error == (failure == nil ? nil : "a fault of the test"))
            }
            // One more submit makes it try again at once.
            try await log.commit([])
            #expect(fates.twice.isEmpty)
            #expect(fates.failed.count == 1)
            #expect(fates.written == fates.failed.keys.sorted())
            #expect(try log.ids() == (0..<Self.batches * Self.perBatch).map { "r\($0)" })
            #expect(try log.verify().ok)
            #expect(log.isWritable)
            #expect(log.lastError == nil)
            #expect(log.backlog == (0, 0))
        }
        #expect(gate.calls >= n)
    }

    @Test("a failed commit is tried again without anybody submitting")
    func retriesAlone() async throws {
        let gate = Gate()
        let fates = Fates()
        try await Place().withLog(faults: gate.countdown(to: 1)) { log, _ throws in
            log.submit(fates.batch(0, [call("a")]))
            await fates.wait(inLog: 1)
            #expect(fates.failed.count == 1)
            #expect(try log.ids() == ["a"])
        }
    }

    @Test("while writing fails, records are kept up to the bound, then refused, and written first afterwards")
    func outage() async throws {
        let gate = Gate()
        let fates = Fates()
        try await Place().withLog(bounds: AuditBounds(records: 10), faults: gate.faults) { log, _ throws in
            try await log.commit([call("before")])
            gate.isFailing = true
            for n in 0..<12 {
                log.submit(fates.batch(n, [call("kept\(n)")]))
                await fates.wait(completed: n + 1)
            }
            #expect(!log.isWritable)
            #expect(fates.failed.count == 12)
            #expect(fates.failed.filter { $0.value == .overloaded }.keys.sorted() == [10, 11])
            #expect(log.backlog.records == 10)
            #expect(try log.ids() == ["before"])
            gate.isFailing = false
            await fates.wait(inLog: 10)
            #expect(fates.written == Array(0..<10))
            try await log.commit([call("after")])
            #expect(try log.ids() == ["before"] + (0..<10).map { "kept\($0)" } + ["after"])
            #expect(log.isWritable)
            #expect(try log.verify().ok)
        }
    }

    @Test("a disk that is really full makes the log unwritable, and room makes it writable again")
    func fullDisk() async throws {
        let fates = Fates()
        try await Place().withLog { log, store throws in
            let pages = try store.readSync { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
            func limit(_ pages: Int) throws {
                try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
            }
            try limit(pages + 4)
            for n in 0..<40 {
                var record = call("r\(n)")
                record.detail = String(repeating: "x", count: 3000)
                log.submit(fates.batch(n, [record]))
                await fates.wait(completed: n + 1)
            }
            #expect(!log.isWritable)
            #expect(log.lastError?.contains("full") == true)
            #expect(!fates.succeeded.isEmpty)
            #expect(!fates.failed.isEmpty)
            try limit(1_000_000)
            await fates.wait(inLog: 40)
            try await log.commit([])
            #expect(log.isWritable)
            #expect(try log.ids() == (0..<40).map { "r\($0)" })
            #expect(try log.verify().ok)
        }
    }

    @Test("a commit that the store refuses is an outage like any other")
    func refusedByStore() async throws {
        let gate = Gate()
        let fates = Fates()
        try await Place().withLog(willCommit: { if gate.isFailing { throw TestFault() } }) { log, store throws in
            try await log.commit([call("a")])
            gate.isFailing = true
            log.submit(fates.batch(0, [call("b")]))
            await fates.wait(completed: 1)
            #expect(!log.isWritable)
            gate.isFailing = false
            await fates.wait(inLog: 1)
            try await store.write { try $0.execute(sql: "CREATE TABLE other(x)") }
            #expect(try log.ids() == ["a", "b"])
            #expect(try log.verify().ok)
        }
    }

    @Test("a row that somebody put in the way does not stop the log for good, and stays visible")
    func rowInTheWay() async throws {
        let fates = Fates()
        try await Place().withLog { log, store throws in
            try await log.commit([call("a")])
            try store.writeSync { try $0.execute(sql: "INSERT INTO audit SELECT 2, time, record, mac FROM audit") }
            log.submit(fates.batch(0, [call("b")]))
            await fates.wait(inLog: 1)
            #expect(log.isWritable)
            #expect(try log.ids().last == "b")
            #expect(try log.verify().firstBad?.seq == 2)
        }
    }

    @Test("records kept at the end are not lost while their intents are down")
    func stoppedWhileFailing() async throws {
        let gate = Gate()
        let fates = Fates()
        let place = Place()
        try await place.withLog(faults: gate.faults) { log, _ throws in
            gate.isFailing = true
            #expect(log.lane(0).claim(call("a")) != nil)
            log.submit(fates.batch(0, [call("a")]))
            await fates.wait(completed: 1)
        }
        try await place.withLog { log, _ throws in
            #expect(try log.ids() == ["a"])
            #expect(try log.verify().ok)
        }
    }
}
