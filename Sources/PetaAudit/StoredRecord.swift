/// A record as it stands in the log.
package struct StoredRecord: Sendable, Equatable {
    /// Its number: 1 for the first record, without gaps.
    package let seq: Int64
    /// The record as the writer wrote it: one compact JSON object without `seq`.
    package let json: [UInt8]

    /// The fields.
    /// - Throws: ``AuditDecodingError`` when somebody changed the row into something else.
    package var record: AuditRecord {
        get throws(AuditDecodingError) { try AuditRecord(json: json) }
    }

    /// The documented JSON object, with `seq` first; no newline.
    package var line: [UInt8] {
        var line = Array(#"{"seq":"#.utf8)
        line.reserveCapacity(json.count + 28)
        line.append(contentsOf: "\(seq)".utf8)
        if json.count > 2, json.first == UInt8(ascii: "{") {
            line.append(UInt8(ascii: ","))
            line.append(contentsOf: json.dropFirst())
        } else {
            line.append(UInt8(ascii: "}"))
        }
        return line
    }
}
