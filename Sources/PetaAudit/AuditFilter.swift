/// Which records to find. What is nil does not matter.
package struct AuditFilter: Sendable {
    /// In which order they come.
    package enum Order: Sendable {
        /// The last one first.
        case newestFirst
        /// In the order of the log.
        case oldestFirst
    }

    /// The most that one query gives.
    package static let greatestLimit = 10_000

    /// The user's handle.
    package var user: String?
    /// The server's id.
    package var server: String?
    /// The tool's name.
    package var tool: String?
    /// Calls or administrative acts.
    package var kind: AuditKind?
    /// How it ended.
    package var outcome: AuditOutcome?
    /// What was decided.
    package var decision: AuditDecision?
    /// The session.
    package var session: String?
    /// Peta's id of the request.
    package var requestID: String?
    /// The earliest `time`, in microseconds since 1970, inclusive.
    package var since: Int64?
    /// The latest `time`, in microseconds since 1970, inclusive.
    package var until: Int64?
    /// Only what comes after this number in the log.
    package var afterSeq: Int64?
    /// How many at most; 100 unless told otherwise, and never more than ``greatestLimit``.
    package var limit = 100
    /// The last one first unless told otherwise.
    package var order = Order.newestFirst

    /// Everything.
    package init() {}
}
