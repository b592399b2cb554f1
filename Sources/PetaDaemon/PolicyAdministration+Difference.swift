internal import PetaAdminAPI
internal import PetaAudit
internal import PetaDownstream
internal import PetaIdentity
internal import PetaPolicy
internal import PetaWire
internal import Synchronization

/// Recorded calls that are judged anew.
extension PolicyAdministration {
    func difference(_ trial: PolicyTrial) async throws -> PolicyDifference {
        let text = try checked(Array(trial.text.utf8), inForce: true)
        let (replay, name, isReplaced) = try policies.replay(text, name: trial.set)
        var offers: [String: PastCalls.Offer] = [:]
        for id in await servers.ids() { offers[id] = await servers.report(id).map { PastCalls.Offer($0.capabilities) } }
        var filter = AuditFilter()
        filter.kind = .call
        filter.since = trial.since.map { $0.milliseconds * 1000 }
        filter.until = trial.until.map { $0.milliseconds * 1000 - 1 }
        let isTimed = trial.since != nil || trial.until != nil
        let limit = trial.last ?? (isTimed ? PolicyTrial.callLimit : PolicyTrial.defaultCalls)
        let tally = DifferenceTally(replay, PastCalls(snapshot: identity.snapshot, offers: offers))
        try await log.scan(filter, limit: limit) { stored in
            tally.add(stored)
            return true
        }
        var found = tally.result(name: name, isReplaced: isReplaced)
        if isTimed, found.calls == limit { found.notes.append("there may be more calls of that time; the newest \(limit) were judged") }
        return found
    }
}

/// What was called, out of its record and what is known today.
struct PastCalls: Sendable {
    /// What a server offers today.
    struct Offer: Sendable {
        let tools: [String: JSON?]
        let prompts: Set<String>

        init(_ capabilities: Capabilities) {
            tools = Dictionary(capabilities.tools.compactMap { tool in tool["name"]?.string.map { ($0, tool["annotations"]) } }) { $1 }
            prompts = Set(capabilities.prompts.compactMap { $0["name"]?.string })
        }
    }

    /// What can be made of a record.
    enum Reading {
        case call(PastCall)
        /// Policy was not asked about it.
        case notAsked
        case unknown(String)
    }

    let snapshot: IdentitySnapshot
    let offers: [String: Offer]

    func read(_ record: AuditRecord) -> Reading {
        guard WhyWords.isOfPolicy(record), let server = record.server, let name = record.tool, let user = record.user else {
            return .notAsked
        }
        let kind: PolicyTarget.Kind
        switch record.method {
        case "tools/call": kind = .tool
        case "prompts/get": kind = .prompt
        case "resources/read", "resources/subscribe", "resources/unsubscribe", "subscriptions/listen": kind = .resource
        case "completion/complete": return .unknown("the record of a completion does not say what it was for")
        default: return .notAsked
        }
        guard name.utf8.count < Self.nameLimit else { return .unknown("its name was cut") }
        let annotations = kind == .tool ? offers[server]?.tools[name] : nil
        let known = snapshot.users[user]
        // Who acts on the admin socket is no user, and has no labels.
        let isLocal = known == nil && user.hasPrefix("uid:")
        let role = record.role ?? known?.role.rawValue ?? (isLocal ? Role.owner.rawValue : nil)
        var caller = PolicyCaller(
            user: user, userName: known?.name ?? (isLocal ? "uid \(user.dropFirst(4))" : user), role: role ?? "",
            labels: known?.labels ?? [:], workspace: known?.workspace ?? Workspace.standard,
            time: record.time / 1_000_000)
        caller.clientName = record.clientName
        caller.clientVersion = record.clientVersion
        caller.session = record.session
        caller.era = record.session != nil || record.address == "local" ? "legacy" : "modern"
        caller.address = record.address
        return .call(
            PastCall(
                target: PolicyTarget(server: server, kind: kind, name: name, annotations: annotations ?? nil),
                isOffered: kind != .tool || annotations != nil, caller: caller, isUserKnown: known != nil || isLocal,
                isRoleKnown: role != nil,
                arguments: Self.arguments(record), hasNone: kind == .resource))
    }

    /// Names are cut here in records.
    private static let nameLimit = 256

