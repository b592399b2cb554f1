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

    /// Of what a table of keys holds. Throws where no key is for records.
    init(wrapping: SecretBytes, root: SecretBytes, entries: [KeyTable.Entry]) throws(VaultError) {
        self.wrapping = wrapping
        self.root = root
        (generation, records, purposes) = try Self.sorted(entries)
    }

    /// The newest generation, the keys of records by mark, and those of purposes by name.
    static func sorted(
        _ entries: [KeyTable.Entry]
    ) throws(VaultError) -> (generation: Int, records: [UInt8: SecretBytes], purposes: [String: SecretBytes]) {
        var generation = 0
        var records: [UInt8: SecretBytes] = [:]
        var purposes: [String: SecretBytes] = [:]
        for entry in entries {
            if entry.name.hasPrefix(KeyTable.purposePrefix) {
                purposes[String(entry.name.dropFirst(KeyTable.purposePrefix.count))] = entry.key
            } else if let number = Int(entry.name.dropFirst(KeyTable.recordsPrefix.count)), number > 0 {
                records[mark(number)] = entry.key
                generation = max(generation, number)
            }
        }
        guard generation > 0 else { throw .headerDamaged(detail: "it has no key for records") }
        return (generation, records, purposes)
    }

    /// The first byte of what a generation seals. At most two generations are in use, so 255 marks are enough for all time.
    static func mark(_ generation: Int) -> UInt8 { UInt8((generation - 1) % 255 + 1) }
}
