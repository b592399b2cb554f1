import GRDB
import PetaCrypto
import PetaStore

/// Removes the oldest records, some at a time, and leaves a checkpoint that says so.
///
/// Each step is one transaction: the records go and the checkpoint comes, or neither. A record goes only when it is what was written, so that
/// no checkpoint ever stands for a record that was changed.
struct AuditPruner {
    /// The most records of one transaction: the writer of calls waits for one at most, a few milliseconds.
    static let step: Int64 = 512

    let store: Store
    let key: SecretBytes
    let limits: AuditLimits
    var faults: AuditFaults?

    /// Removes what is beyond the limits.
    ///
    /// - Parameters:
    ///   - now: microseconds since 1970; nil where the clock is not to be believed: then nothing is removed for its age.
    ///   - pause: called between two steps.
    func prune(now: Int64?, date: Int64, pause: @Sendable () async throws -> Void) async throws -> AuditPruning {
        var done = AuditPruning()
        guard let bound = try await store.read({ try self.bound($0, now: now) }) else { return done }
        while true {
            let step = try await store.write { try self.remove($0, through: bound, date: date) }
            done.removed += step.removed
            done.last = step.last ?? done.last
            done.damagedAt = step.damagedAt
            if step.removed < Self.step || step.damagedAt != nil { return done }
            try await pause()
        }
    }

    // MARK: what is beyond the limits

    /// The number of the last record that may go. The newest one never may: the chain's end is told from it.
    func bound(_ db: Database, now: Int64?) throws -> Int64? {
        let last = try AuditRows.last(db)
        var bound: Int64 = 0
        if let records = limits.records { bound = max(bound, last - records) }
        if let age = limits.age, let now { bound = max(bound, try aged(db, before: now - age, now: now)) }
        bound = min(bound, last - 1)
        guard bound > 0, let first = try Int64.fetchOne(db, sql: "SELECT min(seq) FROM audit"), first <= bound else { return nil }
        return bound
    }

    /// The last record that is older than `cutoff`, where all before it are too.
    ///
    /// The `time` column never falls, so that a clock that was set back makes no record older than the ones before it. A column that is ahead of
    /// the clock was written after somebody's clock ran ahead, and says nothing: then a record is as old as it says itself, and those before it
    /// are not younger.
    private func aged(_ db: Database, before cutoff: Int64, now: Int64) throws -> Int64 {
        var oldest: Int64 = 0
        try AuditRows.scan(db, in: .min ... .max) { row in
            var time = row.time
            if time > now {
                guard let own = Self.ownTime(row.record), own <= now else { return true }
                time = own
            }
            guard time < cutoff else { return false }
            oldest = row.seq
            return true
        }
        return oldest
    }

    /// `time` is the first member of every record.
    static func ownTime(_ record: UnsafeRawBufferPointer) -> Int64? {
        record.withMemoryRebound(to: UInt8.self) { bytes in
            guard var members = try? JSONMembers(bytes), let first = try? members.next(), bytes[first.key].elementsEqual("time".utf8) else {
                return nil
            }
            return Timestamp.parse(quoted: UnsafeBufferPointer(rebasing: bytes[first.value]))
        }
    }

    // MARK: one step

    private func remove(_ db: Database, through bound: Int64, date: Int64) throws -> AuditPruning {
        let chain = AuditChain(key: key)
        var removed: Int64 = 0
        var previous = chain.genesis
        var last: Int64 = 0
        switch try AuditCheckpoint.load(db, chain: chain) {
        case .none: break
        case .found(let checkpoint): (removed, previous, last) = (checkpoint.removed, checkpoint.mac, checkpoint.seq)
        case .damaged: return AuditPruning(damagedAt: try Int64.fetchOne(db, sql: "SELECT min(seq) FROM audit"))
        }
        var done = AuditPruning()
        var time: Int64 = 0
        try AuditRows.scan(db, in: .min...bound) { row in
            guard done.removed < Self.step else { return false }
            let link = chain.link(after: previous, seq: row.seq, time: row.time, record: row.record)
            guard row.seq == last + 1, row.mac.count == 32, SHA256Digest(bytes: row.mac) == link else {
                done.damagedAt = last + 1
                return false
            }
            (last, time, previous) = (row.seq, row.time, link)
            done.removed += 1
            return true
        }
        guard done.removed > 0 else { return done }
        done.last = last
        try faults?.check(.insert)
        try db.execute(sql: "DELETE FROM audit WHERE seq <= ?", arguments: [last])
        try faults?.check(.state)
        try AuditCheckpoint(seq: last, time: time, removed: removed + done.removed, madeAt: date, mac: previous).store(db, chain: chain)
        try faults?.check(.commit)
        return done
    }
}
