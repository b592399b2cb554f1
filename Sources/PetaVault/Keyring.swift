import PetaCrypto

/// The keys of an open vault.
struct Keyring: Sendable {
    /// Wraps the root; follows from the key file or the passphrase.
    var wrapping: SecretBytes
    /// Wraps the others.
    var root: SecretBytes
    /// The root before the last rotation of this process: what was copied before then opens with it.
    var formerRoot: SecretBytes?
    /// The generation that seals.
    var generation: Int
    /// The keys of records, by the mark that their records bear. The one before the newest stays until the next rotation or the end of
    /// the process, for what was read just before its last record was sealed anew.
    var records: [UInt8: SecretBytes]
    /// Keys for one purpose each; no rotation changes them.
    var purposes: [String: SecretBytes]

    /// The first byte of what a generation seals. At most two generations are in use, so 255 marks are enough for all time.
    static func mark(_ generation: Int) -> UInt8 { UInt8((generation - 1) % 255 + 1) }
}
