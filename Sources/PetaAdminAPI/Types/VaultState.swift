/// The answer of `GET /v1/vault` and of what changes it: how the vault is.
package struct VaultState: Codable, Sendable, Equatable {
    /// What opens the vault.
    package enum Key: String, Codable, Sendable, CaseIterable {
        case passphrase
        case keyFile = "keyfile"
    }

    /// Records that are being sealed with a new key.
    package struct Rotation: Codable, Sendable, Equatable {
        /// How many are still sealed with the older one.
        package var recordsLeft: Int
        /// Why it does not go on at the moment; nil while it does.
        package var error: String?

        package init(recordsLeft: Int, error: String?) {
            self.recordsLeft = recordsLeft
            self.error = error
        }
    }

    /// True: no secret can be read, and no client is served.
    package var sealed: Bool
    package var key: Key
    /// The path of the key file; nil for a passphrase.
    package var keyFile: String?
    /// How often the passphrase is stretched; nil for a key file.
    package var iterations: Int?
    package var createdAt: Timestamp
    /// The number of the key with which records are sealed, from 1.
    package var generation: Int
    /// When that key was made; nil for the first.
    package var rotatedAt: Timestamp?
    /// Nil where everything is sealed with the newest key.
    package var rotation: Rotation?
    /// Attempts to unseal that failed since the vault was open last.
    package var failedAttempts: Int
    /// What to do next, if anything should be done.
    package var next: String?

    package init(
        sealed: Bool, key: Key, keyFile: String?, iterations: Int?, createdAt: Timestamp, generation: Int, rotatedAt: Timestamp?,
        rotation: Rotation?, failedAttempts: Int, next: String?
    ) {
        self.sealed = sealed
        self.key = key
        self.keyFile = keyFile
        self.iterations = iterations
        self.createdAt = createdAt
        self.generation = generation
        self.rotatedAt = rotatedAt
        self.rotation = rotation
        self.failedAttempts = failedAttempts
        self.next = next
    }
}
