import GRDB
import PetaCrypto

/// Walks the chain from the checkpoint, or the first record, to the state row, in constant memory.
struct AuditVerifier {
    private let chain: AuditChain
    private var previous: SHA256Digest
    private var expected: Int64 = 1
    private var records: Int64 = 0
    private var bad: AuditVerification.Bad?
    private var checkpoint: AuditCheckpoint?

    private init(key: SecretBytes) {
        chain = AuditChain(key: key)
        previous = chain.genesis
    }

    /// Looks at everything that `db` shows; give it a snapshot.
    static func verify(_ db: Database, key: SecretBytes, anchors: [AuditAnchor] = []) throws -> AuditVerification {
        var verifier = AuditVerifier(key: key)
        return try verifier.run(db, anchors)
    }

    private mutating func run(_ db: Database, _ anchors: [AuditAnchor]) throws -> AuditVerification {
        try begin(db)
        var head = previous
        try AuditRows.scan(db, in: .min ... .max) { row in
            records += 1
            head = Self.digest(row.mac) ?? head
            if bad == nil { check(row) }
            return true
        }
        if let bad, bad.reason == .changed { self.bad = try refine(bad, db) }
        if bad == nil { try checkEnd(db) }
        let comparison = anchors.isEmpty ? nil : try AnchorCheck.run(db, chain: chain, checkpoint: checkpoint, anchors)
        return AuditVerification(
            ok: bad == nil && comparison?.bad == nil, records: records, head: head.hex, firstBad: bad, checkpoint: checkpoint,
            anchors: comparison)
    }

    /// What retention removed cannot be looked at any more; the checkpoint says what it ended with.
    private mutating func begin(_ db: Database) throws {
        switch try AuditCheckpoint.load(db, chain: chain) {
        case .none: return
        case .found(let found):
            checkpoint = found
            previous = found.mac
            expected = found.seq + 1
        case .damaged: bad = .init(seq: try Int64.fetchOne(db, sql: "SELECT min(seq) FROM audit") ?? 1, reason: .checkpoint)
        }
    }

    private mutating func check(_ row: AuditRows.Row) {
        if row.seq > expected {
            bad = .init(seq: expected, reason: .removed)
        } else if row.seq < expected {
            // Only numbers below the first can come here: somebody put the row in before it.
            bad = .init(seq: row.seq, reason: .reordered)
        } else {
            let link = chain.link(after: previous, seq: row.seq, time: row.time, record: row.record)
            guard Self.digest(row.mac) == link else {
                bad = .init(seq: row.seq, reason: .changed)
                return
            }
            previous = link
            expected += 1
        }
    }

    /// The rows are fine among themselves; is their end the end that was written?
    private mutating func checkEnd(_ db: Database) throws {
        let last = expected - 1
        guard let state = try AuditHead.stored(db, chain: chain) else {
            bad = .init(seq: last + 1, reason: .tailCut)
            return
        }
        if state.seq > last {
            bad = .init(seq: last + 1, reason: .tailCut)
        } else if state.seq < last {
            bad = .init(seq: state.seq + 1, reason: .reordered)
        } else if state.mac != previous {
            bad = .init(seq: last, reason: .changed)
        }
    }

    /// Tells apart why the row's MAC does not fit, by a second walk over what follows: `previous` is still the MAC before it.
    private func refine(_ bad: AuditVerification.Bad, _ db: Database) throws -> AuditVerification.Bad {
        var reason = bad.reason
        var before: SHA256Digest?
        try AuditRows.scan(db, in: bad.seq ... .max) { row in
            guard let mac = Self.digest(row.mac) else { return true }
            if row.seq > bad.seq, chain.link(after: previous, seq: bad.seq, time: row.time, record: row.record) == mac {
                // The record that belongs here stands further on.
                reason = .reordered
            } else if row.seq == bad.seq + 1, let before, isShifted(row, after: before, mac) {
                // What follows hangs together under higher numbers than it has now.
                reason = .removed
            }
            before = mac
            return reason == .changed
        }
        return .init(seq: bad.seq, reason: reason)
    }

    private func isShifted(_ row: AuditRows.Row, after before: SHA256Digest, _ mac: SHA256Digest) -> Bool {
        (1...1000).contains { chain.link(after: before, seq: row.seq + $0, time: row.time, record: row.record) == mac }
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer) -> SHA256Digest? {
        bytes.count == 32 ? SHA256Digest(bytes: bytes) : nil
    }
}
