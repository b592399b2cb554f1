/// Whether a person's tokens work. Only `enabled` lets a call through.
package enum UserState: String, Sendable, CaseIterable {
    case enabled
    case disabled
    case suspended
    /// Follows from the user's expiry; never set by hand.
    case expired
}
