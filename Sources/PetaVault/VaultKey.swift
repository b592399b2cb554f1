package import PetaCrypto

/// What opens the vault.
package enum VaultKey: Sendable {
    /// A file of 256 random bits; made on the first start.
    case keyFile(String)
    /// Something a person remembers. Deriving from it takes about 150 ms.
    case passphrase(SecretBytes)
}
