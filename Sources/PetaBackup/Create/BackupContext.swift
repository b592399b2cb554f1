package import GRDB
package import PetaAdminAPI
package import PetaCrypto

/// What a backup needs of the other parts.
package struct BackupContext: Sendable {
    /// What is said of the moment in the manifest beside what every database tells.
    package struct Facts: Sendable {
        package var petaVersion: String
        package var host: String
        package var instance: String
        /// Tables whose rows are not counted, because it would take long.
        package var uncounted: Set<String>
        package var audit: BackupManifest.Audit?

        package init(petaVersion: String, host: String, instance: String, uncounted: Set<String>, audit: BackupManifest.Audit?) {
            self.petaVersion = petaVersion
            self.host = host
            self.instance = instance
            self.uncounted = uncounted
            self.audit = audit
        }
    }

    /// The exported keys of the vault that open this moment.
    package var keys: @Sendable (Database) throws -> SecretBytes
    /// Reads the moment.
    package var facts: @Sendable (Database) throws -> Facts
    package var clock: @Sendable () -> Timestamp

    package init(
        keys: @escaping @Sendable (Database) throws -> SecretBytes, facts: @escaping @Sendable (Database) throws -> Facts,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.keys = keys
        self.facts = facts
        self.clock = clock
    }
}
