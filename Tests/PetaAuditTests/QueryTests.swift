import Foundation
import GRDB
import PetaAudit
import PetaStore
import Synchronization
import TestRandom
import Testing

@Suite("Finding records")
struct QueryTests {
    private static let start: Int64 = 1_700_000_000_000_000

    /// 300 records of every colour: with a clock that is set back by a day in the middle, and calls recorded long after they began.
    private static let records: [AuditRecord] = (0..<300).map { n in
        var time = start + Int64(n) * 1_000_000
        if (100..<160).contains(n) { time -= 86_400_000_000 }
        if n % 11 == 0 { time -= 600_000_000 }
        var record = AuditRecord(time: time, kind: n % 7 == 0 ? .admin : .call)
        record.requestID = "r\(n)"
        record.user = ["alice", "bob", "al\"ice", "alice2"][n % 4]
        record.server = n % 3 == 0 ? nil : "s\(n % 5)"
        record.tool = n % 3 == 0 ? nil : ["echo", "add"][n % 2]
        record.session = "sess-\(n / 50)"
        record.decision = AuditDecision.allCases[n % 3]
        record.outcome = AuditOutcome.allCases[n % 8]
        record.error = n % 13 == 0 ? #"","user":"bob"# : nil
        return record
    }

    /// The same question asked of the array, with nothing clever.
    private static func expected(_ filter: AuditFilter) -> [Int64] {
        var found: [Int64] = []
        for (at, record) in records.enumerated() {
            let seq = Int64(at + 1)
            if let value = filter.user, record.user != value { continue }
            if let value = filter.server, record.server != value { continue }
            if let value = filter.tool, record.tool != value { continue }
            if let value = filter.kind, record.kind != value { continue }
            if let value = filter.outcome, record.outcome != value { continue }
            if let value = filter.decision, record.decision != value { continue }
            if let value = filter.session, record.session != value { continue }
            if let value = filter.requestID, record.requestID != value { continue }
            if let value = filter.since, record.time < value { continue }
            if let value = filter.until, record.time > value { continue }
            if let value = filter.afterSeq, seq <= value { continue }
            found.append(seq)
        }
        if filter.order == .newestFirst { found.reverse() }
        return Array(found.prefix(filter.limit))
    }

