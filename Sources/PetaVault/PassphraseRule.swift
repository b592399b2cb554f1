package import PetaCrypto

/// What a passphrase must be to seal a vault.
package enum PassphraseRule {
    /// Characters. A passphrase can be guessed from a copy of the data, so each guess should be one of very many.
    package static let shortest = 12
    /// Bytes.
    package static let longest = 1024

    /// Throws ``VaultError/weakPassphrase(reason:)`` for one that is too short, too long, or holds NUL.
    package static func check(_ passphrase: SecretBytes) throws(VaultError) {
        let (characters, hasNUL) = passphrase.withUnsafeBytes { bytes in
            (bytes.count { $0 & 0xC0 != 0x80 }, bytes.contains(0))
        }
        guard passphrase.count <= longest else {
            throw .weakPassphrase(reason: "it has \(passphrase.count) bytes; \(longest) are the most")
        }
        guard !hasNUL else { throw .weakPassphrase(reason: "it holds a NUL byte") }
        guard characters >= shortest else {
            throw .weakPassphrase(reason: characters == 0 ? "it is empty" : "it has \(characters) characters; \(shortest) are the least")
        }
    }
}
