/// Which right is missing, in the audit's words. A client never learns which.
package enum RightRule: String, Sendable, CaseIterable {
    /// The server's settings hide it from everyone.
    case notExposed = "not exposed"
    /// The administrator denied it to this user.
    case denied
    /// Nobody gave it to this user.
    case noGrant = "no grant"
    /// The user switched it off for itself.
    case preference = "own preference"
    /// The token is narrowed to something else.
    case token
}
