/// What a restore has done.
package struct RestoreOutcome: Codable, Sendable, Equatable {
    package var dataDirectory: String
    /// Where the state is that was there before; nil: there was none.
    package var before: String?
    /// The new key file of the vault; nil: a passphrase opens it.
    package var keyFile: String?
    package var verdict: BackupVerdict

    package init(dataDirectory: String, before: String?, keyFile: String?, verdict: BackupVerdict) {
        self.dataDirectory = dataDirectory
        self.before = before
        self.keyFile = keyFile
        self.verdict = verdict
    }
}
