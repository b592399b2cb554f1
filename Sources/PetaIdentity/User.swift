package import Foundation

/// A person, or a program that acts like one.
package struct User: Sendable, Equatable {
    /// The handle that commands, audit and logs use: `^[a-z0-9][a-z0-9._@-]{0,63}$`.
    package let id: String
    /// The name for people.
    package let name: String
    package let role: Role
    /// As of the moment it was read: `expired` once `expiresAt` has passed, whatever was set.
    package let state: UserState
    package let notes: String
    /// Free attributes.
    package let labels: [String: String]
    package let createdAt: Date
    /// From this moment on neither the user's tokens nor its uid work.
    package let expiresAt: Date?

    /// The user of this machine that it is on an MCP socket, without a token. No two users have the same one.
    package let uid: UInt32?
    /// What it belongs to: `^[a-z][a-z0-9-]{0,62}$`.
    package let workspace: String
    /// How many requests it may make; nil: what the gateway gives everybody.
    package let rate: RateLimit?
    /// How many of its calls may be under way; nil: what the gateway gives everybody, 0: any number.
    package let concurrent: Int?

    /// Does not validate: ``Identity`` does, before it stores anything.
    package init(
        id: String, name: String, role: Role, state: UserState = .enabled, notes: String = "", labels: [String: String] = [:],
        createdAt: Date, expiresAt: Date? = nil, uid: UInt32? = nil, workspace: String = Workspace.standard,
        rate: RateLimit? = nil, concurrent: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.role = role
        self.state = state
        self.notes = notes
        self.labels = labels
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.uid = uid
        self.workspace = workspace
        self.rate = rate
        self.concurrent = concurrent
    }

    /// True from the moment of expiry on.
    package func isExpired(at time: Date) -> Bool {
        guard let expiresAt else { return false }
        return time >= expiresAt
    }

    /// An owner that stays: it is enabled and does not run out. One such owner must always be left.
    var isLastingOwner: Bool { role == .owner && state == .enabled && expiresAt == nil }

    func with(state: UserState) -> User {
        User(
            id: id, name: name, role: role, state: state, notes: notes, labels: labels, createdAt: createdAt, expiresAt: expiresAt,
            uid: uid,
            workspace: workspace, rate: rate, concurrent: concurrent
        )
    }

    func seen(at time: Date) -> User {
        isExpired(at: time) ? with(state: .expired) : self
    }
}
