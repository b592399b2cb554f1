extension AdminClient {
    /// The answer's field with the id of the backup that it carries.
    package static let backupHeader = "peta-backup"
    /// The answer's field with about how many bytes there will be.
    package static let backupSizeHeader = "peta-backup-bytes"

    /// `GET /v1/backups`.
    package func backups() throws(AdminError) -> [BackupEntry] {
        try ask([BackupEntry].self, "GET", "/v1/backups")
    }

    /// `GET /v1/backups/{id}`.
    package func backup(_ id: String) throws(AdminError) -> BackupEntry {
        try ask(BackupEntry.self, "GET", "/v1/backups/" + Self.escape(id))
    }

    /// What a new backup is sealed with.
    package enum BackupKey: Sendable {
        case passphrase([UInt8])
        /// The secret of the vault that holds the passphrase.
        case secret(String)
    }

    /// `POST /v1/backups`: tells id and estimated size to `began`, then gives the bytes to `handle` as they come. For an owner only, and
    /// audited. What was handed over is a backup only when this returns.
    package func createBackup(_ key: BackupKey, began: (String, Int64) throws -> Void, _ handle: ([UInt8]) throws -> Void) throws {
        var parameters: [(name: String, value: String)] = []
        var body: [UInt8] = []
        switch key {
        case .passphrase(let passphrase): body = passphrase
        case .secret(let name): parameters = [("secret", name)]
        }
        try pieces(
            "POST", "/v1/backups", parameters: parameters, body: body, timeoutSeconds: 120,
            began: { fields in
                try began(fields[Self.backupHeader] ?? "", fields[Self.backupSizeHeader].flatMap { Int64($0) } ?? 0)
            }, handle)
    }
}
