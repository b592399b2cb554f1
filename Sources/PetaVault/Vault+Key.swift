import GRDB
package import PetaCrypto
import PetaStore
import Synchronization

extension Vault {
    /// What a vault is opened with from now on.
    package enum NewKey: Sendable {
        /// A passphrase that ``PassphraseRule`` takes.
        case passphrase(SecretBytes)
        /// A new key file.
        case keyFile
    }

    /// Seals the vault with another key: one synced row. Whatever moment the process or the power ends at, either the old or the new
    /// one opens it, and the file that it needs is there.
    ///
    /// Takes about 150 ms for each 600,000 iterations of the old and of the new passphrase. A copy of the data from before still opens with
    /// the old key; after a rotation that opens nothing of what is sealed later.
    /// - Parameters:
    ///   - current: the passphrase that it is sealed with now; nil for a key file, whose owner is whoever may read it.
    ///   - keyFile: where the key file is, or will be.
    /// - Returns: what else there is to tell, in words.
    /// - Throws: ``VaultError``; the old key opens the vault then.
    package func changeKey(to new: NewKey, current: SecretBytes?, keyFile path: String, iterations: Int) throws -> [String] {
        let before = try Self.storage { try store.readSync(VaultHeader.load) }
        guard let before else { throw VaultError.headerDamaged(detail: "it is gone") }
        if before.derivation == .pbkdf2 {
            guard let current, try before.unwrap(current) != nil else { throw VaultError.wrongPassphrase }
        }
        let file = KeyFile(path: path, willChange: willChangeFile)
        let derived: VaultHeader.Derived
        switch new {
        case .passphrase(let passphrase):
            try PassphraseRule.check(passphrase)
            derived = try VaultHeader.derive(.pbkdf2, secret: passphrase, iterations: max(iterations, before.iterations))
        case .keyFile:
            try file.pending.remove()
            let key = SecretBytes.random(count: 32)
            try file.pending.create(key)
            derived = try VaultHeader.derive(.keyFile, secret: key, iterations: 0)
        }
        try Self.synced(store) { db in
            let ring = try keys.withLock { keys throws(VaultError) in
                guard let keys else { throw .sealed }
                return keys
            }
            // Somebody else has changed it since the old passphrase was looked at.
            guard let now = try VaultHeader.load(db), now.salt == before.salt else { throw VaultError.wrongPassphrase }
            try derived.header(ring.root).update(db)
        } committed: { _ in
            keys.withLock { $0?.wrapping = derived.wrapping }
        }
        var notes: [String] = []
        switch new {
        case .passphrase: Self.removeLeftOver(file, &notes)
        case .keyFile:
            do {
                try file.pending.rename(to: file)
            } catch {
                // It opens the vault also under the name that it has; the next start tries again.
                notes.append("the new key file is \(file.pending.path): \((error as? VaultError)?.message ?? "\(error)")")
            }
        }
        return notes
    }
}
