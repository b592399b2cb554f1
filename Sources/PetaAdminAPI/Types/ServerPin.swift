/// What becomes of a server's tools whose definitions are no longer those that were accepted.
package enum ServerPin: String, Codable, Sendable, CaseIterable {
    /// What the gateway's setting `servers.pin` says.
    case standard = "default"
    /// They are withheld until they are accepted.
    case strict
    /// They are used, and told of.
    case warn
    /// Nothing is compared.
    case off
}
