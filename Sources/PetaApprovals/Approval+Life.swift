/// The life of a request, as a value: events go in, what is to be told comes out, and nothing else changes a status.
extension Approval {
    package enum Event: Sendable {
        /// A reviewer has decided.
        case vote(Decision)
        /// Time has passed.
        case time
        /// A call, by its request id, wants to run it.
        case claim(String)
        /// The call that had claimed it was never sent.
        case release(String)
        /// It has run, and was answered.
        case finish(String)
        /// It may have run, and there is no answer.
        case fail(String, reason: String)
        /// The gateway that ran it is gone.
        case interrupt
        /// Its client does not want it any more.
        case withdraw
        /// The database is an older state that was put back: what is said here may have been decided, and may have run, since.
        case putBack
    }

    /// What reviewers and waiting calls are told.
    package enum News: String, Sendable {
        case created, vote, decided, expired, executing, executed, failed, released
    }

    /// Takes one event in. Nil: it changes nothing. Throws where it is not allowed now; nothing has changed then.
    mutating func apply(_ event: Event, at now: Int64, _ bounds: ApprovalBounds) throws(ApprovalError) -> News? {
        // An approval that has run out is not one, whoever comes first.
        if status == .pending || status == .approved, now >= expiresAt, status != .executing {
            switch event {
            case .time: return change(to: .expired, at: now, .expired)
            case .vote, .claim: throw .expired(id)
            case .release, .finish, .fail, .interrupt, .withdraw, .putBack: break
            }
        }
        switch event {
        case .time: return nil
        case .vote(let decision): return try vote(decision, at: now, bounds)
        case .claim(let request):
            guard status == .approved else { throw .notNow(id, status) }
            claimedBy = request
            return change(to: .executing, at: now, .executing)
        case .release(let request):
            guard isRun(by: request) else { throw .notNow(id, status) }
            claimedBy = nil
            return now < expiresAt ? change(to: .approved, at: now, .released) : change(to: .expired, at: now, .expired)
        case .finish(let request):
            guard isRun(by: request) else { throw .notNow(id, status) }
            keptUntil = now + bounds.retention
            return change(to: .executed, at: now, .executed)
        case .fail(let request, let reason):
            guard isRun(by: request) else { throw .notNow(id, status) }
            return fail(reason, at: now, bounds)
        case .withdraw:
            guard status == .pending || status == .approved else { return nil }
            failure = "withdrawn by its client"
            return change(to: .expired, at: now, .expired)
        case .interrupt:
            guard status == .executing else { return nil }
            return fail("interrupted", at: now, bounds)
        case .putBack:
            switch status {
            // With its approval it may have run on the host that the backup is of.
            case .approved, .executing: return fail("may have run after the backup that was restored", at: now, bounds)
            case .pending:
                failure = "the gateway was restored from a backup"
                return change(to: .expired, at: now, .expired)
            default: return nil
            }
        }
    }

    private func isRun(by request: String) -> Bool { status == .executing && claimedBy == request }

    private mutating func vote(_ decision: Decision, at now: Int64, _ bounds: ApprovalBounds) throws(ApprovalError) -> News {
        guard status == .pending else { throw .decided(self) }
        guard !decisions.contains(where: { $0.by == decision.by }) else { throw .voted(id, by: decision.by) }
        decisions.append(decision)
        guard decision.approves else {
            keptUntil = now + bounds.retention
            return change(to: .rejected, at: now, .decided)
        }
        guard decisions.count >= call.approvers else {
            revision += 1
            changedAt = now
            return .vote
        }
        // Whoever approves in the last second has approved: the caller gets its time to come back.
        expiresAt = now + bounds.expiry
        return change(to: .approved, at: now, .decided)
    }

    private mutating func fail(_ reason: String, at now: Int64, _ bounds: ApprovalBounds) -> News {
        failure = reason
        keptUntil = now + bounds.retention
        return change(to: .failed, at: now, .failed)
    }

    private mutating func change(to next: Status, at now: Int64, _ news: News) -> News {
        status = next
        changedAt = now
        revision += 1
        return news
    }
}
