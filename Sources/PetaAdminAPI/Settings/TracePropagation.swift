/// When servers are told which trace a call is part of.
package enum TracePropagation: String, Sendable, CaseIterable {
    /// Never.
    case off
    /// When the client said it, or spans are exported.
    case received
    /// With each call.
    case always
}