    @Test("one record is found by its number or its request id, and many are given one by one up to a limit or a no")
    func single() async throws {
        try await Place().withLog { log, _ throws in
            try await log.commit(Self.records)
            #expect(try await log.record(seq: 7)?.record.requestID == "r6")
            for seq in [Int64.min, -1, 0, 301, .max] { #expect(try await log.record(seq: seq) == nil) }
            #expect(try await log.record(requestID: "r299")?.seq == 300)
            #expect(try await log.record(requestID: "r0")?.seq == 1)
            #expect(try await log.record(requestID: "r300") == nil)
            let seen = Seen()
            var filter = AuditFilter()
            filter.kind = .call
            try await log.scan(filter, limit: 20) { seen.add($0.seq) < 100 }
            #expect(seen.all.count == 20 && seen.all == seen.all.sorted(by: >))
            try await log.scan(filter, limit: 1_000) { seen.add($0.seq) < 23 }
            #expect(seen.all.count == 23)
            try await log.scan(filter, limit: 0) { seen.add($0.seq) < 100 }
            #expect(seen.all.count == 23)
        }
    }

    private final class Seen: Sendable {
        private let list = Mutex<[Int64]>([])
        var all: [Int64] { list.withLock { $0 } }
        func add(_ seq: Int64) -> Int {
            list.withLock {
                $0.append(seq)
                return $0.count
            }
        }
    }

    @Test("every filter, alone and combined, finds exactly what a plain look at each record finds")
    func filters() async throws {
        try await Place().withLog { log, _ throws in
            for at in stride(from: 0, to: 300, by: 30) { try await log.commit(Array(Self.records[at..<at + 30])) }
            var random = SplitMix(seed: 42)
            var nonEmpty = 0
            for round in 0..<500 {
                var filter = AuditFilter()
                filter.limit = [100, 1, 7, 10_000].randomElement(using: &random) ?? 100
                filter.order = Bool.random(using: &random) ? .newestFirst : .oldestFirst
                let model = Self.records.randomElement(using: &random) ?? Self.records[0]
                // The first rounds set one field each, later ones several.
                let fields = round < 110 ? [round % 11] : (0..<3).map { _ in Int.random(in: 0..<11, using: &random) }
                for field in fields {
                    let edge = Self.start + Int64.random(in: -87_000_000_000...400_000_000, using: &random)
                    switch field {
                    case 0: filter.user = model.user
                    case 1: filter.server = model.server
                    case 2: filter.tool = model.tool
                    case 3: filter.kind = model.kind
                    case 4: filter.outcome = model.outcome
                    case 5: filter.decision = model.decision
                    case 6: filter.session = model.session
                    case 7: filter.requestID = model.requestID
                    case 8: filter.since = Bool.random(using: &random) ? edge : model.time
                    case 9: filter.until = Bool.random(using: &random) ? edge : model.time
                    default: filter.afterSeq = Int64.random(in: -5...305, using: &random)
                    }
                }
                let expected = Self.expected(filter)
                #expect(try log.query(filter).map(\.seq) == expected, "\(filter)")
                if !expected.isEmpty { nonEmpty += 1 }
            }
            #expect(nonEmpty > 150)
            #expect(try log.verify().ok)
        }
    }

    @Test("edges of numbers and limits are no errors")
    func edges() async throws {
        try await Place().withLog { log, _ throws in
            #expect(try log.query(AuditFilter()).isEmpty)
            #expect(try log.tail(n: 3).isEmpty)
            var filter = AuditFilter()
            filter.since = 0
            filter.until = .max
            #expect(try log.query(filter).isEmpty)
            try await log.commit((0..<150).map { call("r\($0)") })
            #expect(try log.query(AuditFilter()).count == 100)
            #expect(try log.query(filter).count == 100)
            for edge in [Int64.min, .max] {
                filter = AuditFilter()
                filter.afterSeq = edge
                #expect(try log.query(filter).count == (edge == .min ? 100 : 0))
                filter = AuditFilter()
                filter.since = edge
                #expect(try log.query(filter).count == (edge == .min ? 100 : 0))
                filter = AuditFilter()
                filter.until = edge
                #expect(try log.query(filter).count == (edge == .min ? 0 : 100))
            }
            filter = AuditFilter()
            for limit in [0, -1] {
                filter.limit = limit
                #expect(try log.query(filter).isEmpty)
            }
            filter.limit = .max
            #expect(try log.query(filter).count == 150)
        }
    }

    @Test("tail gives the last records in the order of the log")
    func tail() async throws {
        try await Place().withLog { log, _ throws in
            try await log.commit((0..<10).map { call("r\($0)") })
            #expect(try log.tail(n: 3).map { try $0.record.requestID } == ["r7", "r8", "r9"])
            #expect(try log.tail(n: 3).map(\.seq) == [8, 9, 10])
            #expect(try await log.records(matching: AuditFilter()).map(\.seq) == Array((1...10).reversed()))
        }
    }

    @Test("a row that is not a record any more does not stop a query")
    func damagedRow() async throws {
        try await Place().withLog { log, store throws in
            try await log.commit((0..<5).map { call("r\($0)") })
            try store.writeSync { try $0.execute(sql: "UPDATE audit SET record = x'7b22ff' WHERE seq = 3") }
            var filter = AuditFilter()
            filter.user = "alice"
            #expect(try log.query(filter).map(\.seq) == [5, 4, 2, 1])
            #expect(try log.query(AuditFilter()).count == 5)
        }
    }
}
