import GRDB
import PetaAudit
import PetaStore
import Testing

@Suite("A look at the newest records")
struct TailTests {
    private static let start: Int64 = 1_700_000_000_000_000

    private static func records(_ numbers: some Sequence<Int>) -> [AuditRecord] {
        numbers.map { call("r\($0)", time: start + Int64($0)) }
    }

    @Test("looks at so many, and says when the newest was written")
    func whole() async throws {
        try await Place().withLog { log, _ in
            let empty = try await log.tailVerification(records: 5)
            #expect(empty.records == 0 && empty.firstBad == nil && empty.newest == nil)
            try await log.commit(Self.records(0..<10))
            for (count, looked) in [(1, 1), (5, 5), (8, 8), (10, 10), (100, 10)] as [(Int64, Int64)] {
                let found = try await log.tailVerification(records: count)
                #expect(found.firstBad == nil && found.records == looked && found.newest == Self.start + 9, "\(count)")
            }
        }
    }

    @Test("what retention removed is not missed, wherever the look begins")
    func pruned() async throws {
        try await Place().withLog { log, _ in
            try await log.commit(Self.records(0..<10))
            #expect(try await log.prune(AuditLimits(records: 4), now: nil, date: 1).removed == 6)
            for (count, looked) in [(1, 1), (2, 2), (4, 4), (100, 4)] as [(Int64, Int64)] {
                let found = try await log.tailVerification(records: count)
                #expect(found.firstBad == nil && found.records == looked, "\(count)")
            }
        }
    }

    @Test(
        "a record that was changed, removed, added or cut off is found",
        arguments: [
            ("UPDATE audit SET time = time + 1 WHERE seq = 8", 8), ("DELETE FROM audit WHERE seq = 8", 8),
            ("DELETE FROM audit WHERE seq = 10", 10), ("UPDATE audit SET mac = x'00' WHERE seq = 7", 7),
            ("INSERT INTO audit SELECT 11, time, record, mac FROM audit WHERE seq = 10", 11),
        ] as [(String, Int64)])
    func damaged(_ sql: String, _ bad: Int64) async throws {
        try await Place().withLog { log, store in
            try await log.commit(Self.records(0..<10))
            try store.writeSync { try $0.execute(sql: sql) }
            #expect(try await log.tailVerification(records: 5).firstBad == bad)
        }
    }
}