    private static func arguments(_ record: AuditRecord) -> PastCall.Arguments {
        guard record.argumentsDigest != nil else { return .none }
        guard let kept = record.arguments, let arguments = try? JSON.parse(Array(kept.utf8)) else { return .lost }
        return .kept(arguments)
    }
}

/// Counts what would be decided differently. Holds a bounded number of changes, however many calls there are.
private final class DifferenceTally: Sendable {
    private struct Key: Hashable {
        let target: String
        let user: String
        let from: String
        let to: String
        let fromRule: String?
        let toRule: String?
    }

    private struct State {
        var replay: PolicyReplay
        var calls = 0
        var newest: Int64?
        var oldest: Int64?
        var same = 0
        var notAsked = 0
        var different = 0
        var changes: [Key: (count: Int, example: String?)] = [:]
        var more = 0
        var unknown: [String: (count: Int, example: String?)] = [:]
        var withoutRole = 0
    }

    private static let changeLimit = 1_000
    private let past: PastCalls
    private let state: Mutex<State>

    init(_ replay: PolicyReplay, _ past: PastCalls) {
        self.past = past
        state = Mutex(State(replay: replay))
    }

    /// Newest first.
    func add(_ stored: StoredRecord) {
        guard let record = try? stored.record else { return }
        let reading = past.read(record)
        state.withLock { state in
            state.calls += 1
            state.newest = state.newest ?? record.time
            state.oldest = record.time
            switch reading {
            case .notAsked: state.notAsked += 1
            case .unknown(let why): Self.note(why, record, &state)
            case .call(let call):
                if record.role == nil { state.withoutRole += 1 }
                switch state.replay.judge(call) {
                case .same: state.same += 1
                case .unknown(let why): Self.note(why.rawValue, record, &state)
                case .verdicts(let before, let after): Self.compare(before, after, record, call, &state)
                }
            }
        }
    }

    private static func note(_ why: String, _ record: AuditRecord, _ state: inout State) {
        state.unknown[why, default: (0, record.requestID)].count += 1
    }

    private static func compare(
        _ before: PolicyVerdict, _ after: PolicyVerdict, _ record: AuditRecord, _ call: PastCall, _ state: inout State
    ) {
        // What the level of its tool keeps waiting waits also where policy allows it.
        let isDangerous = record.rule == DangerLevel.rule
        func decision(_ verdict: PolicyVerdict) -> String {
            (isDangerous && verdict.decision == .allow ? .requireApproval : verdict.decision).rawValue
        }
        let (from, to) = (decision(before), decision(after))
        guard from != to else { return state.same += 1 }
        state.different += 1
        let key = Key(
            target: "\(call.target.server)::\(call.target.name)", user: call.caller.user, from: from, to: to, fromRule: before.rule,
            toRule: after.rule)
        guard state.changes[key] != nil || state.changes.count < changeLimit else { return state.more += 1 }
        state.changes[key, default: (0, record.requestID)].count += 1
    }

    func result(name: String, isReplaced: Bool) -> PolicyDifference {
        state.withLock { state in
            var notes: [String] = []
            if state.withoutRole > 0 { notes.append("\(state.withoutRole) records have no role; that of today was taken") }
            if state.unknown[PolicyReplay.Unknown.arguments.rawValue] != nil {
                notes.append("arguments are kept from the moment on at which audit.arguments is set to redacted")
            }
            if state.calls > state.notAsked { notes.append("names, labels and annotations are those of today") }
            return PolicyDifference(
                name: name, replaces: isReplaced, calls: state.calls, since: state.oldest.map { Timestamp(milliseconds: $0 / 1000) },
                until: state.newest.map { Timestamp(milliseconds: $0 / 1000) }, different: state.different, same: state.same,
                notAsked: state.notAsked,
                changes: state.changes.map { key, found in
                    .init(
                        target: key.target, user: key.user, from: key.from, to: key.to, fromRule: key.fromRule, toRule: key.toRule,
                        count: found.count, example: found.example)
                }.sorted { ($1.count, $0.target, $0.user, $0.to) < ($0.count, $1.target, $1.user, $1.to) },
                moreChanges: state.more,
                unknown: state.unknown.map { .init(reason: $0, count: $1.count, example: $1.example) }
                    .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }, notes: notes)
        }
    }
}
