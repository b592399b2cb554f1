/// A backup that was made, is being made, or failed, in `GET /v1/backups`.
package struct BackupEntry: Codable, Sendable, Equatable {
    package var id: String
    /// `running`, `done` or `failed`.
    package var state: String
    package var startedAt: Timestamp
    package var endedAt: Timestamp?
    /// Size of the file, as far as it has come.
    package var bytes: Int64
    /// Size of the database that is in it; nil where it did not come so far.
    package var databaseBytes: Int64?
    /// Digest of the file, as sha256sum(1) prints it.
    package var sha256: String?
    /// Who asked for it.
    package var uid: UInt32
    /// Why it failed.
    package var error: String?

    package init(
        id: String, state: String, startedAt: Timestamp, endedAt: Timestamp? = nil, bytes: Int64 = 0, databaseBytes: Int64? = nil,
        sha256: String? = nil, uid: UInt32, error: String? = nil
    ) {
        self.id = id
        self.state = state
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.bytes = bytes
        self.databaseBytes = databaseBytes
        self.sha256 = sha256
        self.uid = uid
        self.error = error
    }
}
