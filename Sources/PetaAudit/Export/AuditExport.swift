import GRDB
import PetaStore

/// Gives the records that fit, oldest first, in pieces of text, for as long as somebody takes them.
///
/// Each piece is read by itself, so that however slowly it is taken no old state of the database is held and no more than a piece of memory.
/// What is recorded after the beginning is not part of it, and neither is what retention removes meanwhile.
package actor AuditExport {
    /// How the text looks.
    package enum Format: String, Sendable, CaseIterable {
        /// A JSON object on each line, with `seq` first.
        case ndjson
        /// See ``AuditCSV``.
        case csv
    }

    /// A piece ends at this size, in bytes, or after looking at so many records.
    static let pieceBytes = 64 << 10
    static let pieceRecords = 20_000

    private let store: Store
    private let format: Format
    private let filter: AuditFilter
    private let end: Int64
    private var after: Int64
    private var isBegun = false

    init(store: Store, format: Format, filter: AuditFilter, end: Int64) {
        self.store = store
        self.format = format
        self.filter = filter
        self.end = end
        after = filter.afterSeq ?? 0
    }

    /// The next piece, of whole lines; nil at the end.
    package func next() async throws -> [UInt8]? {
        if !isBegun {
            isBegun = true
            if format == .csv { return AuditCSV.header }
        }
        while after < end {
            let (piece, last) = try await read()
            after = last
            if !piece.isEmpty { return piece }
        }
        return nil
    }

    private func read() async throws -> (piece: [UInt8], last: Int64) {
        var filter = filter
        filter.afterSeq = after
        filter.order = .oldestFirst
        return try await store.read { [filter, end, format] db in
            guard let range = try AuditReader.range(db, filter), range.lowerBound <= end else { return ([], end) }
            let matcher = AuditMatcher(filter)
            var piece: [UInt8] = []
            var last = min(range.upperBound, end)
            // A range whose upper end comes from the filter is the last one; nothing behind it fits.
            let isLast = last
            var looked = 0
            try AuditRows.scan(db, in: range.lowerBound...isLast) { row in
                looked += 1
                if matcher.matches(row.record) { Self.append(row, format, to: &piece) }
                guard looked >= Self.pieceRecords || piece.count >= Self.pieceBytes else { return true }
                last = row.seq
                return false
            }
            return (piece, last == isLast ? end : last)
        }
    }

    private static func append(_ row: AuditRows.Row, _ format: Format, to piece: inout [UInt8]) {
        switch format {
        case .ndjson:
            piece.append(contentsOf: StoredRecord(seq: row.seq, json: Array(row.record)).line)
            piece.append(0x0A)
        case .csv: _ = AuditCSV.append(seq: row.seq, row.record, to: &piece)
        }
    }
}

extension AuditLog {
    /// Begins to export what fits, with everything that was submitted before. The filter's limit and order do not matter.
    package func export(_ filter: AuditFilter, as format: AuditExport.Format) async throws -> AuditExport {
        await flush()
        return AuditExport(store: store, format: format, filter: filter, end: try await store.read { try AuditRows.last($0) })
    }
}
