package import PetaAdminAPI

/// What an administrator asks of the audit log. Records are JSON objects on one line, without the line end.
package protocol AuditOperations: Sendable {
    /// The newest `count` records, oldest first; with `follow` the coming ones too, until the reader stops. Must be bounded in memory.
    func tail(last count: Int, follow: Bool) async throws -> AsyncStream<[UInt8]>
    /// The records that match, oldest first.
    func query(_ query: AuditQuery) async throws -> AsyncStream<[UInt8]>
    /// Reads the whole chain.
    func verify() async throws -> AuditVerdict
}
