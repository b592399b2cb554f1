package import Foundation

/// What is to be different about a user; nil where it stays as it is.
package struct UserChanges: Sendable, Equatable {
    package var name: String?
    package var notes: String?
    /// Sets these labels; nil removes one; others stay.
    package var labels: [String: String?] = [:]
    /// `.some(nil)`: it never expires.
    package var expiresAt: Date??
    /// `.some(nil)`: it is no user of this machine any more.
    package var uid: UInt32??
    package var workspace: String?
    /// `.some(nil)`: what the gateway gives everybody.
    package var rate: RateLimit??
    /// `.some(nil)`: what the gateway gives everybody.
    package var concurrent: Int??

    /// Changes nothing yet.
    package init() {}

    /// The user with the changes; nothing is validated.
    func applied(to user: User) -> User {
        var merged = user.labels
        for (key, value) in labels { merged[key] = value }
        return User(
            id: user.id, name: name ?? user.name, role: user.role, state: user.state, notes: notes ?? user.notes, labels: merged,
            createdAt: user.createdAt, expiresAt: expiresAt ?? user.expiresAt, uid: uid ?? user.uid,
            workspace: workspace ?? user.workspace, rate: rate ?? user.rate, concurrent: concurrent ?? user.concurrent)
    }
}
