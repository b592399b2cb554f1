package import Foundation
package import PetaIdentity

/// One administrative act as the audit keeps it. Holds no secret: neither bodies nor parameter values other than names and ids.
package struct AdminAct: Sendable, Equatable {
    /// How an act ended.
    package enum Outcome: String, Sendable {
        case ok
        case error
        /// The peer may not do this.
        case denied
        /// The peer went away and the act was broken off.
        case cancelled
    }

    /// When it began.
    package let time: Date
    package let requestID: String
    /// The process behind it, as the kernel names it.
    package let peer: LocalPeer
    /// What the peer is here: owner or admin.
    package let role: Role
    /// Method and route, such as `DELETE /v1/users/{id}`.
    package let method: String
    /// The words of the command that the peer says it ran, such as `user remove`.
    package let command: String?
    /// The server concerned.
    package let server: String?
    package let tool: String?
    /// Whatever else is concerned: a user, token or secret, by id or name.
    package let target: String?
    package let outcome: Outcome
    /// The code of the error, when it did not end well.
    package let error: String?
    package let duration: Duration

    /// Milliseconds, with fractions.
    package var durationMilliseconds: Double { duration / .milliseconds(1) }
}
