/// The times and limits of approvals. Times in milliseconds.
package struct ApprovalBounds: Sendable {
    /// How long a request waits for a decision, and an approved one for its call.
    package var expiry: Int64 = 600_000
    /// How long the same call is given what came of a request.
    package var retention: Int64 = 3_600_000
    /// How long a call that has begun waits for its client to come back with an answer that the server wants.
    package var absence: Int64 = 900_000
    /// How long a request is kept for people to look at after its last change.
    package var history: Int64 = 30 * 86_400_000
    /// How many of one user's calls may wait for people; more are refused.
    package var pendingPerUser = 20
    /// How many of all users' may.
    package var pending = 100_000
    /// Requests that are kept in all; the oldest that are over go first.
    package var kept = 200_000
    /// How many requests one user may make within an hour, whatever becomes of them.
    package var perUserAndHour = 1000
    /// Bytes of the arguments of a call that people are asked about.
    package var arguments = 256 << 10
    /// Bytes of arguments and texts that are kept in all; the oldest that are over go first.
    package var keptBytes = 1 << 30
    /// Bytes of the largest result that is kept for late retries.
    package var result = 4 << 20
    /// People may approve their own requests.
    package var selfApproval = false
    /// How many people have to approve, where a rule does not say it.
    package var approvers = 1

    package init() {}
}
