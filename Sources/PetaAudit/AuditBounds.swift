/// How much may be on its way into the log: queued, being written, and kept after a failed commit, all together.
package struct AuditBounds: Sendable {
    /// Greatest number of records.
    package var records: Int
    /// Greatest size of the encoded records in bytes.
    package var bytes: Int

    /// 65,536 records and 64 MiB unless told otherwise.
    package init(records: Int = 65_536, bytes: Int = 64 << 20) {
        self.records = records
        self.bytes = bytes
    }
}
