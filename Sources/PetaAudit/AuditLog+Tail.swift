import GRDB
import PetaCrypto
import PetaStore

/// What a look at the newest records found.
package struct AuditTail: Sendable, Equatable {
    /// How many were looked at.
    package let records: Int64
    /// The first record that does not fit; nil when all is well.
    package let firstBad: Int64?
    /// When the newest was written, in microseconds since 1970; nil where there is none.
    package let newest: Int64?
}

extension AuditLog {
    /// Checks that the newest records hang together, and that the last of them is the end that was written. The older ones are taken as
    /// they are; ``verification()`` checks all.
    package func tailVerification(records count: Int64) async throws -> AuditTail {
        await flush()
        return try await reading { db, key in try AuditTailVerifier.verify(db, key: key, count: count) }
    }
}

/// Walks the end of the chain.
enum AuditTailVerifier {
    static func verify(_ db: Database, key: SecretBytes, count: Int64) throws -> AuditTail {
        let chain = AuditChain(key: key)
        let last = try AuditRows.last(db)
        // Retention takes records away from the front; the checkpoint says what they ended with.
        let start: (seq: Int64, mac: SHA256Digest)
        switch try AuditCheckpoint.load(db, chain: chain) {
        case .none: start = (1, chain.genesis)
        case .found(let checkpoint): start = (checkpoint.seq + 1, checkpoint.mac)
        case .damaged:
            let oldest = try Int64.fetchOne(db, sql: "SELECT min(seq) FROM audit") ?? 1
            return AuditTail(records: 0, firstBad: oldest, newest: nil)
        }
        let first = max(start.seq, last - count)
        var previous: SHA256Digest? = first == start.seq ? start.mac : nil
        var expected: Int64 = first
        var records: Int64 = 0
        var bad: Int64?
        var newest: Int64?
        try AuditRows.scan(db, in: first...max(first, last)) { row in
            newest = row.time
            guard let mac = row.mac.count == 32 ? SHA256Digest(bytes: row.mac) : nil, row.seq == expected else {
                bad = expected
                return false
            }
            if let before = previous {
                guard chain.link(after: before, seq: row.seq, time: row.time, record: row.record) == mac else {
                    bad = row.seq
                    return false
                }
                records += 1
            }
            previous = mac
            expected += 1
            return true
        }
        if bad == nil, last > 0 {
            let state = try AuditHead.stored(db, chain: chain)
            if state?.seq != last || state?.mac != previous { bad = last + 1 }
        }
        return AuditTail(records: records, firstBad: bad, newest: newest)
    }
}
