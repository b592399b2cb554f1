package import PetaIdentity

/// How many requests are let through where nothing else was said for a user or a token.
package struct Rates: Sendable {
    /// Of each user, by all tokens together.
    package var user = RateLimit.none
    /// By each token.
    package var token = RateLimit.none
    /// From each address, of IPv6 each /64.
    package var address = RateLimit.none
    /// Tokens that are none, from each address, before it is told to wait.
    package var failures = RateLimit.none

    /// Any number.
    package init() {}
}
