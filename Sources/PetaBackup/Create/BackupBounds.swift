/// What a backup may take.
package struct BackupBounds: Sendable, Equatable {
    /// How long nobody may take a piece, in seconds.
    package var stallSeconds = 60
    /// How long the write-ahead log may become while a backup holds it back, in bytes.
    package var logBytes: Int64 = 2 << 30
    /// Pieces (256 KiB) between the thread that makes them and the connection.
    var places = 4
    /// How little of a busy processor the thread takes, as nice(2) has it; at 0 it does not stay off one that others wait for either.
    package var nice: Int32 = 19

    package init() {}
}
