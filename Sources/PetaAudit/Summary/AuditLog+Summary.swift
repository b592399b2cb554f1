import GRDB
import PetaStore

extension AuditLog {
    /// What the records that fit amount to: one pass on a reader's connection, in bounded memory, with everything that was submitted before.
    ///
    /// - Parameters:
    ///   - filter: its limit and order do not matter.
    ///   - now: where the time axis ends when the filter does not say; microseconds since 1970.
    ///   - buckets: how many pieces the time is cut into at most; at least 2.
    ///   - top: how many groups of each kind are named.
    package func summary(_ filter: AuditFilter, now: Int64, buckets: Int, top: Int) async throws -> AuditSummary {
        await flush()
        return try await store.read { [key] db in
            var filter = filter
            filter.order = .oldestFirst
            let range = try AuditReader.range(db, filter)
            let from = try filter.since ?? range.flatMap { try AuditReader.time(db, of: $0) } ?? now
            var builder = SummaryBuilder(from: from, to: max(from, filter.until ?? now), buckets: buckets)
            if let range {
                let matcher = AuditMatcher(filter)
                try AuditRows.scan(db, in: range) { row in
                    if matcher.matches(row.record) { builder.add(row.record) }
                    return true
                }
            }
            var summary = builder.finish(top: top)
            if case .found(let checkpoint) = try AuditCheckpoint.load(db, chain: AuditChain(key: key)) { summary.checkpoint = checkpoint }
            return summary
        }
    }
}

extension AuditReader {
    /// When the first record of a range began.
    static func time(_ db: Database, of range: ClosedRange<Int64>) throws -> Int64? {
        var time: Int64?
        try AuditRows.scan(db, in: range) { row in
            time = AuditPruner.ownTime(row.record) ?? row.time
            return false
        }
        return time
    }
}
