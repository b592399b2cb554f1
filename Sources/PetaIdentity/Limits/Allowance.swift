/// What a principal may use of the gateway, and what it has used. What it has used outlives the principals that are rebuilt around it.
package struct Allowance: Sendable {
    /// The user's own rate; nil: the gateway's default.
    package let userRate: RateLimit?
    /// The token's own rate; nil: the gateway's default.
    package let tokenRate: RateLimit?
    /// How many calls of the user may be under way; nil: the gateway's default, 0: any number.
    package let concurrent: Int?
    /// What the user has used, by all tokens.
    package let usage: UserUsage
    /// What the token has used; nil without a token.
    package let tokenMeter: RateMeter?
}

/// What one user has used.
package final class UserUsage: Sendable {
    package let meter = RateMeter()
    package let slots = CallSlots()

    /// Nothing yet.
    package init() {}
}
