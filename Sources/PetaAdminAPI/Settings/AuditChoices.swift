/// Where audit records are delivered to.
package struct AuditWebhookChoices: Sendable, Equatable {
    /// Nil: nowhere.
    package var url: String?
    /// The name of the secret that deliveries are signed with.
    package var secret: String?
    package var batchRecords = 200
    package var batchSeconds = 5
    package var timeoutSeconds = 30
}

/// Where the end of the audit is said, so that a cut tail shows.
package struct AuditAnchorChoices: Sendable, Equatable {
    package var file: String?
    /// The program and its arguments; empty: none.
    package var command: [String] = []
    package var url: String?
    package var seconds = 300
}
