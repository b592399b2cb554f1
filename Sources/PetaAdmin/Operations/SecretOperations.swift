package import PetaAdminAPI
package import PetaCrypto

/// What an administrator does with the vault's secrets.
package protocol SecretOperations: Sendable {
    func secrets() async throws -> [SecretEntry]
    /// Nil when there is no such secret.
    func secret(_ name: String) async throws -> SecretEntry?
    /// Makes the secret or gives it a new version. Throws `invalid_argument` for a name outside the rule.
    func set(_ name: String, value: SecretBytes) async throws -> SecretEntry
    /// False when there was none.
    func remove(_ name: String) async throws -> Bool
    /// The value; nil when there is no such secret.
    func reveal(_ name: String) async throws -> SecretBytes?
    /// The servers whose definition refers to it, by id.
    func usedBy(_ name: String) async throws -> [String]
}
