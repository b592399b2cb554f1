/// One request for approval, from the call that made it to what came of it.
package struct Approval: Sendable, Equatable {
    /// `pending → approved | rejected | expired`, `approved → executing | expired`, `executing → executed | failed | approved`.
    package enum Status: String, Sendable, CaseIterable {
        case pending, approved, rejected, expired, executing, executed, failed

        /// True as long as the same call finds this request instead of making another.
        var isLive: Bool { self == .pending || self == .approved || self == .executing }
    }

    /// What one reviewer said.
    package struct Decision: Sendable, Equatable {
        /// As the audit calls the reviewer.
        package var by: String
        package var role: String
        /// `cli`, `socket` or `api`.
        package var channel: String
        package var approves: Bool
        /// Milliseconds since 1970.
        package var at: Int64
        package var reason: String?

        package init(by: String, role: String, channel: String, approves: Bool, at: Int64, reason: String?) {
            self.by = by
            self.role = role
            self.channel = channel
            self.approves = approves
            self.at = at
            self.reason = reason
        }
    }

    package let id: String
    package let call: ApprovalCall
    /// Milliseconds since 1970, as all times here.
    package let createdAt: Int64
    package internal(set) var status = Status.pending
    /// Rises with every change.
    package internal(set) var revision = 1
    /// Pending: a decision must be made before. Approved: the call must be made before.
    package internal(set) var expiresAt: Int64
    package internal(set) var changedAt: Int64
    /// Up to then the same call is given what came of this one.
    package internal(set) var keptUntil: Int64 = 0
    package internal(set) var decisions: [Decision] = []
    /// The request that runs it, or ran it.
    package internal(set) var claimedBy: String?
    /// Why it failed.
    package internal(set) var failure: String?
    /// How often the call was made.
    package internal(set) var attempts = 1

    init(id: String, call: ApprovalCall, createdAt: Int64, expiresAt: Int64) {
        self.id = id
        self.call = call
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        changedAt = createdAt
    }

    /// The one who rejected it, or the last who approved it.
    package var decision: Decision? { decisions.last }
}
