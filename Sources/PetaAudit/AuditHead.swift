import PetaCrypto

/// Where the chain ends: what the next record is linked to.
struct AuditHead: Equatable {
    /// The last sequence number; 0 in an empty log.
    var seq: Int64
    /// The last value of the `time` column, which never falls: microseconds since 1970.
    var time: Int64
    /// The most by which that column was ever ahead of a record's own time, in microseconds.
    var lag: Int64
    /// The last record's MAC.
    var mac: SHA256Digest
}
