/// Bytes that are not an audit record, and where reading them stopped.
package struct AuditDecodingError: Error, Equatable {
    /// What was expected there.
    package let reason: String
    /// Offset in bytes.
    package let offset: Int
}
