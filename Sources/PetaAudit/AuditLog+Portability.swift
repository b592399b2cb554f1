package import GRDB
package import PetaCrypto

/// The log in a database that is read as it is: a snapshot, or a file that nobody has open.
extension AuditLog {
    /// The end of the chain as the state row says it; nil where the log is empty or that row does not fit the key.
    package static func end(_ db: Database, key: SecretBytes) throws -> (seq: Int64, mac: String)? {
        guard let head = try AuditHead.stored(db, chain: AuditChain(key: key)), head.seq > 0 else { return nil }
        return (head.seq, head.mac.hex)
    }

    /// Checks the whole chain, as ``verify()``.
    package static func verify(_ db: Database, key: SecretBytes) throws -> AuditVerification {
        try AuditVerifier.verify(db, key: key)
    }
}
