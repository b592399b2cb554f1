/// The answer of `GET /v1/audit/webhook`: how the delivery of records goes.
package struct AuditWebhookState: Codable, Sendable, Equatable {
    /// Where to, without the path, which may be a credential; nil: no webhook is configured.
    package var url: String?
    /// The last record that was delivered.
    package var delivered: Int64?
    /// How many wait.
    package var waiting: Int64
    /// Deliveries since the gateway started.
    package var deliveries: Int
    /// Records that retention removed before they could be delivered, since the gateway started.
    package var skipped: Int64
    package var lastSuccessAt: Timestamp?
    /// Tries that failed since then.
    package var failures: Int
    package var lastError: String?
    package var nextTryAt: Timestamp?

    package init(
        url: String?, delivered: Int64? = nil, waiting: Int64 = 0, deliveries: Int = 0, skipped: Int64 = 0, lastSuccessAt: Timestamp? = nil,
        failures: Int = 0, lastError: String? = nil, nextTryAt: Timestamp? = nil
    ) {
        self.url = url
        self.delivered = delivered
        self.waiting = waiting
        self.deliveries = deliveries
        self.skipped = skipped
        self.lastSuccessAt = lastSuccessAt
        self.failures = failures
        self.lastError = lastError
        self.nextTryAt = nextTryAt
    }
}

/// The answer of `POST /v1/audit/webhook/test`.
package struct AuditWebhookTest: Codable, Sendable, Equatable {
    package var url: String
    /// The HTTP status that the receiver answered with.
    package var status: Int

    package init(url: String, status: Int) {
        self.url = url
        self.status = status
    }
}
