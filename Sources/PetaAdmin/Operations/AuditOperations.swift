package import PetaAdminAPI

/// What an administrator asks of the audit log. Records are JSON objects on one line, without the line end.
package protocol AuditOperations: Sendable {
    /// The newest `count` records, oldest first; with `follow` the coming ones too, until the reader stops. Must be bounded in memory.
    func tail(last count: Int, follow: Bool) async throws -> AsyncStream<[UInt8]>
    /// The records that match, oldest first.
    func query(_ query: AuditQuery) async throws -> AsyncStream<[UInt8]>
    /// All records that match, oldest first, as text of this format: gives pieces of whole lines until nil. Must be bounded in memory.
    func export(_ query: AuditQuery, format: String) async throws -> @Sendable () async throws -> [UInt8]?
    /// What the records that match amount to.
    func figures(_ query: AuditQuery, buckets: Int, top: Int) async throws -> AuditFigures
    /// Reads the whole chain, and compares it with these anchors.
    func verify(against anchors: [String]) async throws -> AuditVerdict
    /// Where the log ends, and where that was said; with `put` it is said everywhere first.
    func anchor(put: Bool) async throws -> AuditAnchorState
    /// How the delivery of records goes.
    func webhook() async throws -> AuditWebhookState
    /// Sends a delivery without records.
    func testWebhook() async throws -> AuditWebhookTest
}
