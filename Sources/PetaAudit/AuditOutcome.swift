/// How a call or an act ended.
package enum AuditOutcome: String, Sendable, CaseIterable {
    /// Answered.
    case ok
    /// Answered with an error.
    case error
    /// Refused.
    case denied
    /// Awaits approval.
    case pending
    /// Cancelled by the client.
    case cancelled
    /// Not answered in time.
    case timeout
    /// The connection to the server was lost.
    case lost
    /// The gateway stopped before the end was known.
    case stopped
}
