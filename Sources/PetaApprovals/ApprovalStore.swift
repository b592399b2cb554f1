package import PetaCrypto

/// Where approvals are kept. Arguments and results come and go sealed.
package protocol ApprovalStore: Sendable {
    /// The newest request of a call, with its result where it has one.
    func newest(_ digest: SHA256Digest) async throws -> StoredApproval?
    func find(_ id: String) async throws -> StoredApproval?
    /// One page, oldest first.
    func page(_ query: ApprovalFilter) async throws -> [StoredApproval]
    /// How many match.
    func count(_ query: ApprovalFilter) async throws -> Int
    /// How many calls of these users wait.
    func pending(of users: Set<String>) async throws -> [String: Int]
    /// Runs `body` in a transaction that nothing overlaps; `committed` is called behind the commit and before the next one begins. What
    /// `isDurable` asks for has reached the disk when this returns.
    func change<Value: Sendable>(
        isDurable: Bool, _ body: @escaping @Sendable (any ApprovalTransaction) throws -> Value,
        committed: @escaping @Sendable (Value) -> Void
    ) async throws -> Value
}

/// What can be done in one transaction.
package protocol ApprovalTransaction {
    func newest(_ digest: SHA256Digest) throws -> StoredApproval?
    func find(_ id: String) throws -> StoredApproval?
    func insert(_ approval: StoredApproval, digest: SHA256Digest) throws
    /// Replaces what changes in a life, if the revision still is `expected`; a result only where one is given. False: somebody else was faster.
    func update(_ approval: StoredApproval, expected: Int) throws -> Bool
    func pendingCount(of user: String?) throws -> Int
    /// How many requests a user has made since this moment.
    func madeCount(of user: String, since: Int64) throws -> Int
    /// Requests that have run out, at most `limit`.
    func due(at now: Int64, limit: Int) throws -> [StoredApproval]
    /// Requests that are being run.
    func executing() throws -> [StoredApproval]
    /// Forgets what is over and was last changed before this moment, and of what is over the oldest above `kept` or above `bytes`; drops
    /// results that nobody can fetch any more.
    func prune(before: Int64, kept: Int, bytes: Int, now: Int64) throws
}

/// Which approvals are looked for.
package struct ApprovalFilter: Sendable {
    /// Nil: all.
    package var status: Approval.Status?
    package var user: String?
    package var server: String?
    package var limit = 200
    /// Behind this one.
    package var after: (createdAt: Int64, id: String)?

    package init() {}
}

/// A request as it is kept.
package struct StoredApproval: Sendable {
    package var approval: Approval
    /// What its arguments and its tool's texts are in, sealed. `approval.call` lacks them until it is opened.
    package var sealed: [UInt8]
    /// What it answered, sealed.
    package var result: [UInt8]?
}

/// Seals what is kept of a call.
package protocol ApprovalSealer: Sendable {
    func seal(_ plain: [UInt8], record: String) throws -> [UInt8]
    func open(_ sealed: [UInt8], record: String) throws -> [UInt8]
}
