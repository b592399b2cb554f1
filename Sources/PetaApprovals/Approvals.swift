internal import Foundation
package import PetaCrypto
package import PetaStore
internal import Synchronization

/// Calls that wait for people, what people decided, and what came of it.
///
/// A call enters with ``enter(_:request:)``; whoever is told ``ApprovalStanding/claimed(_:)`` runs it, and nobody else does, whatever
/// the number of retries, restarts and processes that were killed. It must end what it claimed with ``finish(_:request:result:)``,
/// ``fail(_:request:reason:)``, or ``release(_:request:)`` where nothing was sent.
package final class Approvals: Sendable {
    /// The tables, for the store to create.
    package static let migrations = SQLiteApprovalStore.migrations

    private let current: Mutex<ApprovalBounds>
    let store: any ApprovalStore
    let sealer: any ApprovalSealer
    let clock: @Sendable () -> Int64
    /// Waiting calls and watching reviewers.
    package let bell = ApprovalBell()
    private let log: @Sendable (String) -> Void
    /// Ends of calls that could not be stored yet. They are tried again, so that no run is taken for one that goes on.
    private let owed = Mutex<[String: Ending]>([:])

    /// Claimed calls that wait for their client, which may never come back.
    private let suspended = Mutex<[String: Suspended]>([:])

    private struct Suspended {
        let request: String
        let digest: SHA256Digest
        let until: Int64
    }

    private struct Ending {
        let event: Approval.Event
        /// Not sealed yet: that is done with the key of the moment at which it is stored.
        let result: [UInt8]?
    }

    /// - Parameters:
    ///   - clock: milliseconds since 1970.
    ///   - log: told what goes wrong in the background.
    package init(
        store: any ApprovalStore, sealer: any ApprovalSealer, bounds: ApprovalBounds = ApprovalBounds(),
        clock: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1000) },
        log: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.store = store
        self.sealer = sealer
        current = Mutex(bounds)
        self.clock = clock
        self.log = log
    }

    /// The times and limits that are in force. What was promised to a request before (when it expires, how long it is kept) stays.
    package var bounds: ApprovalBounds {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// Ends what a gateway that is gone was running: it may have run, so it is never run again. Before the first call.
    package func recover() async throws {
        try await change { transaction, now in
            try transaction.executing().compactMap { try self.apply(.interrupt, to: $0, at: now, transaction) }
        }
        try await sweep()
    }

    /// Ends everything that waits or is approved in a state that was put back from a backup: on the host that it is of it may have been
    /// decided and have run since, and nothing may run twice. Before the first call.
    package func closeAfterRestore() async throws {
        try await change { transaction, now in
            try (transaction.executing() + transaction.due(at: .max, limit: .max)).compactMap {
                try self.apply(.putBack, to: $0, at: now, transaction)
            }
        }
    }

    // MARK: from calls

    /// How it stands with a call; makes the request where there is none, and claims it for `request` where it is approved.
    ///
    /// - Parameters:
    ///   - awaited: the approval that this request has waited for before: then it is not another attempt, and what has expired meanwhile is told
    ///     instead of asked for anew.
    ///   - resuming: the approval that its client means; where that is another one, nothing is made and nothing claimed.
    package func enter(_ call: ApprovalCall, request: String, awaited: String? = nil, resuming: String? = nil) async throws
        -> ApprovalStanding
    {
        guard call.arguments.count <= bounds.arguments else {
            return .full("its arguments are larger than \(bounds.arguments) bytes, which is more than people are asked to read")
        }
        let digest = call.digest
        for _ in 0..<8 {
            let known = try await store.newest(digest)
            if let resuming, known?.approval.id != resuming { return .other }
            let isAwaited = known != nil && known?.approval.id == awaited
            if let known, known.approval.status == .approved, clock() < known.approval.expiresAt {
                if let claimed = try await claim(digest, request) { return .claimed(claimed) }
                continue
            }
            // Of many that wait most find what they wait for, or the result of another: those need no write.
            if let known, isAwaited || known.approval.status != .pending, let standing = try standing(known, at: clock()) {
                return standing
            }
            if let known, isAwaited {
                if known.approval.status == .expired { return .expired(known.approval) }
                if known.approval.status.isLive {
                    try await lapse(known.approval.id)
                    continue
                }
            }
            if let standing = try await join(call, digest) { return standing }
        }
        throw ApprovalError("try_again", "the approval of this call changes all the time")
    }

    /// Ends a request whose time is over, if it still is there as it was.
    private func lapse(_ id: String) async throws {
        try await change { transaction, now in
            guard let stored = try transaction.find(id) else { return [] }
            return [try self.apply(.time, to: stored, at: now, transaction)].compactMap(\.self)
        }
    }

    /// Takes an approved call for a request, so that it stays taken when the power fails. Nil: somebody else was faster.
    private func claim(_ digest: SHA256Digest, _ request: String) async throws -> Approval? {
        try await change(isDurable: true) { transaction, now in
            guard let known = try transaction.newest(digest), known.approval.status == .approved, now < known.approval.expiresAt,
                let told = try self.apply(.claim(request), to: known, at: now, transaction)
            else { return (nil, []) }
            return (told.approval, [told])
        }.0
    }

    /// Counts one more attempt at a request, or makes it. Nil: it has been approved meanwhile.
    private func join(_ call: ApprovalCall, _ digest: SHA256Digest) async throws -> ApprovalStanding? {
        let sealed = try ApprovalDocument.bytes(call)
        return try await change(isDurable: false) { transaction, now -> (ApprovalStanding?, [Happening]) in
            var told: [Happening] = []
            if var known = try transaction.newest(digest) {
                if known.approval.status == .approved, now < known.approval.expiresAt { return (nil, []) }
                if let standing = try self.standing(known, at: now) {
                    known.approval.attempts += 1
                    _ = try transaction.update(known, expected: known.approval.revision)
                    return (standing, [])
                }
                if let lapsed = try self.apply(.time, to: known, at: now, transaction) { told.append(lapsed) }
            }
            let (standing, made) = try self.make(call, digest, sealed, at: now, transaction)
            return (standing, told + made)
        }.0
    }

    private func make(
        _ call: ApprovalCall, _ digest: SHA256Digest, _ document: [UInt8], at now: Int64, _ transaction: any ApprovalTransaction
    ) throws -> (ApprovalStanding, [Happening]) {
        guard try transaction.pendingCount(of: call.user) < bounds.pendingPerUser else {
            return (.full("\(bounds.pendingPerUser) calls of this user wait for approval already"), [])
        }
        guard try transaction.pendingCount(of: nil) < bounds.pending else { return (.full("too many calls wait for approval"), []) }
        guard try transaction.madeCount(of: call.user, since: now - 3_600_000) < bounds.perUserAndHour else {
            return (.full("this user has asked for \(bounds.perUserAndHour) approvals within an hour"), [])
        }
        let id = ApprovalID.random()
        let approval = Approval(id: id, call: call, createdAt: now, expiresAt: now + bounds.expiry)
        try transaction.insert(
            StoredApproval(approval: approval, sealed: try sealer.seal(document, record: Self.record(id)), result: nil), digest: digest)
        return (.waiting(approval), [Happening(news: .created, approval: approval, digest: digest)])
    }

    /// What a request that is there means for a call; nil where it must be claimed, or another one made.
    private func standing(_ stored: StoredApproval, at now: Int64) throws -> ApprovalStanding? {
        let approval = stored.approval
        switch approval.status {
        case .pending: return now < approval.expiresAt ? .waiting(approval) : nil
        case .approved, .expired: return nil
        case .executing: return .waiting(approval)
        case .rejected: return now < approval.keptUntil ? .rejected(approval) : nil
        case .failed: return now < approval.keptUntil ? .failed(approval) : nil
        case .executed:
            guard now < approval.keptUntil else { return nil }
            let result = try stored.result.map { try sealer.open($0, record: Self.resultRecord(approval.id)) }
            return .executed(approval, result: result)
        }
    }

    /// The call that claimed it has been answered. The result is kept for late retries; nil, and one that is too large, is not.
    package func finish(_ id: String, request: String, result: [UInt8]?) async {
        await end(id, Ending(event: .finish(request), result: result.flatMap { $0.count <= bounds.result ? $0 : nil }))
    }

    /// The call that claimed it may have run, and there is no answer. It is not run again.
    package func fail(_ id: String, request: String, reason: String) async {
        await end(id, Ending(event: .fail(request, reason: reason), result: nil))
    }

    /// The call that claimed it was never sent: the next retry may claim it.
    package func release(_ id: String, request: String) async {
        await end(id, Ending(event: .release(request), result: nil))
    }

    /// A claimed call waits for its client: it is failed where that does not come back in time.
    package func suspend(_ id: String, request: String, digest: SHA256Digest?) {
        guard let digest else { return }
        suspended.withLock { $0[id] = Suspended(request: request, digest: digest, until: clock() + bounds.absence) }
    }

    /// Its client is back. Nil: it has ended, or the call is not the one that was approved any more; then it stays as it is.
    package func resume(_ id: String, request: String, digest: SHA256Digest?) -> SHA256Digest? {
        suspended.withLock { suspended in
            guard let known = suspended[id], known.request == request, digest == nil || digest == known.digest, clock() < known.until else {
                return nil
            }
            suspended[id] = nil
            return known.digest
        }
    }

    private func end(_ id: String, _ ending: Ending) async {
        do {
            try await settle(id, ending)
        } catch {
            log("approval \(id): how it ended cannot be stored yet: \(error)")
            owed.withLock { $0[id] = ending }
        }
    }

    private func settle(_ id: String, _ ending: Ending) async throws {
        try await change { transaction, now in
            guard var stored = try transaction.find(id) else { return [] }
            stored.result = ending.result.flatMap { try? self.sealer.seal($0, record: Self.resultRecord(id)) }
            do {
                return [try self.apply(ending.event, to: stored, at: now, transaction)].compactMap(\.self)
            } catch {
                // It ended before, as an interrupted one.
                guard (error as? ApprovalError)?.code == "failed" else { throw error }
                return []
            }
        }
    }

    /// How a request of this user stands, with what its call answered where that is kept. Throws `not_found` for another's.
    package func outcome(_ id: String, of user: String) async throws -> (approval: Approval, result: [UInt8]?) {
        guard ApprovalID.isValid(id), let stored = try await store.find(id), stored.approval.call.user == user else {
            throw ApprovalError.none(id)
        }
        return (try opened(stored), try stored.result.map { try sealer.open($0, record: Self.resultRecord(id)) })
    }

    /// The client of a call does not want it any more; nothing for what runs or has run.
    package func withdraw(_ id: String, of user: String) async throws {
        try await change { transaction, now in
            guard let stored = try transaction.find(id), stored.approval.call.user == user else { throw ApprovalError.none(id) }
            return [try self.apply(.withdraw, to: stored, at: now, transaction)].compactMap(\.self)
        }
    }

    // MARK: from reviewers

    /// Takes a decision. Throws `not_found`, `already_exists` where it is decided or has expired, `not_permitted` for one's own.
    ///
    /// - Parameter users: the users that the reviewer is as well.
    package func decide(_ id: String, _ decision: Approval.Decision, users: Set<String>) async throws -> Approval {
        let told = try await change { transaction, now in
            guard let stored = try transaction.find(id) else { throw ApprovalError.none(id) }
            guard self.bounds.selfApproval || !users.contains(stored.approval.call.user) else { throw ApprovalError.own(stored.approval) }
            var decision = decision
            decision.at = now
            return [try self.apply(.vote(decision), to: stored, at: now, transaction)].compactMap(\.self)
        }
        guard let approval = told.first?.approval else { throw ApprovalError("internal", "a decision changed nothing") }
        return try await self.approval(approval.id)
    }

    /// One request, with its arguments.
    package func approval(_ id: String) async throws -> Approval {
        guard ApprovalID.isValid(id), let stored = try await store.find(id) else { throw ApprovalError.none(id) }
        return try opened(stored)
    }

    /// One page, oldest first, with arguments.
    package func page(_ filter: ApprovalFilter) async throws -> [Approval] { try await store.page(filter).map(opened) }

    /// How many match.
    package func count(_ filter: ApprovalFilter) async throws -> Int { try await store.count(filter) }

    /// Since when the oldest request that nobody decided waits, in milliseconds since 1970. Opens nothing.
    package func oldestPending() async throws -> Int64? {
        var filter = ApprovalFilter()
        filter.status = .pending
        filter.limit = 1
        return try await store.page(filter).first?.approval.createdAt
    }

    /// How many calls of these users wait.
    package func pending(of users: Set<String>) async throws -> [String: Int] { try await store.pending(of: users) }

    /// A request as it is kept, with what was sealed of it.
    func opened(_ stored: StoredApproval) throws -> Approval {
        let before = stored.approval
        let call = try ApprovalDocument.complete(before.call, sealer.open(stored.sealed, record: Self.record(before.id)))
        return before.with(call: call)
    }

    // MARK: time

    /// Ends what has run out and forgets what is old; to be called every second or so.
    package func sweep() async throws {
        let now = clock()
        let absent = suspended.withLock { suspended in
            let due = suspended.filter { $0.value.until <= now }
            for id in due.keys { suspended[id] = nil }
            return due
        }
        for (id, call) in absent { await fail(id, request: call.request, reason: "its client did not come back") }
        for (id, ending) in owed.withLock({ $0 }) {
            try await settle(id, ending)
            owed.withLock { _ = $0.removeValue(forKey: id) }
        }
        while true {
            let told = try await change { transaction, now in
                try transaction.due(at: now, limit: 500).compactMap { try self.apply(.time, to: $0, at: now, transaction) }
            }
            if told.count < 500 { break }
        }
    }

    /// Forgets what is over and old; to be called every minute or so.
    package func prune() async throws {
        try await change { transaction, now in
            try transaction.prune(before: now - self.bounds.history, kept: self.bounds.kept, bytes: self.bounds.keptBytes, now: now)
            return []
        }
    }

    /// Does both now and then, until the task is cancelled.
    package func run(_ failed: @Sendable (any Error) -> Void) async {
        var rounds = 0
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            do {
                try await sweep()
                if rounds % 60 == 0 { try await prune() }
            } catch {
                failed(error)
            }
            rounds += 1
        }
    }

    // MARK: changes

    /// Something that reviewers and waiting calls are told.
    struct Happening: Sendable {
        let news: Approval.News
        let approval: Approval
        let digest: SHA256Digest?
    }

    private func apply(
        _ event: Approval.Event, to stored: StoredApproval, at now: Int64, _ transaction: any ApprovalTransaction
    ) throws(ApprovalError) -> Happening? {
        var next = stored
        guard let news = try next.approval.apply(event, at: now, bounds) else { return nil }
        do {
            guard try transaction.update(next, expected: stored.approval.revision) else {
                throw ApprovalError("try_again", "approval \(next.approval.id) has just been changed by somebody else")
            }
            return Happening(news: news, approval: next.approval.with(call: try opened(stored).call), digest: nil)
        } catch let error as ApprovalError {
            throw error
        } catch {
            throw ApprovalError("internal", "approval \(next.approval.id) cannot be changed: \(error)")
        }
    }

    @discardableResult
    private func change(
        _ body: @escaping @Sendable (any ApprovalTransaction, Int64) throws -> [Happening]
    ) async throws -> [Happening] {
        try await change(isDurable: false) { transaction, now in ((), try body(transaction, now)) }.1
    }

    private func change<Value: Sendable>(
        isDurable: Bool, _ body: @escaping @Sendable (any ApprovalTransaction, Int64) throws -> (Value, [Happening])
    ) async throws -> (Value, [Happening]) {
        let clock = self.clock
        let bell = self.bell
        return try await store.change(isDurable: isDurable) {
            try body($0, clock())
        } committed: { _, told in
            for happening in told { bell.ring(happening) }
        }
    }

    @Sendable static func record(_ id: String) -> String { "approval/\(id)" }
    @Sendable static func resultRecord(_ id: String) -> String { "approval/\(id)/result" }
}

extension Approval {
    /// The same with the whole call.
    func with(call: ApprovalCall) -> Approval {
        var whole = Approval(id: id, call: call, createdAt: createdAt, expiresAt: expiresAt)
        whole.status = status
        whole.revision = revision
        whole.changedAt = changedAt
        whole.keptUntil = keptUntil
        whole.decisions = decisions
        whole.claimedBy = claimedBy
        whole.failure = failure
        whole.attempts = attempts
        return whole
    }
}
