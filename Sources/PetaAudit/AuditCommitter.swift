import GRDB
import PetaCrypto
import PetaStore

/// Puts batches into the database, all of them in one transaction, and keeps the head of the chain.
///
/// Owned by one thread at a time: the one that opens the log, then the writer's.
// Sendable by handover, as said above.
final class AuditCommitter: @unchecked Sendable {
    private let store: Store
    private let chain: AuditChain
    var faults: AuditFaults?
    private var statements: AuditStatements?
    private(set) var head: AuditHead
    /// True after a failed commit: `head` is not known to be what the database has.
    private var inDoubt = false
    /// What the commit that failed was about to reach, when it came so far.
    private var attempted: (head: AuditHead, batches: Int)?

    /// - Returns: also what is wrong with the tables that were found.
    static func open(store: Store, key: SecretBytes, faults: AuditFaults?) throws -> (AuditCommitter, damage: String?) {
        let chain = AuditChain(key: key)
        let found = try store.writeSync { db in
            let found = try AuditHead.load(db, chain: chain)
            let statements = try AuditStatements(db)
            defer { statements.finalize() }
            try statements.setState(found.head, seal: chain.seal(found.head))
            return found
        }
        return (AuditCommitter(store: store, chain: chain, faults: faults, head: found.head), found.damage)
    }

    private init(store: Store, chain: AuditChain, faults: AuditFaults?, head: AuditHead) {
        self.store = store
        self.chain = chain
        self.faults = faults
        self.head = head
    }

    /// Commits the batches in order. On an error none of them is in the log, as far as SQLite says: see ``settleDoubt()``.
    func commit(_ batches: [AuditBatch]) throws {
        guard batches.contains(where: { $0.count > 0 }) else { return }
        inDoubt = true
        attempted = nil
        try store.pool.writeWithoutTransaction { db in
            try faults?.check(.begin)
            try db.cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
            do {
                let reached = try write(batches, db)
                attempted = (reached, batches.count)
                try faults?.check(.commit)
                try db.cachedStatement(sql: "COMMIT TRANSACTION").execute()
                try faults?.check(.committed)
                head = reached
                inDoubt = false
            } catch {
                if db.isInsideTransaction { try? db.rollback() }
                throw error
            }
        }
    }

    /// After a failed ``commit(_:)``: how many of its batches are in the log all the same, which is none or all of them.
    /// SQLite says that a failed commit leaves nothing; this reads it rather than believes it.
    func settleDoubt() throws -> Int {
        guard inDoubt else { return 0 }
        head = try store.pool.writeWithoutTransaction { try AuditHead.load($0, chain: chain).head }
        inDoubt = false
        guard let attempted, attempted.head == head else { return 0 }
        self.attempted = nil
        return attempted.batches
    }

    /// Lets go of the write connection. The pool can be closed then.
    func close() {
        store.pool.writeWithoutTransaction { _ in
            statements?.finalize()
            statements = nil
        }
    }

    private func write(_ batches: [AuditBatch], _ db: Database) throws -> AuditHead {
        let statements = try self.statements ?? AuditStatements(db)
        self.statements = statements
        var head = head
        for batch in batches {
            try batch.forEach { time, json in
                try faults?.check(.insert)
                head.seq += 1
                head.time = max(head.time, time)
                head.lag = max(head.lag, head.time - time)
                head.mac = chain.link(after: head.mac, seq: head.seq, time: head.time, record: json)
                try statements.insert(seq: head.seq, time: head.time, record: json, mac: head.mac)
            }
        }
        try faults?.check(.state)
        try statements.setState(head, seal: chain.seal(head))
        return head
    }
}
