import Foundation
import GRDB
import PetaCrypto
import PetaStore

/// How the log compares with what it said of itself elsewhere.
package struct AnchorCheck: Sendable, Equatable {
    /// What is wrong.
    package enum Reason: String, Sendable, CaseIterable {
        /// The log ends before the record that was its end then.
        case tailCut = "tail_cut"
        /// That record is another one now.
        case rewritten
        /// Not said by this log: it is about another one, or it was changed, or the log was made anew with another key.
        case foreign
    }

    /// The first anchor that does not fit.
    package struct Bad: Sendable, Equatable {
        package let anchor: AuditAnchor
        package let reason: Reason

        package init(anchor: AuditAnchor, reason: Reason) {
            self.anchor = anchor
            self.reason = reason
        }
    }

    /// How many were compared.
    package let checked: Int
    /// How many are about records that retention has removed since, and cannot be compared any more.
    package let removed: Int
    /// The newest of those that fit.
    package let newest: AuditAnchor?
    /// Nil: all fit.
    package let bad: Bad?

    /// Compares with one snapshot. It does not look at the chain: what lies between is ``AuditVerifier``'s.
    static func run(_ db: Database, chain: AuditChain, checkpoint: AuditCheckpoint?, _ anchors: [AuditAnchor]) throws -> AnchorCheck {
        let last = try AuditRows.last(db)
        var removed = 0
        var newest: AuditAnchor?
        var bad: Bad?
        for anchor in anchors {
            let reason: Reason?
            if !chain.said(anchor) {
                reason = .foreign
            } else if anchor.seq > last {
                reason = .tailCut
            } else if let checkpoint, anchor.seq < checkpoint.seq {
                removed += 1
                continue
            } else {
                reason = try head(db, at: anchor.seq, chain, checkpoint) == anchor.head ? nil : .rewritten
            }
            if let reason {
                bad = bad ?? Bad(anchor: anchor, reason: reason)
            } else if newest.map({ $0.seq <= anchor.seq }) ?? true {
                newest = anchor
            }
        }
        return AnchorCheck(checked: anchors.count, removed: removed, newest: newest, bad: bad)
    }

    private static func head(_ db: Database, at seq: Int64, _ chain: AuditChain, _ checkpoint: AuditCheckpoint?) throws -> SHA256Digest? {
        if seq == 0 { return chain.genesis }
        if let checkpoint, checkpoint.seq == seq { return checkpoint.mac }
        guard let mac = try Data.fetchOne(db, sql: "SELECT mac FROM audit WHERE seq = ?", arguments: [seq]), mac.count == 32 else {
            return nil
        }
        return mac.withUnsafeBytes { SHA256Digest(bytes: $0) }
    }
}

extension AuditLog {
    /// The end of the log now, with everything that was submitted before.
    package func anchor(at time: Int64) async throws -> AuditAnchor {
        await flush()
        return try await store.read { [key] db in
            let chain = AuditChain(key: key)
            guard let row = try Row.fetchOne(db, sql: "SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1"),
                let mac: Data = row["mac"], mac.count == 32
            else { return chain.anchor(seq: 0, head: chain.genesis, time: time) }
            return chain.anchor(seq: row["seq"], head: mac.withUnsafeBytes { SHA256Digest(bytes: $0) }, time: time)
        }
    }

    /// Compares the log with anchors, without walking the chain.
    package func compare(with anchors: [AuditAnchor]) async throws -> AnchorCheck {
        try await store.read { [key] db in
            let chain = AuditChain(key: key)
            var checkpoint: AuditCheckpoint?
            if case .found(let found) = try AuditCheckpoint.load(db, chain: chain) { checkpoint = found }
            return try AnchorCheck.run(db, chain: chain, checkpoint: checkpoint, anchors)
        }
    }

    /// Tells this log from others: the same as long as its key is.
    package var instance: String { AuditChain(key: key).instance }
}
