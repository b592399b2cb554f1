/// How much may be on its way into the log: queued, being written, and kept after a failed commit, all together.
package struct AuditBounds: Sendable {
    /// Greatest number of records.
    package var records: Int
    /// Greatest size of the encoded records in bytes.
    package var bytes: Int
    /// How long a record that nobody waits for may wait for company before it is committed, in nanoseconds.
    package var gathering: Int64
    /// How long the journal may be ahead of the database, in nanoseconds. Beyond it answers wait for their commit again.
    package var lead: Int64

    /// 65,536 records and 64 MiB, 5 ms and 100 ms unless told otherwise.
    package init(records: Int = 65_536, bytes: Int = 64 << 20, gathering: Int64 = 5_000_000, lead: Int64 = 100_000_000) {
        self.records = records
        self.bytes = bytes
        self.gathering = gathering
        self.lead = lead
    }
}
