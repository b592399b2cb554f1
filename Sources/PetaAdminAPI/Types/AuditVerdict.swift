/// The answer of `POST /v1/audit/verify`: whether the chain of records is whole.
package struct AuditVerdict: Codable, Sendable, Equatable {
    package var ok: Bool
    /// How many records were read.
    package var records: Int64
    /// The MAC of the last record in hexadecimal; nil when there is none.
    package var head: String?
    /// The sequence number of the first record that is wrong or missing.
    package var firstBad: Int64?

    package init(ok: Bool, records: Int64, head: String?, firstBad: Int64?) {
        self.ok = ok
        self.records = records
        self.head = head
        self.firstBad = firstBad
    }
}
