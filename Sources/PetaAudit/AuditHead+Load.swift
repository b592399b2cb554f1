import Foundation
import GRDB
import PetaCrypto

extension AuditHead {
    /// What the database says about the end of the chain, and whether the two places that say it agree.
    struct Found {
        var head: AuditHead
        /// What does not fit together; nil when all is well.
        var damage: String?
    }

    /// Reads where to go on. Somebody may have changed the tables: then the chain goes on in a way that ``AuditLog/verify()``
    /// keeps finding, instead of covering it up with a good state row.
    static func load(_ db: Database, chain: AuditChain) throws -> Found {
        let last = try Row.fetchOne(db, sql: "SELECT seq, time, mac FROM audit ORDER BY seq DESC LIMIT 1")
        let lastSeq: Int64 = last?["seq"] ?? 0
        let lastTime: Int64 = last?["time"] ?? 0
        guard let state = try stored(db, chain: chain) else {
            if last == nil { return Found(head: chain.empty) }
            // One number is left out: the hole says for ever that the end of what stood here is not proven.
            let mac = last.flatMap { digest($0["mac"]) } ?? chain.genesis
            let head = AuditHead(seq: lastSeq + 1, time: lastTime, lag: 0, mac: mac)
            return Found(head: head, damage: "the state row is missing or was changed")
        }
        if state.seq > lastSeq { return Found(head: state, damage: "records after \(lastSeq) are missing") }
        if state.seq < lastSeq {
            var head = state
            head.seq = lastSeq
            return Found(head: head, damage: "records after \(state.seq) were not written by this log")
        }
        return Found(head: state)
    }

    /// The state row; nil when there is none or its MAC does not fit.
    static func stored(_ db: Database, chain: AuditChain) throws -> AuditHead? {
        guard let row = try Row.fetchOne(db, sql: "SELECT seq, time, lag, head, mac FROM audit_state WHERE id = 1"),
            let mac = digest(row["head"]), let seal = digest(row["mac"])
        else { return nil }
        let head = AuditHead(seq: row["seq"], time: row["time"], lag: row["lag"], mac: mac)
        return chain.seal(head) == seal ? head : nil
    }

    private static func digest(_ data: Data?) -> SHA256Digest? {
        guard let data, data.count == 32 else { return nil }
        return data.withUnsafeBytes { SHA256Digest(bytes: $0) }
    }
}
