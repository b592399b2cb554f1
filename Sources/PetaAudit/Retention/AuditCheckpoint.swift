package import PetaCrypto

/// What stands in the place of the records that retention removed: where the chain goes on, sealed with the log's key.
///
/// It can only say what was true: whoever moves it forward to hide records needs the key, and whoever moves it back leaves a hole.
package struct AuditCheckpoint: Sendable, Equatable {
    /// The number of the last record that was removed.
    package let seq: Int64
    /// Its `time` column: microseconds since 1970.
    package let time: Int64
    /// How many were removed so far.
    package let removed: Int64
    /// When the last of them were removed: microseconds since 1970.
    package let madeAt: Int64
    /// The MAC of the last one: what the first that is left is linked to.
    package let mac: SHA256Digest
}

extension AuditChain {
    /// The MAC of a checkpoint. Its first bytes are a label where a record's are a MAC, as with ``seal(_:)-(AuditHead)``.
    func seal(_ checkpoint: AuditCheckpoint) -> SHA256Digest {
        sealed("peta audit prune", [checkpoint.seq, checkpoint.time, checkpoint.removed, checkpoint.madeAt], "", checkpoint.mac)
    }
}
