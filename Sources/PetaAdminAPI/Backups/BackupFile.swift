/// A backup that a command reads, with what is needed to read it.
package struct BackupFile: Sendable {
    /// Where its bytes come from, from where it stands.
    package var descriptor: Int32
    /// What errors call it.
    package var name: String
    package var passphrase: [UInt8]
    /// Told how many bytes of the file were read, now and then.
    package var progress: @Sendable (Int64) -> Void
    /// Asked now and then; the work ends with `CancellationError` once it is true.
    package var isInterrupted: @Sendable () -> Bool
    /// Waits until there is something to read, or the end; false once the work is to end.
    package var awaits: @Sendable () -> Bool

    package init(
        descriptor: Int32, name: String, passphrase: [UInt8], progress: @escaping @Sendable (Int64) -> Void = { _ in },
        isInterrupted: @escaping @Sendable () -> Bool = { false }, awaits: @escaping @Sendable () -> Bool = { true }
    ) {
        self.descriptor = descriptor
        self.name = name
        self.passphrase = passphrase
        self.progress = progress
        self.isInterrupted = isInterrupted
        self.awaits = awaits
    }
}
