/// What a commit promises when the power fails. A crash of the process alone loses nothing either way.
package enum Durability: String, Sendable, CaseIterable {
    /// The last commits before a power failure may be lost; the database stays consistent. Fast.
    case normal
    /// A commit is on the disk when it returns: one sync for each.
    case full
}
