package import PetaAdminAPI
package import PetaCrypto

/// What an administrator does with the vault itself. Works also while it is sealed, unless it says otherwise.
package protocol VaultOperations: Sendable {
    func state() async throws -> VaultState
    /// Opens the vault with a passphrase, or without one with its key file, and with it the gateway. `commit` writes the record of it down,
    /// before anybody is served; when it throws, the vault stays sealed. An open vault is left as it is, without a record.
    ///
    /// Throws `not_permitted` for a wrong passphrase, and `try_again` for attempts that come too fast.
    func unseal(_ passphrase: SecretBytes?, commit: @escaping @Sendable (any ActRecorder) async throws -> Void) async throws -> VaultState
    /// Finishes calls, stops servers and wipes every key; returns when that is done. `commit` is called while records can still be written.
    /// Sealing is never refused.
    func seal(commit: @escaping @Sendable (any ActRecorder) async throws -> Void) async throws -> VaultState
    /// Makes a new key for records; what is sealed is brought to it in the background. Throws `try_again` while that goes on, and `sealed`.
    func rotate() async throws -> VaultState
    /// Has the vault opened by another passphrase or, without one, by a new key file from now on. `current` is the passphrase of before.
    func changeKey(to passphrase: SecretBytes?, current: SecretBytes?) async throws -> VaultChange
}
