/// How it stands with the delivery of records.
package struct AuditWebhookStatus: Sendable, Equatable {
    /// Scheme, host and port.
    package var url: String
    /// The last record that was delivered; nil before the first look.
    package var delivered: Int64?
    /// How many wait to be.
    package var waiting: Int64 = 0
    /// Deliveries since the start.
    package var deliveries = 0
    /// Records that retention removed before they could be delivered, since the start.
    package var skipped: Int64 = 0
    /// When the last delivery worked; microseconds since 1970.
    package var lastSuccess: Int64?
    /// Tries that failed since then.
    package var failures = 0
    /// Why the last one failed.
    package var lastFailure: String?
    /// When it is tried again.
    package var nextTry: Int64?

    package init(url: String) { self.url = url }
}
