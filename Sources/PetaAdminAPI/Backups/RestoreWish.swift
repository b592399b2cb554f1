/// How a backup is to be restored.
package struct RestoreWish: Sendable {
    package var dataDirectory: String
    /// What is there may be replaced; it is kept aside.
    package var replaces: Bool
    /// What was damaged already when it was backed up is restored as it is.
    package var acceptsFindings: Bool
    /// What the vault is to be opened with; nil: a new key file.
    package var vaultPassphrase: [UInt8]?
    /// Asked before anything is written, with what the backup says of itself and whether the directory holds a state. Throws to refuse.
    package var confirm: @Sendable (BackupManifest, _ isOccupied: Bool) throws -> Void

    package init(
        dataDirectory: String, replaces: Bool, acceptsFindings: Bool = false, vaultPassphrase: [UInt8]? = nil,
        confirm: @escaping @Sendable (BackupManifest, _ isOccupied: Bool) throws -> Void
    ) {
        self.dataDirectory = dataDirectory
        self.replaces = replaces
        self.acceptsFindings = acceptsFindings
        self.vaultPassphrase = vaultPassphrase
        self.confirm = confirm
    }
}
