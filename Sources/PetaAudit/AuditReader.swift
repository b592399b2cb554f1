import GRDB

/// Finds records. Everything here runs on a reader's connection and sees one snapshot.
enum AuditReader {
    /// Scans what the numbers and times leave over; holds no more than the result.
    static func query(_ db: Database, _ filter: AuditFilter) throws -> [StoredRecord] {
        var found: [StoredRecord] = []
        let limit = min(max(filter.limit, 0), AuditFilter.greatestLimit)
        guard limit > 0, let range = try range(db, filter) else { return [] }
        let matcher = AuditMatcher(filter)
        try AuditRows.scan(db, in: range, order: filter.order) { row in
            if matcher.matches(row.record) { found.append(StoredRecord(seq: row.seq, json: Array(row.record))) }
            return found.count < limit
        }
        return found
    }

    /// Gives the records that fit to `body`, at most `limit` of them, until it says false; holds none.
    static func scan(_ db: Database, _ filter: AuditFilter, limit: Int, _ body: (StoredRecord) throws -> Bool) throws {
        guard limit > 0, let range = try range(db, filter) else { return }
        let matcher = AuditMatcher(filter)
        var left = limit
        try AuditRows.scan(db, in: range, order: filter.order) { row in
            guard matcher.matches(row.record) else { return true }
            left -= 1
            return try body(StoredRecord(seq: row.seq, json: Array(row.record))) && left > 0
        }
    }

    /// The record with this number.
    static func record(_ db: Database, seq: Int64) throws -> StoredRecord? {
        var found: StoredRecord?
        try AuditRows.scan(db, in: seq...seq) { row in
            found = StoredRecord(seq: row.seq, json: Array(row.record))
            return false
        }
        return found
    }

    /// The newest record with this request id among the newest `depth`.
    static func record(_ db: Database, requestID: String, depth: Int64) throws -> StoredRecord? {
        var filter = AuditFilter()
        filter.requestID = requestID
        filter.afterSeq = max(0, try AuditRows.last(db) - depth)
        filter.limit = 1
        return try query(db, filter).first
    }

    /// Which of `ids` occur as request ids of records in the range.
    static func requestIDs(_ db: Database, among ids: Set<String>, in range: ClosedRange<Int64>) throws -> Set<String> {
        let encoded = Dictionary(ids.map { (JSONWriter.quoted($0), $0) }, uniquingKeysWith: { first, _ in first })
        var found: Set<String> = []
        try AuditRows.scan(db, in: range) { row in
            if let id = row.record.withMemoryRebound(to: UInt8.self, { requestID($0) }), let match = encoded[Array(id)] {
                found.insert(match)
            }
            return found.count < ids.count
        }
        return found
    }

    private static func requestID(_ bytes: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>>? {
        guard var members = try? JSONMembers(bytes) else { return nil }
        while let member = try? members.next() {
            if bytes[member.key].elementsEqual("requestId".utf8) { return bytes[member.value] }
        }
        return nil
    }

    /// Times narrow the range by binary search. The column is never before a record's own time and never more than the
    /// greatest lag after it, so nothing is missed; the matcher then looks at the record's own time.
    static func range(_ db: Database, _ filter: AuditFilter) throws -> ClosedRange<Int64>? {
        var low: Int64 = 1
        if let after = filter.afterSeq { low = after == .max ? .max : max(low, after + 1) }
        var high = try AuditRows.last(db)
        if let since = filter.since { low = max(low, try AuditRows.first(db, notBefore: since)) }
        if let until = filter.until {
            let lag = max(0, try Int64.fetchOne(db, sql: "SELECT lag FROM audit_state WHERE id = 1") ?? .max)
            let (edge, overflow) = until.addingReportingOverflow(lag)
            if !overflow, edge < .max { high = min(high, try AuditRows.first(db, notBefore: edge + 1) - 1) }
        }
        return low <= high ? low...high : nil
    }
}
