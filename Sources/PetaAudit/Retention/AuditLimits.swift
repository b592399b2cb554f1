/// How much of the log is kept. What is nil does not matter.
package struct AuditLimits: Sendable, Equatable {
    /// For how long, in microseconds.
    package var age: Int64?
    /// The newest so many.
    package var records: Int64?

    /// Without limits: for ever.
    package init(age: Int64? = nil, records: Int64? = nil) {
        self.age = age
        self.records = records
    }

    package var isNone: Bool { age == nil && records == nil }
}
