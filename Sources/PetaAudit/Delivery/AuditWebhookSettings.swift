package import PetaCrypto
package import PetaOutbound

/// Where records are delivered to, and how.
package struct AuditWebhookSettings: Sendable {
    package var url: OutboundURL
    /// What deliveries are signed with; asked for each time, so that it can be changed. Nil: it is not there, or cannot be read now.
    package var secret: @Sendable () throws -> SecretBytes?
    /// The most records of one delivery.
    package var batchRecords: Int
    /// How long a record waits for company.
    package var batchSeconds: Int
    /// How long one delivery may take.
    package var timeoutSeconds: Int

    package init(
        url: OutboundURL, secret: @escaping @Sendable () throws -> SecretBytes?, batchRecords: Int, batchSeconds: Int, timeoutSeconds: Int
    ) {
        self.url = url
        self.secret = secret
        self.batchRecords = batchRecords
        self.batchSeconds = batchSeconds
        self.timeoutSeconds = timeoutSeconds
    }
}
