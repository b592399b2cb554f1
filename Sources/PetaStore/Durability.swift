/// What an answer that was released promises about its record. A crash of the process alone loses nothing in any of them.
package enum Durability: String, Sendable, CaseIterable {
    /// The record is in the journal, a mapped file that outlives the process, and in the database some milliseconds later.
    case journal
    /// The record is committed to the database. The last commits before a power failure may be lost; the database stays consistent.
    case normal
    /// A commit is on the disk when it returns: one sync for each.
    case full

    /// The value of SQLite's `PRAGMA synchronous` for it.
    package var synchronous: String { self == .full ? "FULL" : "NORMAL" }
}
