import GRDB
import PetaStore

/// Records that are delivered together: each as one line of JSON, in the order of the log.
struct DeliveryBatch: Sendable {
    /// No more than this in one body, but for a single record that is larger itself.
    static let mostBytes = 1 << 20

    var first: Int64
    var last: Int64
    var count: Int
    var body: [UInt8]
    /// Whether there is more behind it.
    var isFull: Bool
    /// How many numbers before it are not there any more: removed by retention before they were delivered.
    var skipped: Int64

    /// What comes after `seq`; nil: nothing.
    static func read(_ store: Store, after seq: Int64, most: Int) async throws -> DeliveryBatch? {
        guard seq < .max else { return nil }
        return try await store.read { db in
            var batch: DeliveryBatch?
            try AuditRows.scan(db, in: seq + 1 ... .max) { row in
                let line = StoredRecord(seq: row.seq, json: Array(row.record)).line
                guard var begun = batch else {
                    batch = DeliveryBatch(
                        first: row.seq, last: row.seq, count: 1, body: line + [0x0A], isFull: most == 1, skipped: row.seq - seq - 1)
                    return most > 1
                }
                guard begun.body.count + line.count + 1 <= mostBytes else {
                    batch?.isFull = true
                    return false
                }
                batch = nil  // One owner, so that the bytes are added in place.
                begun.body += line
                begun.body.append(0x0A)
                begun.last = row.seq
                begun.count += 1
                begun.isFull = begun.count == most
                batch = begun
                return begun.count < most
            }
            return batch
        }
    }
}
