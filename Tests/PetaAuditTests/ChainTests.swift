import Foundation
import GRDB
import PetaAudit
import PetaCrypto
import PetaStore
import Testing

@Suite("The chain")
struct ChainTests {
    /// What somebody does to a log of 20 records, and what verification then says.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let seq: Int64
        let reason: AuditVerification.Reason
        let sql: String
    }

    static let tamperings = [
        Tampering(
            testDescription: "a changed record", seq: 7, reason: .changed,
            sql: "UPDATE audit SET record = CAST(replace(CAST(record AS TEXT), 'alice', 'carol') AS BLOB) WHERE seq = 7"),
        Tampering(
            testDescription: "a changed first record", seq: 1, reason: .changed, sql: "UPDATE audit SET record = x'7b7d' WHERE seq = 1"),
        Tampering(testDescription: "a changed last record", seq: 20, reason: .changed, sql: "UPDATE audit SET record = x'' WHERE seq = 20"),
        Tampering(testDescription: "a changed time", seq: 7, reason: .changed, sql: "UPDATE audit SET time = time + 1 WHERE seq = 7"),
        Tampering(testDescription: "a changed MAC", seq: 7, reason: .changed, sql: "UPDATE audit SET mac = randomblob(32) WHERE seq = 7"),
        Tampering(testDescription: "a shortened MAC", seq: 7, reason: .changed, sql: "UPDATE audit SET mac = x'00' WHERE seq = 7"),
        Tampering(
            testDescription: "swapped MACs", seq: 7, reason: .changed,
            sql: """
                CREATE TEMP TABLE t AS SELECT seq, mac FROM audit WHERE seq IN (7, 8);
                UPDATE audit SET mac = (SELECT mac FROM t WHERE t.seq = 15 - audit.seq) WHERE seq IN (7, 8);
                """),
        Tampering(testDescription: "a deleted record", seq: 7, reason: .removed, sql: "DELETE FROM audit WHERE seq = 7"),
        Tampering(testDescription: "a deleted first record", seq: 1, reason: .removed, sql: "DELETE FROM audit WHERE seq = 1"),
        Tampering(
            testDescription: "deleted records in the middle", seq: 7, reason: .removed, sql: "DELETE FROM audit WHERE seq IN (7, 8, 12)"),
        Tampering(
            testDescription: "a deleted record, the rest renumbered", seq: 7, reason: .removed,
            sql: """
                DELETE FROM audit WHERE seq = 7;
                UPDATE audit SET seq = -seq WHERE seq > 7;
                UPDATE audit SET seq = -seq - 1 WHERE seq < 0;
                """),
        Tampering(
            testDescription: "two neighbours exchanged", seq: 7, reason: .reordered,
            sql: "UPDATE audit SET seq = -seq WHERE seq IN (7, 8); UPDATE audit SET seq = 15 + seq WHERE seq < 0"),
        Tampering(
            testDescription: "two distant records exchanged", seq: 3, reason: .reordered,
            sql: "UPDATE audit SET seq = -seq WHERE seq IN (3, 18); UPDATE audit SET seq = 21 + seq WHERE seq < 0"),
        Tampering(
            testDescription: "an inserted record, the rest renumbered", seq: 7, reason: .reordered,
            sql: """
                UPDATE audit SET seq = -seq WHERE seq >= 7;
                UPDATE audit SET seq = -seq + 1 WHERE seq < 0;
                INSERT INTO audit SELECT 7, time, record, mac FROM audit WHERE seq = 6;
                """),
        Tampering(
            testDescription: "a record put in before the first", seq: 0, reason: .reordered,
            sql: "INSERT INTO audit SELECT 0, time, record, mac FROM audit WHERE seq = 1"),
        Tampering(
            testDescription: "a forged record at the end", seq: 21, reason: .changed,
            sql: "INSERT INTO audit SELECT 21, time, record, mac FROM audit WHERE seq = 20"),
        Tampering(testDescription: "a cut tail", seq: 16, reason: .tailCut, sql: "DELETE FROM audit WHERE seq > 15"),
        Tampering(testDescription: "a missing last record", seq: 20, reason: .tailCut, sql: "DELETE FROM audit WHERE seq = 20"),
        Tampering(testDescription: "an emptied log", seq: 1, reason: .tailCut, sql: "DELETE FROM audit"),
        Tampering(
            testDescription: "a cut tail with the state row adjusted", seq: 16, reason: .tailCut,
            sql: """
                DELETE FROM audit WHERE seq > 15;
                UPDATE audit_state SET seq = 15, head = (SELECT mac FROM audit WHERE seq = 15);
                """),
        Tampering(testDescription: "a removed state row", seq: 21, reason: .tailCut, sql: "DELETE FROM audit_state"),
        Tampering(testDescription: "a changed lag", seq: 21, reason: .tailCut, sql: "UPDATE audit_state SET lag = lag + 1"),
    ]

    private func fill(_ log: AuditLog) async throws {
        for n in stride(from: 1, through: 20, by: 4) {
            try await log.commit((n..<n + 4).map { call("r\($0)", time: 1_700_000_000_000_000 + Int64($0)) })
        }
    }

    @Test("an untouched log verifies and names its head")
    func untouched() async throws {
        try await Place().withLog { log, store throws in
            #expect(try log.verify().ok)
            #expect(try log.verify().records == 0)
            try await fill(log)
            let found = try await log.verification()
            #expect(found.ok)
            #expect(found.records == 20)
            #expect(found.firstBad == nil)
            let mac = try store.readSync { try Data.fetchOne($0, sql: "SELECT mac FROM audit WHERE seq = 20") }
            #expect(found.head == mac?.map { String(format: "%02x", $0) }.joined())
        }
    }

    @Test("tampering is found and named by its first bad record", arguments: tamperings)
    func tampered(_ tampering: Tampering) async throws {
        try await Place().withLog { log, store throws in
            try await fill(log)
            try store.writeSync { try $0.execute(sql: tampering.sql) }
            let found = try log.verify()
            #expect(!found.ok)
            #expect(found.firstBad == AuditVerification.Bad(seq: tampering.seq, reason: tampering.reason))
        }
    }

    @Test("tampering while the gateway is down stays visible when it goes on writing", arguments: tamperings)
    func tamperedAndReopened(_ tampering: Tampering) async throws {
        let place = Place()
        try await place.withLog { log, store throws in
            try await fill(log)
            try store.writeSync { try $0.execute(sql: tampering.sql) }
        }
        for round in 0..<2 {
            try await place.withLog { log, _ throws in
                try await log.commit([call("later\(round)")])
                let found = try log.verify()
                #expect(!found.ok)
                #expect(try #require(found.firstBad).seq <= tampering.seq + 1)
                #expect(try log.tail(n: 1).first?.record.requestID == "later\(round)")
            }
        }
    }

    @Test("a state row of earlier does not fit a longer log")
    func replayedState() async throws {
        try await Place().withLog { log, store throws in
            try await log.commit([call("a")])
            try store.writeSync { try $0.execute(sql: "CREATE TABLE old AS SELECT * FROM audit_state") }
            try await log.commit([call("b"), call("c")])
            try store.writeSync { try $0.execute(sql: "REPLACE INTO audit_state SELECT * FROM old") }
            #expect(try log.verify().firstBad == AuditVerification.Bad(seq: 2, reason: .reordered))
        }
    }

    @Test("another key verifies nothing")
    func otherKey() async throws {
        let place = Place()
        try await place.withLog { log, _ throws in try await fill(log) }
        try await place.withLog(key: SecretBytes.random(count: 32)) { log, _ throws in
            #expect(try log.verify().firstBad == AuditVerification.Bad(seq: 1, reason: .changed))
        }
    }

    @Test("the chain goes on over a restart")
    func restart() async throws {
        let place = Place()
        try await place.withLog { log, _ throws in try await fill(log) }
        try await place.withLog { log, _ throws in
            try await log.commit([call("r21")])
            #expect(log.head == 21)
            #expect(try log.verify().ok)
            #expect(try log.verify().records == 21)
        }
    }
}
