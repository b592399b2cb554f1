internal import PetaAdmin
internal import PetaAdminAPI
internal import PetaApprovals
internal import PetaCrypto
internal import PetaIdentity
internal import PetaWire

/// What reviewers do with calls that wait: maps the admin protocol's types onto those of the approvals.
struct ApprovalAdministration: ApprovalOperations {
    let approvals: Approvals
    let identity: Identity

    func approvals(_ query: ApprovalQuery) async throws -> ApprovalPage {
        var filter = ApprovalFilter()
        let status = query.status ?? Approval.Status.pending.rawValue
        if status != "all" {
            guard let known = Approval.Status(rawValue: status) else {
                let all = Approval.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw AdminError(.invalidArgument, "status: expected \(all) or all")
            }
            filter.status = known
        }
        filter.user = query.user
        filter.server = query.server
        filter.limit = query.limit ?? 200
        if let after = query.after {
            guard let place = Self.place(after) else { throw AdminError(.invalidArgument, "after: this is no place in a list") }
            filter.after = place
        }
        let total = try await approvals.count(filter)
        let found = try await approvals.page(filter)
        let next = found.count == filter.limit ? found.last.map { "\($0.createdAt)-\($0.id)" } : nil
        return ApprovalPage(items: try await entries(found), total: total, next: next)
    }

    private static func place(_ text: String) -> (Int64, String)? {
        let parts = text.split(separator: "-")
        guard parts.count == 2, let time = Int64(parts[0]), ApprovalID.isValid(String(parts[1])) else { return nil }
        return (time, String(parts[1]))
    }

    func approval(_ id: String, full: Bool) async throws -> ApprovalEntry {
        let found = try await approvals.approval(id)
        return Self.entry(found, pending: try await approvals.pending(of: [found.call.user]), full: full)
    }

    func decide(_ id: String, approve: Bool, _ judgement: ApprovalJudgement, as principal: Principal) async throws -> ApprovalEntry {
        let decision = Approval.Decision(
            by: principal.userID, role: principal.role.rawValue, channel: judgement.channel ?? "socket", approves: approve, at: 0,
            reason: judgement.reason)
        let decided = try await approvals.decide(id, decision, users: users(of: principal))
        return Self.entry(decided, pending: try await approvals.pending(of: [decided.call.user]), full: false)
    }

    /// The users that somebody on the admin socket is as well.
    private func users(of principal: Principal) -> Set<String> {
        var users: Set<String> = [principal.userID]
        guard let uid = principal.peer?.uid else { return users }
        let snapshot = identity.snapshot
        if let own = snapshot.principal(uid: uid) { users.insert(own.userID) }
        for user in snapshot.users.values where user.uid == uid { users.insert(user.id) }
        return users
    }

    func watch() async throws -> AsyncStream<ApprovalEvent> {
        // First the ear, then the look around: nothing that happens in between is missed, and what is told twice does no harm.
        let happenings = approvals.bell.follow()
        let reader = ApprovalReader(self, happenings)
        return AsyncStream { await reader.next() }
    }

    private func entries(_ found: [Approval]) async throws -> [ApprovalEntry] {
        let pending = try await approvals.pending(of: Set(found.map(\.call.user)))
        return found.map { Self.entry($0, pending: pending, full: false) }
    }

    // MARK: words

    static func entry(_ approval: Approval, pending: [String: Int], full: Bool) -> ApprovalEntry {
        let call = approval.call
        let arguments = (try? JSON.parse(call.arguments)) ?? .null
        var shade = ArgumentShade()
        let shown = full ? arguments : shade.shaded(arguments)
        let last = approval.decision
        return ApprovalEntry(
            id: approval.id, status: approval.status.rawValue, user: call.user, server: call.server, tool: call.tool, method: call.method,
            arguments: RawJSON(trusted: shown.bytes), argumentsCut: shade.isCut, argumentsDigest: call.argumentsDigest.hex,
            reason: call.reason,
            rule: call.rule, policyVersion: call.policyVersion, createdAt: Timestamp(milliseconds: approval.createdAt),
            expiresAt: Timestamp(milliseconds: approval.expiresAt), decidedBy: last?.by,
            decidedAt: last.map { Timestamp(milliseconds: $0.at) },
            decisionReason: last?.reason, approvers: call.approvers,
            decisions: approval.decisions.map {
                .init(
                    by: $0.by, role: $0.role, channel: $0.channel, verdict: $0.approves ? "approved" : "rejected",
                    at: Timestamp(milliseconds: $0.at), reason: $0.reason)
            },
            client: call.clientName == nil && call.clientVersion == nil ? nil : .init(name: call.clientName, version: call.clientVersion),
            address: call.address, title: call.title, description: call.description,
            annotations: call.annotations.map { RawJSON(trusted: $0.bytes) }, failure: approval.failure, attempts: approval.attempts,
            pendingOfUser: pending[call.user] ?? 0)
    }
}

/// What one reviewer is told: what waits, page by page as it reads, then what happens.
private actor ApprovalReader {
    private let administration: ApprovalAdministration
    private var happenings: AsyncStream<ApprovalTold>.AsyncIterator
    private var page: [ApprovalEntry] = []
    private var next: String?
    private var isBeginning = true
    private var isReady = false

    init(_ administration: ApprovalAdministration, _ happenings: AsyncStream<ApprovalTold>) {
        self.administration = administration
        self.happenings = happenings.makeAsyncIterator()
    }

    func next() async -> ApprovalEvent? {
        while !isReady {
            if !page.isEmpty { return ApprovalEvent(event: "waiting", approval: page.removeFirst()) }
            guard isBeginning || next != nil else {
                isReady = true
                return ApprovalEvent(event: "ready")
            }
            var query = ApprovalQuery()
            query.after = next
            isBeginning = false
            // A reviewer that cannot be shown everything is shown nothing, and comes back.
            guard let found = try? await administration.approvals(query) else { return nil }
            page = found.items
            next = found.next
        }
        var following = happenings
        guard let told = await following.next(isolation: self) else { return nil }
        happenings = following
        switch told {
        case .notice(let notice):
            return ApprovalEvent(
                event: "notice",
                notice: .init(
                    requestId: notice.request, time: Timestamp(milliseconds: notice.time), user: notice.user, server: notice.server,
                    tool: notice.tool))
        case .news(let news, let approval):
            let pending = (try? await administration.approvals.pending(of: [approval.call.user])) ?? [:]
            return ApprovalEvent(event: news.rawValue, approval: ApprovalAdministration.entry(approval, pending: pending, full: false))
        }
    }
}
