package import PetaAdminAPI
package import PetaCrypto
package import PetaIdentity

/// What an owner does with backups of the running gateway.
package protocol BackupOperations: Sendable {
    /// Those that were made or failed, the newest first; in front the one that is being made.
    func backups() async throws -> [BackupEntry]
    /// Begins a backup. Throws `invalid_argument` for a passphrase that is too short, `try_again` while another one is made.
    func create(passphrase: SecretBytes, as principal: Principal) async throws -> BackupStream
    /// As above, with the passphrase that the vault keeps under this name.
    func create(secret: String, as principal: Principal) async throws -> BackupStream
}

/// A backup on its way to whoever asked for it.
package struct BackupStream: Sendable {
    package let id: String
    /// About how many bytes it will have.
    package let estimate: Int64
    /// Gives the bytes to `write`, piece by piece. When it throws, what was written is not a backup.
    package let forEach: @Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void

    package init(
        id: String, estimate: Int64, forEach: @escaping @Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void
    ) {
        self.id = id
        self.estimate = estimate
        self.forEach = forEach
    }
}
