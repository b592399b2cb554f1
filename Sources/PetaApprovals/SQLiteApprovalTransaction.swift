internal import Foundation
internal import GRDB
internal import PetaCrypto
internal import PetaStore
internal import PetaWire

/// One transaction on the tables of approvals.
struct SQLiteApprovalTransaction: ApprovalTransaction {
    private let db: Database

    init(_ db: Database) { self.db = db }

    func newest(_ digest: SHA256Digest) throws -> StoredApproval? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM approval WHERE digest = ? ORDER BY createdAt DESC, rowid DESC LIMIT 1", arguments: [Self.data(digest)]
        ).map(approval)
    }

    func find(_ id: String) throws -> StoredApproval? {
        try Row.fetchOne(db, sql: "SELECT * FROM approval WHERE id = ?", arguments: [id]).map(approval)
    }

    func insert(_ stored: StoredApproval, digest: SHA256Digest) throws {
        let (approval, call) = (stored.approval, stored.approval.call)
        try db.execute(
            sql: """
                INSERT INTO approval (id, digest, status, revision, user, method, server, tool, definition, rule, policyVersion, reason,
                    approvers, clientName, clientVersion, address, createdAt, expiresAt, changedAt, keptUntil, attempts, sealed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                approval.id, Self.data(digest), approval.status.rawValue, approval.revision, call.user, call.method, call.server, call.tool,
                call.definition.map(Self.data), call.rule, call.policyVersion, call.reason, call.approvers, call.clientName,
                call.clientVersion, call.address, approval.createdAt, approval.expiresAt, approval.changedAt, approval.keptUntil,
                approval.attempts, Data(stored.sealed),
            ])
    }

    func update(_ stored: StoredApproval, expected: Int) throws -> Bool {
        let approval = stored.approval
        try db.execute(
            sql: """
                UPDATE approval SET status = ?, revision = ?, expiresAt = ?, changedAt = ?, keptUntil = ?, claimedBy = ?, failure = ?,
                    attempts = ?, result = coalesce(?, result)
                WHERE id = ? AND revision = ?
                """,
            arguments: [
                approval.status.rawValue, approval.revision, approval.expiresAt, approval.changedAt, approval.keptUntil, approval.claimedBy,
                approval.failure, approval.attempts, stored.result.map { Data($0) }, approval.id, expected,
            ])
        guard db.changesCount == 1 else { return false }
        for (number, decision) in approval.decisions.enumerated() {
            try db.execute(
                sql: """
                    INSERT INTO approval_decision (approval, number, by, role, channel, approves, at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                arguments: [
                    approval.id, number, decision.by, decision.role, decision.channel, decision.approves, decision.at, decision.reason,
                ])
        }
        return true
    }

    func pendingCount(of user: String?) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT n FROM approval_waiting WHERE user = ?", arguments: [user ?? ""]) ?? 0
    }

    func madeCount(of user: String, since: Int64) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM approval WHERE user = ? AND createdAt > ?", arguments: [user, since]) ?? 0
    }

    func due(at now: Int64, limit: Int) throws -> [StoredApproval] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM approval WHERE status IN ('pending', 'approved') AND expiresAt <= ? ORDER BY expiresAt LIMIT ?",
            arguments: [now, limit]
        ).map(approval)
    }

    func executing() throws -> [StoredApproval] {
        try Row.fetchAll(db, sql: "SELECT * FROM approval WHERE status = 'executing'").map(approval)
    }

    func prune(before: Int64, kept: Int, bytes: Int, now: Int64) throws {
        let over = "status IN ('rejected', 'expired', 'executed', 'failed')"
        try db.execute(sql: "UPDATE approval SET result = NULL WHERE result IS NOT NULL AND keptUntil <= ?", arguments: [now])
        try db.execute(sql: "DELETE FROM approval WHERE \(over) AND changedAt < ? AND keptUntil <= ?", arguments: [before, now])
        let surplus = (try Int.fetchOne(db, sql: "SELECT count(*) FROM approval") ?? 0) - kept
        if surplus > 0 {
            try db.execute(
                sql:
                    "DELETE FROM approval WHERE id IN (SELECT id FROM approval WHERE \(over) AND keptUntil <= ? ORDER BY createdAt LIMIT ?)",
                arguments: [now, surplus])
        }
        let held = try Int.fetchOne(db, sql: "SELECT n FROM approval_waiting WHERE user = '#bytes'") ?? 0
        guard held > bytes else { return }
        try db.execute(
            sql: """
                DELETE FROM approval WHERE id IN (
                    SELECT id FROM (
                        SELECT id, sum(length(sealed)) OVER (ORDER BY createdAt, id) - length(sealed) AS older
                        FROM approval WHERE \(over) AND keptUntil <= ?)
                    WHERE older < ?)
                """, arguments: [now, held - bytes])
    }

    func approval(_ row: Row) throws -> StoredApproval {
        let id: String = row["id"]
        guard let status = Approval.Status(rawValue: row["status"]) else {
            // Never a guess: it might run what nobody approved.
            throw ApprovalError("internal", "approval \(id) has a state that this version does not know")
        }
        var call = ApprovalCall(
            user: row["user"], method: row["method"], server: row["server"], tool: row["tool"], arguments: .null,
            definition: (row["definition"] as Data?).flatMap(Self.digest), rule: row["rule"], policyVersion: row["policyVersion"],
            reason: row["reason"], approvers: row["approvers"])
        call.clientName = row["clientName"]
        call.clientVersion = row["clientVersion"]
        call.address = row["address"]
        var approval = Approval(id: id, call: call, createdAt: row["createdAt"], expiresAt: row["expiresAt"])
        approval.status = status
        approval.revision = row["revision"]
        approval.changedAt = row["changedAt"]
        approval.keptUntil = row["keptUntil"]
        approval.claimedBy = row["claimedBy"]
        approval.failure = row["failure"]
        approval.attempts = row["attempts"]
        if status != .pending || approval.revision > 1 {
            approval.decisions = try Row.fetchAll(
                db, sql: "SELECT * FROM approval_decision WHERE approval = ? ORDER BY number", arguments: [id]
            ).map { row in
                Approval.Decision(
                    by: row["by"], role: row["role"], channel: row["channel"], approves: row["approves"], at: row["at"],
                    reason: row["reason"])
            }
        }
        return StoredApproval(
            approval: approval, sealed: Array(row["sealed"] as Data), result: (row["result"] as Data?).map { Array($0) })
    }

    private static func data(_ digest: SHA256Digest) -> Data { digest.withUnsafeBytes { Data($0) } }

    private static func digest(_ data: Data) -> SHA256Digest? {
        data.count == 32 ? data.withUnsafeBytes { SHA256Digest(bytes: $0) } : nil
    }
}
