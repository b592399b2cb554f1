package import Foundation
import GRDB
import PetaCrypto
package import PetaStore

extension Vault {
    /// Opens the vault with a key file; makes both on the first start.
    package static func open(store: Store, keyFile: String) throws -> Vault {
        try open(store: store, key: .keyFile(keyFile))
    }

    /// Opens the vault, or makes it when the database has none.
    ///
    /// Deriving from a passphrase takes about 150 ms of processor time for each 600,000 iterations.
    /// - Parameters:
    ///   - key: what it is, or will be, sealed with.
    ///   - keyFile: where a key file would be: one that a passphrase has taken the place of is removed.
    ///   - iterations: a passphrase that was stretched less is stretched anew; never less than before.
    ///   - now: the clock that dates secrets.
    ///   - willChangeFile: for tests of what happens when a key file cannot be changed.
    /// - Throws: ``VaultError``.
    package static func open(
        store: Store, key: VaultKey, keyFile: String? = nil, iterations: Int = 0, now: @escaping @Sendable () -> Date = { Date() },
        willChangeFile: @escaping @Sendable () throws -> Void = {}
    ) throws -> Vault {
        let time = now().milliseconds
        let header = try storage { try store.readSync(VaultHeader.load) }
        let made: (root: SecretBytes, wrapping: SecretBytes)
        var notes: [String] = []
        switch (key, header) {
        case (.passphrase(let passphrase), nil):
            try PassphraseRule.check(passphrase)
            // A key file says that there were data, which somebody may want to find again.
            if let keyFile, KeyFile(path: keyFile).exists { throw VaultError.headerMissing(keyFile: keyFile) }
            made = try create(store, .pbkdf2, secret: passphrase, iterations: iterations, at: time)
        case (.passphrase(let passphrase), let header?):
            guard header.derivation == .pbkdf2 else { throw VaultError.keyFileNeeded }
            guard var opened = try header.unwrap(passphrase) else { throw VaultError.wrongPassphrase }
            if header.iterations < iterations {
                opened.wrapping = strengthen(store, header, opened, passphrase, iterations, &notes)
            }
            made = opened
            // Only now, when what the header needs is proven to be the passphrase.
            if let keyFile { removeLeftOver(KeyFile(path: keyFile, willChange: willChangeFile), &notes) }
        case (.keyFile(let path), nil):
            made = try createWithKeyFile(store, KeyFile(path: path, willChange: willChangeFile), at: time)
        case (.keyFile(let path), let header?):
            guard header.derivation == .keyFile else { throw VaultError.passphraseNeeded }
            made = try unlock(header, KeyFile(path: path, willChange: willChangeFile))
        }
        let keys = try storage { try keyring(store, made.root, made.wrapping, at: time) }
        return Vault(store: store, keys: keys, now: now, willChangeFile: willChangeFile, notes: notes)
    }

    /// The keys that the root opens. A vault of before there were several gets a row for the one that it has.
    private static func keyring(_ store: Store, _ root: SecretBytes, _ wrapping: SecretBytes, at time: Int64) throws -> Keyring {
        let table = try KeyTable(root: root)
        var entries = try store.readSync(table.load)
        if !entries.contains(where: { $0.name.hasPrefix(KeyTable.recordsPrefix) }) {
            let first = KeyTable.Entry(name: KeyTable.recordsPrefix + "1", key: try derive(root, "records"), createdAt: time)
            let created = try store.readSync(VaultHeader.createdAt)
            try store.writeSync { try table.store(.init(name: first.name, key: first.key, createdAt: created ?? time), $0) }
            entries.append(first)
        }
        return try Keyring(wrapping: wrapping, root: root, entries: entries)
    }

    /// The new key waits under another name until the header is committed. Whatever moment the power fails at, the next
    /// start either begins anew or finds the key that the header needs.
    private static func createWithKeyFile(
        _ store: Store, _ file: KeyFile, at time: Int64
    ) throws -> (root: SecretBytes, wrapping: SecretBytes) {
        guard !file.exists else { throw VaultError.headerMissing(keyFile: file.path) }
        let pending = file.pending
        try pending.remove()
        let key = SecretBytes.random(count: 32)
        try pending.create(key)
        let made = try create(store, .keyFile, secret: key, iterations: 0, at: time)
        try pending.rename(to: file)
        return made
    }

    /// The key file opens it, or the one that waits where a change of keys was broken off between the header and the name of the file.
    private static func unlock(_ header: VaultHeader, _ file: KeyFile) throws -> (root: SecretBytes, wrapping: SecretBytes) {
        let pending = file.pending
        var failure: any Error = VaultError.keyFileMissing(path: file.path)
        do {
            if let opened = try header.unwrap(try file.read()) {
                // One that waits belongs to a change that did not take place.
                _ = try? pending.remove()
                return opened
            }
            failure = VaultError.wrongKeyFile(path: file.path)
        } catch {
            failure = error
        }
        guard pending.exists, let key = try? pending.read(), let opened = try header.unwrap(key) else { throw failure }
        try pending.rename(to: file)
        return opened
    }

    private static func create(
        _ store: Store, _ derivation: VaultHeader.Derivation, secret: SecretBytes, iterations: Int, at time: Int64
    ) throws -> (root: SecretBytes, wrapping: SecretBytes) {
        let derived = try VaultHeader.derive(derivation, secret: secret, iterations: iterations)
        let root = SecretBytes.random(count: VaultHeader.rootLength)
        let header = try derived.header(root)
        let table = try KeyTable(root: root)
        // A header that the power takes away again would leave a key without its vault, so this commit is a synced one.
        try synced(store) { db in
            try header.insert(db, at: time)
            try table.store(
                .init(name: KeyTable.recordsPrefix + "1", key: SecretBytes.random(count: AEAD.keyLength), createdAt: time), db)
        }
        return (root, derived.wrapping)
    }

    /// Stretches a passphrase more. The vault is open with the weaker header, so that this fails is no reason not to serve.
    private static func strengthen(
        _ store: Store, _ header: VaultHeader, _ opened: (root: SecretBytes, wrapping: SecretBytes), _ passphrase: SecretBytes,
        _ iterations: Int, _ notes: inout [String]
    ) -> SecretBytes {
        do {
            let derived = try VaultHeader.derive(.pbkdf2, secret: passphrase, iterations: iterations)
            let stronger = try derived.header(opened.root)
            try synced(store) { try stronger.update($0) }
            notes.append("the passphrase is stretched with \(iterations) iterations from now on, before it were \(header.iterations)")
            return derived.wrapping
        } catch {
            notes.append(
                "the passphrase could not be stretched more: \((error as? VaultError)?.message ?? "\(error)"); the next start tries again")
            return opened.wrapping
        }
    }

    /// Removes key files that the header does not need.
    static func removeLeftOver(_ file: KeyFile, _ notes: inout [String]) {
        for old in [file, file.pending] {
            do {
                if try old.remove() { notes.append("the key file \(old.path), which opens nothing any more, was removed") }
            } catch {
                notes.append(
                    "the key file \(old.path), which opens nothing any more, could not be removed: "
                        + ((error as? VaultError)?.message ?? "\(error)"))
            }
        }
    }
}
