/// What one look at the oldest records did.
package struct AuditPruning: Sendable, Equatable {
    /// How many were removed.
    package var removed: Int64 = 0
    /// The number of the last one.
    package var last: Int64?
    /// A record that is not what was written. It and what follows stays, since what proves the damage must not be removed.
    package var damagedAt: Int64?

    package init(removed: Int64 = 0, last: Int64? = nil, damagedAt: Int64? = nil) {
        self.removed = removed
        self.last = last
        self.damagedAt = damagedAt
    }
}
