/// What kind of state changed, for the snapshots that are built from it.
package enum Change: Hashable, Sendable, CaseIterable {
    /// Users, tokens, grants.
    case identity
    /// Configured servers.
    case servers
    /// Values in the vault.
    case secrets
    /// What the servers offer.
    case capabilities
    /// Which of it is exposed, and how dangerous it is.
    case exposure
    /// Policy sets.
    case policy
    /// From where clients may come.
    case network
}
